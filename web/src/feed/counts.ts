import type { LiveProcess } from './live-process'
import { KINDS, type Kind } from './states'

export type KindCounts = Record<Kind, number>

export const noCounts = (): KindCounts => Object.fromEntries(KINDS.map((kind) => [kind, 0])) as KindCounts

export interface FleetCounts {
  /** Processes that are not of the system. */
  readonly own: Readonly<KindCounts>
  readonly system: Readonly<KindCounts>
  readonly supervisors: number
  readonly supervisorsUp: number
}

/** Counts as changes come, so that no count ever walks through all processes. */
export class Counter {
  private readonly own = noCounts()
  private readonly system = noCounts()

  add(process: LiveProcess, times: 1 | -1): void {
    const counts = process.isSystem ? this.system : this.own
    counts[process.kind] += times
  }

  snapshot(supervisors: number, supervisorsUp: number): FleetCounts {
    return { own: { ...this.own }, system: { ...this.system }, supervisors, supervisorsUp }
  }
}

export function totalOf(counts: FleetCounts, withSystem: boolean): KindCounts {
  const total = { ...counts.own }
  if (withSystem) for (const kind of KINDS) total[kind] += counts.system[kind]
  return total
}
