import { request } from '../../api/http'

/** A part of a log as it was read, in lines with their exact offsets. */
export interface LogPage {
  lines: { text: string; offset: number }[]
  file: string
  /** Offset of the first line: what is before it belongs to a line that begins earlier. */
  from: number
  to: number
  /** Offset of the first octet that is kept. */
  oldest: number
  /** Offset behind the last. */
  end: number
  /** Whether the last line is complete. */
  isWhole: boolean
}

interface Wanted {
  file: string
  from?: number
  to?: number
  /** So many octets before `to`. */
  length?: number
}

/** @param isContinued it begins where the page before it ended, be it within a line */
export async function readPage(
  path: string,
  wanted: Wanted,
  signal: AbortSignal,
  isContinued = false,
): Promise<LogPage> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted)) if (value !== '') query.set(name, String(value))
  const response = await request(`${path}?${query}`, { signal, cache: 'no-store' })
  const number = (name: string) => Number(response.headers.get(name) ?? 0)
  const octets = new Uint8Array(await response.arrayBuffer())
  const page = { file: response.headers.get('Log-File') ?? '', oldest: number('Log-Oldest'), end: number('Log-End') }
  return { ...page, ...linesOf(octets, number('Log-From'), isContinued || number('Log-From') <= page.oldest) }
}

const NEWLINE = 10

/**
 * @param from offset of the first octet
 * @param beginsLine false when the first octets are perhaps the rest of a line: then they are left out, unless there is
 * nothing else
 */
export function linesOf(octets: Uint8Array, from: number, beginsLine: boolean) {
  const decoder = new TextDecoder('utf-8')
  const lines: LogPage['lines'] = []
  let at = beginsLine ? 0 : octets.indexOf(NEWLINE) + 1
  // All of it is a part of one long line; it begins with a whole character.
  if (!beginsLine && at === 0) while (at < Math.min(3, octets.length) && ((octets[at] ?? 0) & 0xc0) === 0x80) at++
  const begin = at
  while (at < octets.length) {
    const newline = octets.indexOf(NEWLINE, at)
    const end = newline < 0 ? octets.length : newline
    lines.push({ text: decoder.decode(octets.subarray(at, end)), offset: from + at })
    at = end + 1
  }
  return { lines, from: from + begin, to: from + octets.length, isWhole: octets.at(-1) === NEWLINE }
}
