import type { ProcessJson } from '../../api/contract'
import type { LogStreams } from '../open'

/** Logs that the server shows as one, at most. */
export const MOST_MERGED = 200

/** Why there is nothing to follow, before the server is asked. */
export type Obstacle =
  | { kind: 'gone'; uid: string }
  | { kind: 'noLog'; stream: 'stdout' | 'stderr' }
  | { kind: 'nobody' }
  | { kind: 'tooMany'; count: number }

/** Streams of a process that supervisord writes to files. */
export function streamsOf({ logfile, stdout_logfile, stderr_logfile }: ProcessJson): ('out' | 'err')[] {
  return [...(stdout_logfile || logfile ? (['out'] as const) : []), ...(stderr_logfile ? (['err'] as const) : [])]
}

export const wants = (streams: LogStreams, stream: 'out' | 'err'): boolean => streams === 'both' || streams === stream
