import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { LogJson } from '../api/contract'
import { ApiError } from '../api/http'
import { followSse } from '../api/sse'
import type { OpenLog } from './open'

/** What is kept of a log, in characters; beyond it the oldest tenth is dropped. */
const MOST_CHARACTERS = 2_000_000
const RETRY_MS = 3000

/** Follows one log of one process, again after a loss, until the scope ends or another one is wanted. */
export function useLogTail(open: Ref<OpenLog>) {
  const text = shallowRef('')
  const size = shallowRef(0)
  const error = shallowRef('')
  const isOpen = shallowRef(false)
  let current = new AbortController()

  async function follow(signal: AbortSignal, wanted: OpenLog): Promise<void> {
    const { process, channel } = wanted
    const path = `/api/process/log/${channel}/tail/${encodeURIComponent(process.uid)}`
    let isFirst = true
    while (!signal.aborted) {
      try {
        await followSse(path, {
          signal,
          onOpen: () => {
            isOpen.value = true
            error.value = ''
            // A new connection begins with the end of the file: what it sends is no continuation.
            isFirst = true
          },
          onMessages: (messages) => {
            if (signal.aborted) return
            for (const { data } of messages) {
              const piece = JSON.parse(data) as LogJson
              append(piece.message, isFirst)
              size.value = piece.size
              isFirst = false
            }
          },
        })
      } catch (failure) {
        if (open.value !== wanted) return
        error.value = failure instanceof Error ? failure.message : String(failure)
        if (failure instanceof ApiError && failure.status === 401) return
      }
      isOpen.value = false
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  function append(piece: string, replace: boolean): void {
    const whole = replace ? piece : text.value + piece
    text.value = whole.length > MOST_CHARACTERS ? whole.slice(whole.length - MOST_CHARACTERS * 0.9) : whole
  }

  watch(
    open,
    (wanted) => {
      current.abort()
      current = new AbortController()
      text.value = ''
      size.value = 0
      error.value = ''
      isOpen.value = false
      void follow(current.signal, wanted)
    },
    { immediate: true },
  )
  onScopeDispose(() => current.abort())

  return { text, size, error, isOpen, clear: () => (text.value = '') }
}
