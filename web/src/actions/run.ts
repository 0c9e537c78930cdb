import { shallowReactive } from 'vue'
import type { ActionResultJson } from '../api/contract'

export interface RunTarget {
  /** uid of a process or name of a supervisor. */
  readonly id: string
  state: 'waiting' | 'done' | 'failed' | 'skipped'
  message: string
  fault: number | null
  seconds: number | null
}

/** For example `process/stop`, as the routes are called. */
export type RunAction = `process/${string}` | `supervisor/${string}`

/** One action on any number of targets, from its start until the reader has dismissed it. */
export interface Run {
  readonly id: number
  readonly action: RunAction
  readonly fields: Readonly<Record<string, string>>
  readonly targets: RunTarget[]
  readonly startedAt: number
  endedAt: number
  done: number
  failed: number
  skipped: number
  /** The server could not be asked, or did not answer to the end. */
  error: string
  /** In the corner of the page; later only in the list of recent ones. */
  isShown: boolean
}

/** A reread changes nothing: its answer is what it was asked for, and has to be read. */
export const isQuestion = ({ action }: Pick<Run, 'action'>): boolean => action === 'supervisor/reread'

let lastId = 0

export function newRun(action: RunAction, ids: readonly string[], fields: Record<string, string>): Run {
  return shallowReactive({
    id: ++lastId,
    action,
    fields,
    targets: ids.map((id) =>
      shallowReactive<RunTarget>({ id, state: 'waiting', message: '', fault: null, seconds: null }),
    ),
    startedAt: Date.now(),
    endedAt: 0,
    done: 0,
    failed: 0,
    skipped: 0,
    error: '',
    isShown: true,
  })
}

/** Takes over the result of one target; one that was not asked for is added, because it was done all the same. */
export function takeResult(run: Run, byId: Map<string, RunTarget>, result: ActionResultJson): void {
  let target = byId.get(result.target)
  if (!target) {
    target = shallowReactive<RunTarget>({
      id: result.target,
      state: 'waiting',
      message: '',
      fault: null,
      seconds: null,
    })
    byId.set(result.target, target)
    run.targets.push(target)
  }
  if (target.state !== 'waiting') return
  target.state = result.outcome
  target.message = result.message
  target.fault = result.fault
  target.seconds = result.seconds
  run[result.outcome]++
}

/** What has no result when the answer has ended is not known to be done. */
export function endRun(run: Run, missing: string, error = ''): void {
  for (const target of run.targets) {
    if (target.state !== 'waiting') continue
    target.state = 'failed'
    target.message = error || missing
    run.failed++
  }
  run.error = error
  run.endedAt = Date.now()
}
