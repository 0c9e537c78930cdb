import type { LiveProcess } from '../feed/live-process'
import { compareKeys, naturalKey } from '../feed/natural'
import { isProblem, severityOf } from '../feed/states'
import { quote } from '../filter/edit'
import type { FilterField } from '../filter/fields'
import { labelTerm } from '../filter/labels'

export interface Group {
  readonly name: string
  readonly key: string
  /** What a filter says to have just this group. */
  readonly term: string
  /** The field of {@link term}: what a filter said of it before says nothing more. */
  readonly field: FilterField
  /** By name; the same array as long as the members are the same. */
  readonly processes: readonly LiveProcess[]
}

/** The groups of these processes (which come by name), by name. */
export function groupsOf(processes: readonly LiveProcess[]): Group[] {
  return gather(processes, ({ group, groupKey }) => ({
    name: group,
    key: groupKey,
    term: `group:${quote(group)}`,
    field: 'group',
  }))
}

/**
 * The same processes by the value of a label of their supervisors. Those without it come last.
 *
 * @param without the name of the group of those
 */
export function groupsByLabel(processes: readonly LiveProcess[], label: string, without: string): Group[] {
  return gather(processes, (process) => {
    const value = process.labels()?.[label]
    return value === undefined
      ? { name: without, key: '\uffff', term: `-label:${quote(label)}`, field: 'label' }
      : { name: value || label, key: naturalKey(value || label), term: labelTerm(label, value), field: 'label' }
  })
}

type Head = Omit<Group, 'processes'>

function gather(processes: readonly LiveProcess[], headOf: (process: LiveProcess) => Head): Group[] {
  const groups = new Map<string, Head & { processes: LiveProcess[] }>()
  for (const process of processes) {
    const head = headOf(process)
    const group = groups.get(head.term)
    if (group) group.processes.push(process)
    else groups.set(head.term, { ...head, processes: [process] })
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
