import { columnsOf, displayText } from './display'
import { LineBlock, type RowFacts } from './line-block'
import { octetsOf } from './utf8'

/** A longer line is shown as several rows: a browser cannot lay out a line of a mebibyte while it scrolls. */
export const ROW_CHARACTERS = 4096

/** The row is no text of the log but says something about it: {@link Mark}. */
export const IS_MARK = 1
/** The row continues the line of a row before it. */
export const CONTINUES = 2

/** Something to say between two rows. */
export type Mark =
  | { kind: 'skipped' | 'rotated' | 'cleared'; source: number; lost: number | null }
  | { kind: 'ended'; source: number; reason: string }

/** Which file of which log a row is of. */
export interface Origin {
  source: number
  /** As the server names it; empty when it cannot be told. */
  file: string
}

export interface Row extends Origin {
  row: number
  text: string
  offset: number
  arrival: number
  isContinued: boolean
  mark: Mark | undefined
}

/** Text of one log that follows what came of it before. */
export interface Piece extends Origin {
  text: string
  /** Offsets of its octets. */
  from: number
  to: number
  /** 0 when it was there before somebody looked. */
  arrival: number
}

/**
 * The rows of one view of a log, each with a number that it keeps: new ones get higher ones, earlier ones that were read
 * back lower ones. Takes so much memory and no more; the rows at one end go then.
 */
export class LogBuffer {
  private blocks: LineBlock[] = []
  private readonly origins: Origin[] = []
  private readonly marks = new Map<number, Mark>()
  private cost = 0
  /** The source whose last line is not complete; it is the last row. */
  private open: number | null = null
  /** Sources whose line was not complete when another's row came. */
  private readonly interrupted = new Set<number>()

  /** Number of the first row. */
  first = 0
  /** Behind the last row. */
  end = 0
  /** Another number: rows that were there are gone from the end, so nothing that was learnt of them holds. */
  generation = 0
  /** Columns of the widest row that there ever was. */
  widest = 0
  /** Where the rows begin that went from the end; null while none did. */
  cutAt: { offset: number; file: string } | null = null

  constructor(private readonly limit: number) {}

  get count(): number {
    return this.end - this.first
  }

  /** Rows before it will not change any more. */
  get settled(): number {
    return this.open === null ? this.end : this.end - 1
  }

  clear(): void {
    this.blocks = []
    this.found = null
    this.marks.clear()
    this.interrupted.clear()
    this.cost = 0
    this.open = null
    this.first = this.end
    this.cutAt = null
    this.generation++
  }

  append(piece: Piece): void {
    const { text, from, to, arrival } = piece
    const origin = this.originOf(piece)
    // Offsets are exact unless octets that are no text became others of another length.
    let offset = from
    let at = 0
    while (at < text.length) {
      const newline = text.indexOf('\n', at)
      const end = newline < 0 ? text.length : newline
      const line = text.slice(at, end)
      this.addLine(line, newline >= 0, { offset, arrival, origin, flags: 0 }, piece.source)
      offset = Math.min(to, offset + octetsOf(line) + 1)
      at = end + 1
    }
    this.trim('front')
  }

  mark(mark: Mark, origin: Origin, offset: number): void {
    this.interrupt()
    this.interrupted.delete(mark.source)
    this.marks.set(this.end, mark)
    this.add('', { offset, arrival: Date.now(), origin: this.originOf(origin), flags: IS_MARK })
    this.trim('front')
  }

  /**
   * Puts whole lines before all others, in their order, and a mark behind them. Where that is too much, the last rows go.
   */
  prepend(lines: readonly { text: string; offset: number }[], of: Origin, mark?: Mark): void {
    const origin = this.originOf(of)
    const rows: { text: string; facts: RowFacts; mark?: Mark }[] = []
    for (const { text, offset } of lines) {
      let flags = 0
      for (const part of partsOf(withoutReturn(text))) {
        rows.push({ text: part, facts: { offset, arrival: 0, origin, flags } })
        flags = CONTINUES
      }
    }
    if (mark) rows.push({ text: '', facts: { offset: 0, arrival: 0, origin, flags: IS_MARK }, mark })

    this.first -= rows.length
    const blocks: LineBlock[] = []
    rows.forEach(({ text, facts, mark: said }, i) => {
      let block = blocks.at(-1)
      if (!block || block.isFull) blocks.push((block = new LineBlock(this.first + i)))
      if (said) this.marks.set(this.first + i, said)
      block.add(text, this.measure(text), facts)
    })
    for (const block of blocks) this.cost += block.cost
    this.blocks = [...blocks, ...this.blocks]
    this.trim('back')
  }

  rowAt(row: number): Row {
    const block = this.blockOf(row)
    const facts = block.factsAt(row)
    return {
      row,
      ...this.locate(facts),
      text: block.textAt(row),
      arrival: facts.arrival,
      isContinued: (facts.flags & CONTINUES) !== 0,
      mark: this.marks.get(row),
    }
  }

  textAt(row: number): string {
    return this.blockOf(row).textAt(row)
  }

  columnsAt(row: number): number {
    return this.blockOf(row).columnsAt(row)
  }

  /** Whether the row says something about the log instead of being a part of it. */
  marksAt(row: number): boolean {
    return this.marks.has(row)
  }

  /** The whole line that a row is a part of, up to so many characters. */
  lineAt(row: number, most = 2 * 1024 * 1024): string {
    let first = row
    while (first > this.first && row - first < 1024 && this.rowAt(first).isContinued) first--
    let text = this.textAt(first)
    for (let next = first + 1; next < this.end && text.length < most && this.rowAt(next).isContinued; next++)
      text += this.textAt(next)
    return text.slice(0, most)
  }

  /** The row that the octet at an offset is in. */
  rowOf(offset: number, file: string): number | undefined {
    for (let row = this.end - 1; row >= this.first; row--) {
      const found = this.rowAt(row)
      if (found.file === file && found.offset <= offset && !found.mark) return row
    }
    return undefined
  }

  /** Rows that are stored together, from one on: for a search that takes a block at a time. */
  blockFrom(row: number): { row: number; text: string; ends: Uint32Array } {
    return { row, ...this.blockOf(row).copyFrom(row) }
  }

  /** The first row of the block that a row is in. */
  blockStart(row: number): number {
    return this.blockOf(row).row
  }

  private addLine(line: string, isWhole: boolean, facts: RowFacts, source: number): void {
    if (this.open !== source) this.interrupt()
    const parts = partsOf(isWhole ? withoutReturn(line) : line)
    let flags = this.interrupted.delete(source) ? CONTINUES : 0
    for (const part of parts) {
      if (this.open === source) {
        this.extend(part, facts)
      } else {
        this.add(part, { ...facts, flags })
      }
      // The next part is a row of its own.
      this.open = null
      flags = CONTINUES
    }
    this.open = isWhole ? null : source
    // A return at the end of a line that came in two pieces.
    if (isWhole && line === '' && this.textAt(this.end - 1).endsWith('\r'))
      this.replaceLast((text) => withoutReturn(text))
  }

  private extend(part: string, facts: RowFacts): void {
    const last = this.end - 1
    const before = this.textAt(last)
    if (before.length + part.length > ROW_CHARACTERS) {
      if (part !== '') this.add(part, { ...facts, flags: CONTINUES })
      return
    }
    const block = this.blockOf(last)
    this.cost -= block.cost
    block.extend(part, this.measure(before + part))
    this.cost += block.cost
  }

  private replaceLast(change: (text: string) => string): void {
    const block = this.blockOf(this.end - 1)
    this.cost -= block.cost
    block.replaceLast(change(block.textAt(this.end - 1)))
    this.cost += block.cost
  }

  private add(text: string, facts: RowFacts): void {
    let block = this.blocks.at(-1)
    if (!block || block.isFull) this.blocks.push((block = new LineBlock(this.end)))
    else this.cost -= block.cost
    block.add(text, this.measure(text), facts)
    this.cost += block.cost
    this.end++
  }

  private measure(text: string): number {
    const columns = columnsOf(displayText(text))
    if (columns > this.widest) this.widest = columns
    return columns
  }

  /** Another's row comes now; the line that is open may be continued behind it. */
  private interrupt(): void {
    if (this.open !== null) this.interrupted.add(this.open)
    this.open = null
  }

  private trim(side: 'front' | 'back'): void {
    while (this.cost > this.limit && this.blocks.length > 2) {
      const gone = side === 'front' ? this.blocks.shift() : this.blocks.pop()
      if (!gone) return
      this.found = null
      this.cost -= gone.cost
      if (this.marks.size > 0) for (let row = gone.row; row < gone.end; row++) this.marks.delete(row)
      if (side === 'front') {
        this.first = gone.end
      } else {
        const { offset, file } = this.locate(gone.factsAt(gone.row))
        this.cutAt = { offset, file }
        this.end = gone.row
        this.open = null
        this.generation++
      }
    }
  }

  private locate({ origin, offset }: RowFacts): Origin & { offset: number } {
    return { ...(this.origins[origin] ?? { source: 0, file: '' }), offset }
  }

  private originOf({ source, file }: Origin): number {
    const last = this.origins.length - 1
    for (let i = last; i >= 0 && i > last - 64; i--) {
      const known = this.origins[i]
      if (known?.source === source && known.file === file) return i
    }
    return this.origins.push({ source, file }) - 1
  }

  private blockOf(row: number): LineBlock {
    // Mostly the one that was asked for last.
    if (this.found && row >= this.found.row && row < this.found.end) return this.found
    let [low, high] = [0, this.blocks.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.blocks[middle]?.row ?? 0) <= row) low = middle
      else high = middle - 1
    }
    const block = this.blocks[low]
    if (!block || row < block.row || row >= block.end) throw new RangeError(`there is no row ${row}`)
    this.found = block
    return block
  }

  private found: LineBlock | null = null
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** A line as rows of bounded length: neither a character nor a control sequence is cut. */
function partsOf(line: string): string[] {
  if (line.length <= ROW_CHARACTERS) return [line]
  const parts: string[] = []
  for (let at = 0; at < line.length;) {
    let end = Math.min(line.length, at + ROW_CHARACTERS)
    if (end < line.length) {
      const escape = line.lastIndexOf('\x1b', end)
      if (escape > at && end - escape < 32) end = escape
      else if (/[\ud800-\udbff]/.test(line.charAt(end - 1))) end--
    }
    parts.push(line.slice(at, end))
    at = end
  }
  return parts
}
