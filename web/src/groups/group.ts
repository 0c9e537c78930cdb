import type { LiveProcess } from '../feed/live-process'
import { compareKeys } from '../feed/natural'
import { isProblem, severityOf } from '../feed/states'

export interface Group {
  readonly name: string
  readonly key: string
  /** By name; the same array as long as the members are the same. */
  readonly processes: readonly LiveProcess[]
}

/** The groups of these processes (which come by name), by name. */
export function groupsOf(processes: readonly LiveProcess[]): Group[] {
  const groups = new Map<string, { name: string; key: string; processes: LiveProcess[] }>()
  for (const process of processes) {
    const group = groups.get(process.group)
    if (group) group.processes.push(process)
    else groups.set(process.group, { name: process.group, key: process.groupKey, processes: [process] })
  }
  return [...groups.values()].sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.name, b.name))
}

/** How bad its worst problem is; lower is worse, and without one it is infinite. */
export function urgencyOf(group: Group): number {
  let worst = Number.POSITIVE_INFINITY
  for (const { kind } of group.processes) if (isProblem(kind)) worst = Math.min(worst, severityOf(kind))
  return worst
}

/** Those with problems first, the worst of them in front; else by name. */
export const byUrgency = (groups: readonly Group[]): Group[] =>
  groups
    .map((group) => ({ group, urgency: urgencyOf(group) }))
    .sort((a, b) => (a.urgency === b.urgency ? 0 : a.urgency - b.urgency))
    .map(({ group }) => group)

/** How many rows a card shows, so that a site of 50,000 processes is still a page: all, or the first few. */
export const rowsPerCard = (total: number): number => (total <= 400 ? Number.POSITIVE_INFINITY : 8)

/** What a card shows of a group that has more than fits: problems first. */
export function firstOf(group: Group, limit: number): readonly LiveProcess[] {
  if (group.processes.length <= limit) return group.processes
  const problems = group.processes.filter((process) => isProblem(process.kind))
  const others = group.processes.filter((process) => !isProblem(process.kind)).slice(0, limit)
  return [...problems, ...others].slice(0, limit)
}
