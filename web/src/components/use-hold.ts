import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'

/**
 * Whether the pointer or the keyboard is in an element: then nothing in it may move. A pointer that has gone without a
 * word (a window that lost the focus) is noticed by the window.
 */
export function useHold(element: Readonly<ShallowRef<HTMLElement | null>>): Readonly<ShallowRef<boolean>> {
  const held = shallowRef(false)
  let pointer = false
  let focus = false
  const update = () => (held.value = pointer || focus)
  const handlers: Record<string, (event: Event) => void> = {
    pointerenter: (event) => {
      pointer = (event as PointerEvent).pointerType !== 'touch'
      update()
    },
    pointerleave: () => {
      pointer = false
      update()
    },
    focusin: (event) => {
      // A click focuses too; the hold is for those who walk by keyboard, and the pointer holds by itself.
      focus = (event.target as Element).matches(':focus-visible')
      update()
    },
    focusout: () => {
      focus = false
      update()
    },
  }
  const listen = (target: HTMLElement | null, add: boolean) => {
    for (const [name, handler] of Object.entries(handlers)) {
      if (add) target?.addEventListener(name, handler)
      else target?.removeEventListener(name, handler)
    }
  }
  const stop = watch(
    element,
    (target, before) => {
      if (before) listen(before, false)
      listen(target, true)
    },
    { immediate: true, flush: 'post' },
  )
  onBeforeUnmount(() => {
    stop()
    listen(element.value, false)
  })
  return held
}
