import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useRuns } from '../actions/runs'
import { AlertGate } from './alert-gate'
import type { Entry } from './entries'
import { tellBrowser } from './browser'

/** How long an alert stays. */
const SHOWN_MS = 12_000
/** What comes within this time is told together. */
const COLLECT_MS = 700
/** What has newly gone wrong and the reader did not bring about: told once, together, and taken away again. */
export const useAlerts = defineStore('alerts', () => {
  const shown = shallowRef<readonly Entry[]>([])
  const gate = new AlertGate()
  let waiting: Entry[] = []
  let collecting: ReturnType<typeof setTimeout> | undefined
  let leaving: ReturnType<typeof setTimeout> | undefined

  function consider(entry: Entry, id: string): void {
    // The result of the reader's own action says it already.
    if (useRuns().isBusy(id) || !gate.isNew(id, Date.now())) return
    waiting.push(entry)
    collecting ??= setTimeout(tell, COLLECT_MS)
  }

  function tell(): void {
    collecting = undefined
    shown.value = [...waiting, ...shown.value].slice(0, 200)
    tellBrowser(waiting)
    waiting = []
    leaveLater()
  }

  /** Nothing is taken away from under a pointer. */
  function stay(): void {
    clearTimeout(leaving)
  }

  function leaveLater(): void {
    clearTimeout(leaving)
    leaving = setTimeout(dismiss, SHOWN_MS)
  }

  function dismiss(): void {
    shown.value = []
  }

  return { shown, consider, stay, leaveLater, dismiss }
})
