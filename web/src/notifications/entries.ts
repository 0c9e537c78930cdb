import type { ProcessJson } from '../api/contract'
import { kindOf } from '../feed/states'

export type Level = 'info' | 'warning' | 'error'

export const LEVELS: readonly Level[] = ['info', 'warning', 'error']

/** Of each level so many are kept, so that a storm of everyday changes does not wash away what was wrong. */
export const MOST_ENTRIES = 500

/** Something that happened. What it reads like is made when it is shown, in the language of then. */
export interface Entry {
  readonly id: number
  /** Unix seconds of this browser. */
  readonly at: number
  readonly level: Level
  readonly about:
    | { kind: 'process'; uid: string; label: string; supervisor: string; from: string; to: string; exit: number | null }
    | { kind: 'supervisor'; name: string; now: 'lost' | 'stopping' | 'connected' }
    | { kind: 'server'; message: string }
}

/** The kind of a process as it is, or was when its supervisor was lost. */
export const kindBeneath = (process: ProcessJson) => kindOf({ ...process, stale: false })

export function levelOf(process: ProcessJson): Level {
  switch (kindBeneath(process)) {
    case 'fatal':
    case 'failed':
    case 'unknown':
      return 'error'
    case 'backoff':
      return 'warning'
    default:
      return 'info'
  }
}

/** The last entries of each level. */
export class Entries {
  private readonly byLevel: Record<Level, Entry[]> = { info: [], warning: [], error: [] }
  private lastId = 0

  add(level: Level, at: number, about: Entry['about']): Entry {
    const entry = { id: ++this.lastId, at, level, about }
    const entries = this.byLevel[level]
    entries.push(entry)
    // Cutting a little less often than always keeps this cheap in a storm.
    if (entries.length >= MOST_ENTRIES + 100) entries.splice(0, entries.length - MOST_ENTRIES)
    return entry
  }

  /** The newest first, of this level and the more important ones. */
  list(least: Level): Entry[] {
    return LEVELS.slice(LEVELS.indexOf(least))
      .flatMap((level) => this.byLevel[level].slice(-MOST_ENTRIES))
      .sort((a, b) => b.id - a.id)
      .slice(0, MOST_ENTRIES)
  }

  clear(): void {
    for (const level of LEVELS) this.byLevel[level] = []
  }
}
