import { fold } from './fold'
import type { FilterSubject } from './subject'
import { FilterTerm } from './term'
import { readWords } from './words'

/** The filter that the page, the API and the command line share (docs/filter.md). Every text is a filter. */
export class ProcessFilter {
  private constructor(private readonly terms: readonly FilterTerm[]) {}

  static parse(text: string): ProcessFilter {
    return new ProcessFilter(readWords(fold(text)).flatMap((word) => FilterTerm.of(word) ?? []))
  }

  /** Says nothing, so everything matches. */
  get isEmpty(): boolean {
    return this.terms.length === 0
  }

  /** Whether its answers change with the states of processes. */
  get isLive(): boolean {
    return this.terms.some((term) => term.isLive)
  }

  matches(process: FilterSubject): boolean {
    return this.terms.every((term) => term.matches(process))
  }
}
