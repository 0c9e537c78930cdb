import { displayText } from '../model/display'

/** A line that takes longer would hold up the page when it is shown. */
const SLOW_MS = 20

/** Rows as they are stored: one text, and where in it each ends. */
export interface ScanTask {
  id: number
  text: string
  ends: Uint32Array
}

export interface ScanResult {
  id: number
  /** Numbers of rows that match, from 0 on. */
  found: Uint32Array
  /** The expression takes too long for one of them. */
  isSlow: boolean
}

/** The rows of a task that match. */
export function scan({ id, text, ends }: ScanTask, expression: RegExp, isTimed: boolean): ScanResult {
  const found = new Uint32Array(ends.length)
  let count = 0
  let begin = 0
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] ?? 0
    const row = displayText(text.slice(begin, end))
    begin = end
    const matches = isTimed ? testInTime(expression, row) : test(expression, row)
    if (matches === null) return { id, found: found.slice(0, count), isSlow: true }
    if (matches) found[count++] = i
  }
  return { id, found: found.slice(0, count), isSlow: false }
}

function test(expression: RegExp, row: string): boolean {
  expression.lastIndex = 0
  return expression.test(row)
}

/** Null when it took too long, twice: once may be the machine. All matches count, because all are shown. */
function testInTime(expression: RegExp, row: string): boolean | null {
  for (let attempt = 0; attempt < 2; attempt++) {
    const start = performance.now()
    const matches = test(expression, row)
    if (matches) row.replace(expression, '')
    if (performance.now() - start < SLOW_MS) return matches
  }
  return null
}
