import type { FilterField } from './fields'
import { fold } from './fold'
import { readWords } from './words'

/** The text without its terms about these fields. */
export function withoutFields(text: string, fields: readonly FilterField[]): string {
  const words = readWords(fold(text)).filter((word) => word.key === null || !fields.includes(word.key))
  return words.map((word) => text.slice(word.start, word.end)).join(' ')
}

/** Replaces what the text says about states by other terms, or takes it away when it says just that. */
export function toggleState(text: string, terms: string): string {
  const others = withoutFields(text, ['state', 'is'])
  const wanted = [others, terms].filter(Boolean).join(' ')
  return wanted === text.trim() ? others : wanted
}

/** A value as a filter takes it, in quotation marks where it must be. */
export const quote = (value: string): string => (/[\s,*?"\u201c\u201d\u3000]/.test(value) ? `"${value}"` : value)
