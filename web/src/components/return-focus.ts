import { nextTick, onBeforeUnmount } from 'vue'

/** When what calls this goes and leaves the focus nowhere, it returns to where it was before. */
export function useFocusReturn(): void {
  const opener = document.activeElement
  onBeforeUnmount(() => {
    void nextTick(() => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body
      if (isNowhere && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    })
  })
}
