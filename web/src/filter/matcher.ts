import type { ProcessJson } from '../api/contract'
import type { LiveProcess } from '../feed/live-process'
import type { ProcessFilter } from './filter'

/**
 * Finds what matches and remembers the answer for each process, so that the next look asks only about those that
 * changed since: of 50,000 some hundred.
 */
export class Matcher {
  private filter: ProcessFilter | undefined
  private all: readonly LiveProcess[] = []
  private seen: (ProcessJson | undefined)[] = []
  private answers: boolean[] = []
  private found: readonly LiveProcess[] = []

  /** The same array as before when the same processes match. */
  find(filter: ProcessFilter, all: readonly LiveProcess[]): readonly LiveProcess[] {
    let isSame = this.filter === filter && this.all === all
    if (!isSame) {
      this.filter = filter
      this.all = all
      this.seen = new Array<ProcessJson | undefined>(all.length)
      this.answers = new Array<boolean>(all.length)
    }

    for (const [i, process] of all.entries()) {
      if (this.seen[i] === process.latest) continue
      this.seen[i] = process.latest
      const answer = filter.matches(process.subject)
      if (answer === this.answers[i]) continue
      this.answers[i] = answer
      isSame = false
    }
    if (isSame) return this.found

    const found = all.filter((_, i) => this.answers[i])
    const isFoundSame = found.length === this.found.length && found.every((process, i) => process === this.found[i])
    return isFoundSame ? this.found : (this.found = found)
  }
}
