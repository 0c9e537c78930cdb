import type { RowList } from './row-list'

/** Of rows that wrap, how many lines there are before each. In a font of equal widths that can be told without layout. */
export class WrapHeights {
  private list: RowList | null = null
  private columns = 0
  private generation = -1
  private firstRow = 0
  private sums = new Float64Array(1024)
  /** Index in the sums of the first row that is still there. */
  private start = 0
  private count = 0

  /** Learns what came, went or changed. */
  sync(list: RowList, columns: number, columnsAt: (row: number) => number): void {
    const firstRow = list.count > 0 ? list.rowAt(0) : 0
    const isSame =
      list === this.list && list.generation === this.generation && columns === this.columns && this.count > 0
    if (!isSame || list.count === 0 || firstRow < this.firstRow) {
      this.start = 0
      this.count = 0
    } else if (firstRow > this.firstRow) {
      let gone = 0
      while (gone < this.count && (this.rows[this.start + gone] ?? 0) < firstRow) gone++
      this.start += gone
      this.count -= gone
    }
    this.list = list
    this.generation = list.generation
    this.columns = columns
    this.firstRow = firstRow
    // The last one was perhaps not complete.
    this.count = Math.max(0, Math.min(this.count - 1, list.count))
    while (this.count < list.count) {
      const row = list.rowAt(this.count)
      this.push(row, Math.max(1, Math.ceil(columnsAt(row) / columns)))
    }
  }

  get total(): number {
    return this.before(this.count)
  }

  /** Lines before a row, by its index. */
  before(index: number): number {
    return (this.sums[this.start + index] ?? 0) - (this.sums[this.start] ?? 0)
  }

  /** The index of the row that a line belongs to. */
  indexAt(line: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.before(middle) <= line) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Number of each row, to find which are gone. */
  private rows = new Float64Array(1024)

  private push(row: number, lines: number): void {
    const at = this.start + this.count
    if (at + 2 > this.sums.length) this.grow()
    const place = this.start + this.count
    if (this.count === 0) this.sums[place] = 0
    this.rows[place] = row
    this.sums[place + 1] = (this.sums[place] ?? 0) + lines
    this.count++
  }

  private grow(): void {
    const size = Math.max(1024, (this.count + 2) * 2)
    const copy = (from: Float64Array) => {
      const to = new Float64Array(size)
      to.set(from.subarray(this.start, this.start + this.count + 1))
      return to
    }
    this.sums = copy(this.sums)
    this.rows = copy(this.rows)
    this.start = 0
  }
}
