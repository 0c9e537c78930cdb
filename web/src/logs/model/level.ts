export type Level = 'error' | 'warn' | 'info' | 'debug'

export interface LevelWord {
  level: Level
  from: number
  to: number
}

const WORDS: Readonly<Record<string, Level>> = {
  emerg: 'error',
  emergency: 'error',
  alert: 'error',
  panic: 'error',
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  severe: 'error',
  error: 'error',
  erro: 'error',
  err: 'error',
  warning: 'warn',
  warn: 'warn',
  notice: 'info',
  info: 'info',
  debug: 'debug',
  debg: 'debug',
  trace: 'debug',
  trac: 'debug',
  blat: 'debug',
  verbose: 'debug',
}

/** How far from the beginning of a line its level is looked for. */
const HEAD = 160

const NAMES = Object.keys(WORDS).join('|')
/** In capitals anywhere; in small letters only where it is said to be the level, or stands in brackets or before a colon. */
const IN_CAPITALS = new RegExp(`(?<![\\w/.-])(?:${NAMES.toUpperCase()})(?![\\w/])`)
const NAMED = new RegExp(
  `(?:(?:level|lvl|severity|levelname)"?\\s*[=:]\\s*"?|[[(<])(${NAMES})(?!\\w)|^\\s*(${NAMES})(?=:)`,
  'di',
)

/** The word that says how serious a line is. */
export function levelOf(text: string): LevelWord | null {
  const head = text.slice(0, HEAD)
  const capitals = IN_CAPITALS.exec(head)
  const named = NAMED.exec(head)
  if (named && (!capitals || named.index <= capitals.index)) {
    const [from, to] = named.indices?.[1] ?? named.indices?.[2] ?? [0, 0]
    return { level: levelNamed(head.slice(from, to)), from, to }
  }
  if (!capitals) return null
  return { level: levelNamed(capitals[0]), from: capitals.index, to: capitals.index + capitals[0].length }
}

const levelNamed = (word: string): Level => WORDS[word.toLowerCase()] ?? 'info'
