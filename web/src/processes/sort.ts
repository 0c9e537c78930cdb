import type { LiveProcess } from '../feed/live-process'
import { COLUMNS, type Column, type ColumnId } from './columns'

export interface Sort {
  column: Column
  isDescending: boolean
}

const BY_NAME = COLUMNS.find(({ id }) => id === 'name') as Column

/** From the address: `since`, or `-since` for the other way round; anything else is by name. */
export function parseSort(text: string): Sort {
  const isDescending = text.startsWith('-')
  const column = COLUMNS.find(({ id }) => id === (isDescending ? text.slice(1) : text))
  return column ? { column, isDescending } : { column: BY_NAME, isDescending: false }
}

/** For the address, where the usual one is not told. */
export function formatSort(id: ColumnId, isDescending: boolean): string {
  return id === 'name' && !isDescending ? '' : `${isDescending ? '-' : ''}${id}`
}

/** Sorted by a column and then as they came; each key is made once. */
export function sortProcesses(
  processes: readonly LiveProcess[],
  { column, isDescending }: Sort,
): readonly LiveProcess[] {
  if (column.id === 'name') return isDescending ? processes.toReversed() : processes
  const sign = isDescending ? -1 : 1
  return processes
    .map((process) => ({ process, key: column.keyOf(process) }))
    .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0))
    .map(({ process }) => process)
}
