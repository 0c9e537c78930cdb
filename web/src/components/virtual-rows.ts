import { computed, onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

/** Rows beyond each edge of the window, so that a quick scroll shows no gaps and the arrow keys find a next row. */
const OVERSCAN = 12

export interface RowWindow {
  first: number
  /** Behind the last row. */
  end: number
}

/** Which rows of equal height are in sight, and a few more. */
export function windowOf(count: number, rowHeight: number, top: number, viewHeight: number): RowWindow {
  const first = Math.max(0, Math.min(Math.floor(-top / rowHeight) - OVERSCAN, count))
  const visible = Math.ceil(viewHeight / rowHeight) + 2 * OVERSCAN
  return { first, end: Math.min(count, first + visible) }
}

/** Of a list that scrolls with the page only the rows in sight are made. */
export function useVirtualRows(list: Readonly<ShallowRef<HTMLElement | null>>, count: Ref<number>) {
  const rowHeight = shallowRef(32)
  const range = shallowRef<RowWindow>({ first: 0, end: 0 })

  function measure(): void {
    const element = list.value
    if (!element) return
    const height = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row'))
    if (height > 0) rowHeight.value = height
    const next = windowOf(count.value, rowHeight.value, element.getBoundingClientRect().top, innerHeight)
    if (next.first !== range.value.first || next.end !== range.value.end) range.value = next
  }

  watch(count, measure, { flush: 'post' })
  onMounted(() => {
    addEventListener('scroll', measure, { passive: true })
    addEventListener('resize', measure, { passive: true })
    measure()
  })
  onBeforeUnmount(() => {
    removeEventListener('scroll', measure)
    removeEventListener('resize', measure)
  })

  return {
    range,
    measure,
    offset: computed(() => range.value.first * rowHeight.value),
    height: computed(() => count.value * rowHeight.value),
  }
}
