import type { ProcessJson } from '../api/contract'

/** What a process is counted, marked and ordered as. EXITED is two kinds: as expected, and not. */
export type Kind =
  'fatal' | 'failed' | 'backoff' | 'starting' | 'stopping' | 'running' | 'exited' | 'stopped' | 'unknown' | 'stale'

/** Worst first: the order of counters and of lists of problems. */
export const KINDS: readonly Kind[] = [
  'fatal',
  'failed',
  'backoff',
  'unknown',
  'stale',
  'starting',
  'stopping',
  'running',
  'exited',
  'stopped',
]

const SEVERITY = Object.fromEntries(KINDS.map((kind, index) => [kind, index])) as Record<Kind, number>

/** Kinds that somebody should look at. A stale process is told of by its supervisor. */
const PROBLEMS: ReadonlySet<Kind> = new Set<Kind>(['fatal', 'failed', 'backoff', 'unknown'])

export function kindOf(process: Pick<ProcessJson, 'statename' | 'exitstatus' | 'expected' | 'stale'>): Kind {
  if (process.stale) return 'stale'
  switch (process.statename) {
    case 'RUNNING':
      return 'running'
    case 'STARTING':
      return 'starting'
    case 'STOPPING':
      return 'stopping'
    case 'BACKOFF':
      return 'backoff'
    case 'FATAL':
      return 'fatal'
    case 'STOPPED':
      return 'stopped'
    case 'EXITED':
      // Only an event tells which codes are expected; what ended before the server listened is judged by its code.
      return (process.expected ?? process.exitstatus === 0) ? 'exited' : 'failed'
    default:
      return 'unknown'
  }
}

export const isProblem = (kind: Kind): boolean => PROBLEMS.has(kind)

/** Lower is worse. */
export const severityOf = (kind: Kind): number => SEVERITY[kind]
