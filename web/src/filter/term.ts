import { isFixed, isProse, type FilterField } from './fields'
import { FilterPattern, Unit } from './pattern'
import type { FilterSubject } from './subject'
import type { FilterWord } from './words'

/** What a free word with a wildcard may be: the uid, any whole part of it, or the state. */
const PARTS: readonly FilterField[] = ['uid', 'name', 'group', 'supervisor', 'state']

/** One condition of a filter. Its values are alternatives. */
export class FilterTerm {
  private constructor(
    private readonly isNegated: boolean,
    private readonly field: FilterField | null,
    private readonly values: readonly FilterPattern[],
  ) {}

  /** Null when the word says nothing (yet): a lone minus, a key without a value. */
  static of(word: FilterWord): FilterTerm | null {
    const values = word.key === null ? freeText(word.units) : alternatives(word.units)
    return values.length === 0 ? null : new FilterTerm(word.isNegated, word.key, values)
  }

  /** Whether the answer for a process can change while it lives. */
  get isLive(): boolean {
    return this.field === null || !isFixed(this.field)
  }

  matches(subject: FilterSubject): boolean {
    return this.isNegated !== this.values.some((value) => this.holds(value, subject))
  }

  private holds(value: FilterPattern, subject: FilterSubject): boolean {
    const field = this.field
    if (field === null) {
      return value.hasWildcard
        ? PARTS.some((part) => value.matches(subject.text(part))) || value.matches(subject.fullName)
        : value.isIn(subject.text('uid')) || value.isIn(subject.text('state'))
    }
    if (field === 'label') return subject.labels().some((label) => value.matches(label))
    if (field === 'is') return subject.words().some((word) => value.matches(word))
    return isProse(field) && !value.isEmpty ? value.isIn(subject.text(field)) : value.matches(subject.text(field))
  }
}

function freeText(units: readonly number[]): FilterPattern[] {
  const value = valueOf(units)
  return value.isEmpty ? [] : [value]
}

/** An empty alternative is one that is still being typed, unless quotation marks say that it is meant. */
function alternatives(units: readonly number[]): FilterPattern[] {
  const values: FilterPattern[] = []
  let start = 0
  for (let i = 0; i <= units.length; i++) {
    if (i < units.length && units[i] !== Unit.comma) continue
    if (i > start) values.push(valueOf(units.slice(start, i)))
    start = i + 1
  }
  return values
}

function valueOf(units: readonly number[]): FilterPattern {
  return new FilterPattern(
    units.filter((unit) => unit !== Unit.quote).map((unit) => (unit === Unit.comma ? ','.charCodeAt(0) : unit)),
  )
}
