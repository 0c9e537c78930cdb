import { onBeforeUnmount, onMounted } from 'vue'

/** Keeps the screen on while the page is seen, in browsers that can. A lock ends whenever the page is hidden. */
export function useWakeLock(): void {
  let lock: WakeLockSentinel | null = null
  let isOver = false

  async function request(): Promise<void> {
    if (document.hidden || !('wakeLock' in navigator)) return
    try {
      const got = await navigator.wakeLock.request('screen')
      if (isOver) await got.release()
      else lock = got
    } catch {
      // Refused, for example by a battery that is low: asked again when the page is shown the next time.
    }
  }
  const follow = () => void request()

  onMounted(() => {
    document.addEventListener('visibilitychange', follow)
    follow()
  })
  onBeforeUnmount(() => {
    isOver = true
    document.removeEventListener('visibilitychange', follow)
    void lock?.release()
  })
}
