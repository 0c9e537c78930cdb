/** What is looked for in a log. */
export interface LogQuery {
  text: string
  isRegex: boolean
  matchesCase: boolean
}

/** An expression that finds all places, or what is wrong with it. */
export function compile({ text, isRegex, matchesCase }: LogQuery): RegExp | { problem: string } {
  try {
    return new RegExp(isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), matchesCase ? 'g' : 'gi')
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
