import { shallowRef } from 'vue'

/**
 * The time now in Unix seconds, ticking once a second while the page is visible. Texts made from it belong into a
 * `computed`, so that only those that change are rendered.
 */
export const now = shallowRef(Date.now() / 1000)

let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now.value = Date.now() / 1000
}

export function startClock(): void {
  const follow = () => {
    clearInterval(timer)
    tick()
    if (!document.hidden) timer = setInterval(tick, 1000)
  }
  document.addEventListener('visibilitychange', follow)
  follow()
}
