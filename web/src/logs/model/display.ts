import { SgrState } from './sgr'

/** A stretch of a line that looks alike. */
export interface Segment {
  text: string
  /** Names of styles, with a space between; empty for plain text. */
  classes: string
  color?: string
  background?: string
}

const TAB = 8

/**
 * Whatever does more than to stand in its place: control characters, what turns the direction of text or cannot be seen,
 * and what a browser takes for the end of a line.
 */
const SPECIAL =
  /[\0-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u
const ESCAPE = '\x1b'
/** A control sequence after ESC: of a complete one only its final character says what it does. */
const SEQUENCE = /^\[([0-?]*)[ -/]*([@-~])/

export const isPlain = (raw: string): boolean => !SPECIAL.test(raw)

/** What a line shows, as text: the same for eyes, search and copying. */
export function displayText(raw: string): string {
  return isPlain(raw)
    ? raw
    : segmentsOf(raw)
        .map(({ text }) => text)
        .join('')
}

/**
 * A line of a log as what may be shown of it. Colours and weights of a terminal (SGR) hold until the end of the line; the
 * other complete control sequences say nothing to a page and are left out; all else that is no text becomes a visible sign.
 */
export function segmentsOf(raw: string): Segment[] {
  if (isPlain(raw)) return raw === '' ? [] : [{ text: raw, classes: '' }]

  const segments: Segment[] = []
  const style = new SgrState()
  let text = ''
  let column = 0
  const flush = () => {
    if (text !== '') segments.push({ text, ...style.look() })
    text = ''
  }
  const show = (sign: string) => {
    flush()
    segments.push({ text: sign, classes: 'sign' })
    column += sign.length
  }

  for (let at = 0; at < raw.length;) {
    const code = raw.codePointAt(at) ?? 0
    const character = String.fromCodePoint(code)
    if (character === ESCAPE) {
      const sequence = SEQUENCE.exec(raw.slice(at + 1, at + 65))
      if (sequence) {
        if (sequence[2] === 'm') {
          flush()
          style.apply(sequence[1] ?? '')
        }
        at += 1 + sequence[0].length
        continue
      }
    }
    at += character.length
    if (code === 9) {
      const width = TAB - (column % TAB)
      text += ' '.repeat(width)
      column += width
    } else if (SPECIAL.test(character)) {
      show(signOf(code))
    } else {
      text += character
      column++
    }
  }
  flush()
  return segments
}

/** The picture of a control character, and the number of what has none. */
function signOf(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

/**
 * How many columns a text takes at most: what is wide in most fonts counts twice, pictures three times. A line that is
 * shorter leaves a gap at its end, one that is longer would push the others.
 */
export function columnsOf(text: string): number {
  if (/^[\x20-\xff]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    columns += code < 0x300 ? 1 : code >= 0x1f000 ? 3 : isWide(code) ? 2 : 1
  }
  return columns
}

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2300 && code <= 0x23ff) ||
  (code >= 0x2600 && code <= 0x27bf) ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  code >= 0x20000
