import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** How long a notice stays, and a screen reader has to say it. */
const SHOWN_MS = 5000

/** One short sentence about what the reader just did: the last one wins. */
export const useNotices = defineStore('notices', () => {
  const current = shallowRef('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(sentence: string): void {
    clearTimeout(timer)
    current.value = sentence
    timer = setTimeout(() => (current.value = ''), SHOWN_MS)
  }

  return { current, say, clear: () => (current.value = '') }
})
