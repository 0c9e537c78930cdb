/** Rows of a log that are shown, in their order: all of them, or those that match. */
export interface RowList {
  readonly count: number
  /** Changes when it is other rows, and not only more or fewer at its ends. */
  readonly generation: number
  rowAt(index: number): number
  /** Index of a row, or of the next one that is shown. */
  indexOf(row: number): number
}

export const allRows = (buffer: {
  readonly first: number
  readonly end: number
  readonly generation: number
}): RowList => ({
  get count() {
    return buffer.end - buffer.first
  },
  get generation() {
    return buffer.generation
  },
  rowAt: (index) => buffer.first + index,
  indexOf: (row) => Math.max(0, Math.min(row, buffer.end) - buffer.first),
})
