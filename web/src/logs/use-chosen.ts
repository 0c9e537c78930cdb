import { computed, shallowRef, watch, type ShallowRef } from 'vue'
import type { Reading } from './use-reader'
import type { RowList } from './view/row-list'

/** The rows that the reader selected: from the one that was pressed first to the one that was pressed last. */
export function useChosen(reading: ShallowRef<Reading | null>) {
  const ends = shallowRef<{ from: number; to: number } | null>(null)

  const range = computed(() => {
    if (!ends.value) return null
    const { from, to } = ends.value
    return { first: Math.min(from, to), last: Math.max(from, to) }
  })
  watch(reading, () => (ends.value = null))

  function set(row: number, extend: boolean): void {
    const isAgain = !extend && ends.value?.from === row && ends.value.to === row
    ends.value = isAgain ? null : { from: extend && ends.value ? ends.value.from : row, to: row }
  }

  /** Goes on to the row beside; null when none is selected. */
  function step(by: 1 | -1, extend: boolean, list: RowList | null): number | null {
    if (!ends.value || !list || list.count === 0) return null
    const index = Math.max(0, Math.min(list.count - 1, list.indexOf(ends.value.to) + by))
    const row = list.rowAt(index)
    ends.value = { from: extend ? ends.value.from : row, to: row }
    return row
  }

  return {
    range,
    set,
    step,
    clear: () => (ends.value = null),
    count: computed(() => (range.value ? range.value.last - range.value.first + 1 : 0)),
  }
}
