/** What stands in a word beside plain characters, which are UTF-16 units and so never negative. */
export const Unit = {
  /** `*` outside quotation marks. */
  anyRun: -1,
  /** `?` outside quotation marks. */
  anyOne: -2,
  /** A comma outside quotation marks. */
  comma: -3,
  /** Here a quotation mark began: the value was meant, even when nothing is in it. */
  quote: -4,
} as const

/** A value of a filter: characters in lower case, any run of them, or any one. */
export class FilterPattern {
  private readonly plain: string | null

  constructor(private readonly units: readonly number[]) {
    const hasWildcard = units.some((unit) => unit < 0)
    this.plain = hasWildcard ? null : units.map((unit) => String.fromCharCode(unit)).join('')
  }

  get hasWildcard(): boolean {
    return this.plain === null
  }

  get isEmpty(): boolean {
    return this.units.length === 0
  }

  /** The whole text is this. */
  matches(text: string): boolean {
    return this.plain === null ? this.matchesWildcards(text) : text === this.plain
  }

  /** The text has this plain value somewhere; one with wildcards is always compared with the whole. */
  isIn(text: string): boolean {
    return this.plain === null ? this.matchesWildcards(text) : text.includes(this.plain)
  }

  /** Takes at most pattern length × text length steps: after a run, earlier runs need not be tried again. */
  private matchesWildcards(text: string): boolean {
    const units = this.units
    let unit = 0
    let position = 0
    let runUnit = -1
    let runPosition = 0
    while (position < text.length) {
      if (units[unit] === Unit.anyRun) {
        runUnit = unit++
        runPosition = position
      } else if (units[unit] === Unit.anyOne) {
        unit++
        position += widthAt(text, position)
      } else if (unit < units.length && units[unit] === text.charCodeAt(position)) {
        unit++
        position++
      } else if (runUnit >= 0) {
        unit = runUnit + 1
        runPosition += widthAt(text, runPosition)
        position = runPosition
      } else {
        return false
      }
    }
    while (units[unit] === Unit.anyRun) unit++
    return unit === units.length
  }
}

/** A character beyond the first 65,536 takes two units and is still one. */
const widthAt = (text: string, position: number): number => ((text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1)
