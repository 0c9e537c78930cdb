import { fieldOf, type FilterField } from './fields'
import { Unit } from './pattern'

/** One word of a filter before its meaning is looked at. */
export interface FilterWord {
  isNegated: boolean
  /** What stood before its first colon, outside quotation marks. */
  key: FilterField | null
  /** Characters and {@link Unit}s; with a key only what follows the colon. */
  units: number[]
  /** Where it stands in the text. */
  start: number
  end: number
}

/** The blanks of a keyboard; the ideographic one is what a Chinese or Japanese keyboard types. */
const BLANK = /[ \t-\r\u00a0\u3000]/
/** Also the curved ones, which phones put in by themselves. */
const QUOTE = /["\u201c\u201d]/

/** Cuts a text in lower case into words. Every text has a meaning; nothing is refused. */
export function readWords(text: string): FilterWord[] {
  const words: FilterWord[] = []
  let position = 0
  while (position < text.length) {
    if (BLANK.test(text.charAt(position))) {
      position++
    } else {
      const word = readWord(text, position)
      words.push(word)
      position = word.end
    }
  }
  return words
}

function readWord(text: string, start: number): FilterWord {
  const isNegated = text.charAt(start) === '-'
  let position = isNegated ? start + 1 : start
  let key: FilterField | null = null
  let units: number[] = []
  let quoted = false
  let keyIsPossible = true
  for (; position < text.length; position++) {
    const character = text.charAt(position)
    if (!quoted && BLANK.test(character)) break
    if (QUOTE.test(character)) {
      quoted = !quoted
      if (quoted) units.push(Unit.quote)
      keyIsPossible = false
      continue
    }
    if (!quoted && character === ':' && keyIsPossible) {
      keyIsPossible = false
      key = keyOf(units)
      if (key !== null) {
        units = []
        continue
      }
    }
    units.push(quoted ? character.charCodeAt(0) : unquoted(character))
  }
  return { isNegated, key, units, start, end: position }
}

function unquoted(character: string): number {
  if (character === '*') return Unit.anyRun
  if (character === '?') return Unit.anyOne
  return character === ',' ? Unit.comma : character.charCodeAt(0)
}

function keyOf(units: readonly number[]): FilterField | null {
  return units.every((unit) => unit >= 0) ? fieldOf(String.fromCharCode(...units)) : null
}
