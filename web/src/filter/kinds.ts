import type { Kind } from '../feed/states'

/** The terms that find the processes of a kind. */
export const TERMS: Readonly<Record<Kind, string>> = {
  fatal: 'state:fatal',
  failed: 'state:exited is:problem',
  backoff: 'state:backoff',
  unknown: 'state:unknown',
  stale: 'is:stale',
  starting: 'state:starting',
  stopping: 'state:stopping',
  running: 'state:running',
  exited: 'state:exited -is:problem',
  stopped: 'state:stopped',
}
