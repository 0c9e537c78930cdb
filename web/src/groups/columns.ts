export interface Placed<T> {
  items: T[]
  height: number
}

/**
 * Deals items to columns, each to the shortest, so that columns end at about the same height and have no holes. What
 * has a column in `before` keeps it.
 */
export function placeInColumns<T>(
  items: readonly T[],
  count: number,
  heightOf: (item: T) => number,
  columnBefore: (item: T) => number | undefined = () => undefined,
): Placed<T>[] {
  const columns = Array.from({ length: Math.max(1, count) }, (): Placed<T> => ({ items: [], height: 0 }))
  for (const item of items) {
    const shortest = columns.reduce((best, column) => (column.height < best.height ? column : best))
    const column = columns[columnBefore(item) ?? -1] ?? shortest
    column.items.push(item)
    column.height += heightOf(item)
  }
  return columns
}
