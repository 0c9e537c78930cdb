import { quote } from './edit'

/** What the fields of a filter can hold here and now. */
export interface Values {
  readonly group: readonly string[]
  readonly supervisor: readonly string[]
  readonly host: readonly string[]
  readonly state: readonly string[]
  readonly is: readonly string[]
  readonly label: readonly string[]
}

export interface Suggestion {
  /** The whole text of the box when it is taken. */
  readonly text: string
  /** What is new in it. */
  readonly label: string
  /** A saved filter, to be taken as it is. */
  readonly isSaved: boolean
}

export const STATES = ['running', 'starting', 'stopping', 'backoff', 'fatal', 'exited', 'stopped', 'unknown']
export const WORDS = ['problem', 'running', 'stopped', 'stale', 'agent']

const FIELDS = ['is', 'state', 'group', 'supervisor', 'host', 'label'] as const
const OTHER_FIELDS = ['name', 'pid', 'exitstatus', 'description', 'spawnerr']
const MOST = 8

/** The word that is being typed: what stands behind the last blank outside of quotation marks. */
export function lastWord(text: string): string {
  let start = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (!quoted && /\s/.test(text.charAt(i))) start = i + 1
  }
  return text.slice(start)
}

/** How the text in the box may go on; in an empty box the saved filters. */
export function suggest(text: string, values: Values, saved: readonly string[]): Suggestion[] {
  const word = lastWord(text)
  const before = text.slice(0, text.length - word.length)
  const sign = word.startsWith('-') ? '-' : ''
  const wanted = word.slice(sign.length).toLowerCase()
  const ways = [...new Set(wordsFor(wanted, values))].filter((way) => way !== wanted).slice(0, MOST)
  const whole = text.trim().toLowerCase()
  return [
    ...saved
      .filter((one) => one.toLowerCase() !== whole && one.toLowerCase().includes(whole))
      .map((one) => ({ text: one, label: one, isSaved: true })),
    ...ways.map((way) => ({
      text: `${before}${sign}${way}${way.endsWith(':') ? '' : ' '}`,
      label: `${sign}${way}`,
      isSaved: false,
    })),
  ]
}

function wordsFor(wanted: string, values: Values): string[] {
  const colon = wanted.indexOf(':')
  if (colon > 0) {
    const field = FIELDS.find((one) => one === wanted.slice(0, colon))
    if (!field) return []
    const comma = wanted.lastIndexOf(',')
    const typed = wanted.slice(Math.max(colon, comma) + 1).replaceAll('"', '')
    const head = comma > colon ? wanted.slice(0, comma + 1) : `${field}:`
    return byPlace(values[field], typed).map((value) => `${head}${quote(value)}`)
  }
  const fields = [...FIELDS, ...OTHER_FIELDS].filter((field) => field.startsWith(wanted)).map((field) => `${field}:`)
  if (wanted === '') return ['is:problem', ...fields]
  return [
    ...fields,
    ...FIELDS.flatMap((field) => byPlace(values[field], wanted).map((value) => `${field}:${quote(value)}`)),
  ]
}

/** Those that begin with it, then those that have it elsewhere. */
function byPlace(values: readonly string[], typed: string): string[] {
  const at = (value: string) => value.toLowerCase().indexOf(typed)
  return [...values.filter((value) => at(value) === 0), ...values.filter((value) => at(value) > 0)].slice(0, MOST)
}
