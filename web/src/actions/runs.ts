import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import { ApiError } from '../api/http'
import { text } from '../i18n'
import { endRun, isQuestion, newRun, takeResult, type Run, type RunAction, type RunTarget } from './run'
import { sendAction } from './send'

/** The recent actions that stay readable. */
const MOST_RUNS = 50
/** How long what went well stays in the corner. */
const SHOWN_MS = 6000

/** The actions that were run from this page, newest first. */
export const useRuns = defineStore('runs', () => {
  const runs = shallowRef<Run[]>([])
  const busy = new Set<string>()
  /** Says that `busy` changed; thousands may change at a time. */
  const busyVersion = shallowRef(0)
  const shown = computed(() => runs.value.filter((run) => run.isShown))

  /** @param ids what is expected to be touched, shown as waiting until its result comes */
  async function start(action: RunAction, ids: readonly string[], fields: Record<string, string>): Promise<Run> {
    const run = newRun(action, ids, fields)
    const byId = new Map<string, RunTarget>(run.targets.map((target) => [target.id, target]))
    runs.value = [run, ...runs.value].slice(0, MOST_RUNS)
    for (const id of ids) busy.add(id)
    busyVersion.value++
    try {
      await sendAction(action, fields, (result) => {
        takeResult(run, byId, result)
        busy.delete(result.target)
        busyVersion.value++
      })
      endRun(run, text().runs.noResult)
    } catch (error) {
      endRun(run, '', describe(error))
    } finally {
      for (const id of ids) busy.delete(id)
      busyVersion.value++
    }
    if (run.failed === 0 && !isQuestion(run)) setTimeout(() => hide(run), SHOWN_MS)
    return run
  }

  /** Out of the corner; it stays among the recent ones. */
  function hide(run: Run): void {
    run.isShown = false
    triggerRef(runs)
  }

  function hideEnded(): void {
    for (const run of runs.value) if (run.endedAt > 0) run.isShown = false
    triggerRef(runs)
  }

  function isBusy(id: string): boolean {
    void busyVersion.value
    return busy.has(id)
  }

  return { runs, shown, start, hide, hideEnded, isBusy }
})

function describe(error: unknown): string {
  if (error instanceof ApiError && error.status > 0) return error.message
  const reason = error instanceof Error ? error.message : String(error)
  return `${text().runs.failedToAsk}: ${reason}. ${text().hints.unreachable ?? ''}`.trim()
}
