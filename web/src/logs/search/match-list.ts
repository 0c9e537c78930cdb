import type { RowList } from '../view/row-list'

/** Rows that match, in order, while new ones are found at both ends. */
export class MatchList implements RowList {
  /** Those that were found backwards, the last of the log first. */
  private older: number[] = []
  private newer: number[] = []
  /** So many of the newer are gone. */
  private gone = 0
  generation = 0

  get count(): number {
    return this.older.length + this.newer.length - this.gone
  }

  clear(): void {
    this.generation++
    this.older = []
    this.newer = []
    this.gone = 0
  }

  rowAt(index: number): number {
    const { length } = this.older
    return (index < length ? this.older[length - 1 - index] : this.newer[index - length + this.gone]) ?? 0
  }

  indexOf(row: number): number {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.rowAt(middle) < row) low = middle + 1
      else high = middle
    }
    return low
  }

  has(row: number): boolean {
    const index = this.indexOf(row)
    return index < this.count && this.rowAt(index) === row
  }

  addNewer(rows: readonly number[]): void {
    for (const row of rows) this.newer.push(row)
  }

  /** @param rows in the order of the log */
  addOlder(rows: readonly number[]): void {
    for (let i = rows.length - 1; i >= 0; i--) this.older.push(rows[i] ?? 0)
  }

  dropBefore(first: number): void {
    while (this.older.length > 0 && (this.older.at(-1) ?? 0) < first) this.older.pop()
    if (this.older.length > 0) return
    while (this.gone < this.newer.length && (this.newer[this.gone] ?? 0) < first) this.gone++
    if (this.gone > 4096) {
      this.newer = this.newer.slice(this.gone)
      this.gone = 0
    }
  }

  /** Forgets a row that is the last that was looked at. */
  dropLast(row: number): void {
    if (this.newer.length > this.gone && this.newer.at(-1) === row) this.newer.pop()
    else if (this.older[0] === row) this.older.shift()
  }
}
