export const BLOCK_ROWS = 512

/** A text of this length is a block of its own rather than a part of a larger one. */
const BLOCK_CHARACTERS = 128 * 1024

/** Octets besides the text that a block takes, roughly. */
const FIXED_COST = BLOCK_ROWS * 27 + 400

export interface RowFacts {
  /** Offset of its first octet in the file of its origin. */
  offset: number
  /** When it came, in milliseconds since 1970; 0 when it was there before. */
  arrival: number
  origin: number
  flags: number
}

/** Rows that follow each other: one text and numbers, because a million objects would cost more than what they say. */
export class LineBlock {
  count = 0
  private text = ''
  private isWide = false
  private readonly ends = new Uint32Array(BLOCK_ROWS)
  private readonly widths = new Uint16Array(BLOCK_ROWS)
  private readonly offsets = new Float64Array(BLOCK_ROWS)
  private readonly arrivals = new Float64Array(BLOCK_ROWS)
  private readonly origins = new Uint32Array(BLOCK_ROWS)
  private readonly flags = new Uint8Array(BLOCK_ROWS)

  /** @param row number of its first row */
  constructor(public row: number) {}

  get isFull(): boolean {
    return this.count === BLOCK_ROWS || this.text.length >= BLOCK_CHARACTERS
  }

  get end(): number {
    return this.row + this.count
  }

  /** Octets of memory, roughly. */
  get cost(): number {
    return FIXED_COST + this.text.length * (this.isWide ? 2 : 1)
  }

  add(text: string, columns: number, facts: RowFacts): void {
    const i = this.count++
    this.append(text)
    this.ends[i] = this.text.length
    this.widths[i] = Math.min(columns, 0xffff)
    this.offsets[i] = facts.offset
    this.arrivals[i] = facts.arrival
    this.origins[i] = facts.origin
    this.flags[i] = facts.flags
    // What was put together of many pieces becomes one, which takes less.
    if (this.isFull) void this.text.charCodeAt(0)
  }

  /** Continues the last row. */
  extend(text: string, columns: number): void {
    this.append(text)
    this.ends[this.count - 1] = this.text.length
    this.widths[this.count - 1] = Math.min(columns, 0xffff)
  }

  /** Gives the last row another text. */
  replaceLast(text: string): void {
    const start = this.count === 1 ? 0 : (this.ends[this.count - 2] ?? 0)
    this.text = this.text.slice(0, start) + text
    this.ends[this.count - 1] = this.text.length
  }

  textAt(row: number): string {
    const i = row - this.row
    return this.text.slice(i === 0 ? 0 : this.ends[i - 1], this.ends[i])
  }

  columnsAt(row: number): number {
    return this.widths[row - this.row] ?? 0
  }

  factsAt(row: number): RowFacts {
    const i = row - this.row
    return {
      offset: this.offsets[i] ?? 0,
      arrival: this.arrivals[i] ?? 0,
      origin: this.origins[i] ?? 0,
      flags: this.flags[i] ?? 0,
    }
  }

  /** All its rows from one on, for somebody else's memory. */
  copyFrom(row: number): { text: string; ends: Uint32Array } {
    const i = row - this.row
    const start = i === 0 ? 0 : (this.ends[i - 1] ?? 0)
    return { text: this.text.slice(start), ends: this.ends.slice(i, this.count).map((end) => end - start) }
  }

  private append(text: string): void {
    this.text += text

    this.isWide ||= /[^\0-\xff]/.test(text)
  }
}
