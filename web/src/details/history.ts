import { onScopeDispose, shallowRef, watch } from 'vue'
import type { HistoryEntryJson } from '../api/contract'
import { getJson } from '../api/http'
import { feed } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import { kindOf, type Kind } from '../feed/states'

/** A process may change its state many times a second; what it went through is read at most this often. */
const READ_MS = 1500

/** A state in the order in which it is read: the newest first. */
export interface PastState {
  readonly entry: HistoryEntryJson
  readonly kind: Kind
  /** Seconds in this state; null for the present one and where no beginning is known. */
  readonly lasted: number | null
  readonly isPresent: boolean
}

export function pastStates(entries: readonly HistoryEntryJson[]): PastState[] {
  return entries
    .map((entry, i): PastState => {
      const next = entries[i + 1]
      const isTimed = next?.at !== undefined && next.at !== null && entry.at !== null
      return {
        entry,
        kind: kindOfEntry(entry),
        lasted: isTimed ? Math.max(0, (next.at ?? 0) - (entry.at ?? 0)) : null,
        isPresent: next === undefined,
      }
    })
    .reverse()
}

const kindOfEntry = ({ state, exitstatus, expected }: HistoryEntryJson): Kind =>
  kindOf({ statename: state, exitstatus: exitstatus ?? 0, expected: expected ?? null })

/** What a process went through, read again whenever it changes and when the server is back. */
export function useHistory(process: () => LiveProcess) {
  const states = shallowRef<PastState[] | null>(null)
  const error = shallowRef('')
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastRead = 0

  async function read(uid: string, signal: AbortSignal): Promise<void> {
    lastRead = performance.now()
    try {
      const entries = await getJson<HistoryEntryJson[]>(`/api/process/history/${encodeURIComponent(uid)}`, { signal })
      states.value = pastStates(entries)
      error.value = ''
    } catch (failure) {
      if (signal.aborted) return
      error.value = failure instanceof Error ? failure.message : String(failure)
    }
  }

  function readSoon(): void {
    clearTimeout(timer)
    const wait = Math.max(0, lastRead + READ_MS - performance.now())
    timer = setTimeout(() => {
      current.abort()
      current = new AbortController()
      void read(process().uid, current.signal)
    }, wait)
  }

  watch(
    () => process().uid,
    () => {
      states.value = null
      lastRead = 0
      readSoon()
    },
    { immediate: true },
  )
  watch(() => {
    const { statename, pid, start, stop, stale } = process().data.value
    return `${statename} ${pid ?? 0} ${start} ${stop} ${String(stale)} ${feed.status.value.phase}`
  }, readSoon)
  onScopeDispose(() => {
    clearTimeout(timer)
    current.abort()
  })

  return { states, error }
}
