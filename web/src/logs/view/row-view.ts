import { displayText, segmentsOf, type Segment } from '../model/display'
import { levelOf } from '../model/level'
import type { LogBuffer, Mark } from '../model/log-buffer'
import { overlay, rangesOf, type Range } from './pieces'

/** What is shown of one row. The same object as long as it reads the same, so that only rows that changed are rendered. */
export interface RowView {
  row: number
  pieces: readonly Segment[]
  mark: Mark | undefined
  source: number
  /** In milliseconds since 1970; 0 for a row that was there before. */
  arrival: number
  isContinued: boolean
}

/** Makes views of rows and keeps those in sight. */
export class RowViews {
  private views = new Map<number, { view: RowView; expression: RegExp | null }>()
  private generation = 0

  constructor(private readonly buffer: LogBuffer) {}

  /** @param highlight of a row that matches */
  of(rows: readonly number[], highlight: (row: number) => RegExp | null): RowView[] {
    if (this.generation !== this.buffer.generation) this.views.clear()
    this.generation = this.buffer.generation
    const next = new Map<number, { view: RowView; expression: RegExp | null }>()
    for (const row of rows) {
      const expression = highlight(row)
      const known = this.views.get(row)
      next.set(row, known?.expression === expression ? known : { view: this.make(row, expression), expression })
    }
    this.views = next
    const views = [...next.values()].map(({ view }) => view)
    // A row that is still being written reads differently the next time.
    if (this.buffer.settled < this.buffer.end) next.delete(this.buffer.settled)
    return views
  }

  private make(row: number, expression: RegExp | null): RowView {
    const { text, mark, source, arrival, isContinued } = this.buffer.rowAt(row)
    const segments = segmentsOf(text)
    const shown = segments.length === 1 ? (segments[0]?.text ?? '') : displayText(text)
    const level = isContinued ? null : levelOf(shown)
    let pieces = level ? overlay(segments, [level satisfies Range], `level-${level.level}`) : segments
    if (expression) pieces = overlay(pieces, rangesOf(shown, expression), 'hit')
    return { row, pieces, mark, source, arrival, isContinued }
  }
}
