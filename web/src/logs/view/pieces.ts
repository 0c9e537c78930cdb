import type { Segment } from '../model/display'

/** A stretch of a shown line, from one index to another. */
export interface Range {
  from: number
  to: number
}

/** Gives stretches of a line one more style; they are in order and do not overlap. */
export function overlay(segments: readonly Segment[], ranges: readonly Range[], classes: string): Segment[] {
  if (ranges.length === 0) return [...segments]
  const pieces: Segment[] = []
  let begin = 0
  for (const segment of segments) {
    const end = begin + segment.text.length
    let at = begin
    for (const range of ranges) {
      const from = Math.max(range.from, begin)
      const to = Math.min(range.to, end)
      if (from >= to) continue
      if (from > at) pieces.push({ ...segment, text: segment.text.slice(at - begin, from - begin) })
      pieces.push({
        ...segment,
        text: segment.text.slice(from - begin, to - begin),
        classes: segment.classes ? `${segment.classes} ${classes}` : classes,
      })
      at = to
    }
    if (at < end) pieces.push({ ...segment, text: segment.text.slice(at - begin) })
    begin = end
  }
  return pieces
}

/** Places where an expression matches, as many as can be worth showing. */
export function rangesOf(text: string, expression: RegExp, most = 200): Range[] {
  const ranges: Range[] = []
  expression.lastIndex = 0
  for (let match = expression.exec(text); match && ranges.length < most; match = expression.exec(text)) {
    if (match[0] === '') expression.lastIndex++
    else ranges.push({ from: match.index, to: match.index + match[0].length })
  }
  return ranges
}
