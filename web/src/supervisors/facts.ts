import type { SupervisorInfo } from '../feed/live-supervisor'
import { formatShortSpan } from '../format/time'
import type { Messages } from '../i18n'

/** After so many seconds without a word the server takes an agent for lost. */
const SILENCE_LIMIT = 15
/** A supervisor that is asked has so long to answer. */
const ANSWER_LIMIT = 8
/** The server spreads its questions: a period may be so much longer than it is told. */
const SPREAD = 1.1

/** Clocks that are this many seconds apart are worth a word. */
const CLOCK_LIMIT = 5

export type LinkState = 'connected' | 'connecting' | 'stopping' | 'lost'

export function linkStateOf({ running, link }: SupervisorInfo): LinkState {
  if (running) return 'connected'
  if (link?.state === 'stopping') return 'stopping'
  return link?.state === 'connecting' && !link.error ? 'connecting' : 'lost'
}

/** The kind of link, with the program at its other end: `multivisor-rpc 0.1.0`. */
export function linkKindOf({ link }: SupervisorInfo, t: Messages): string {
  if (link?.kind === 'direct') {
    return link.poll_period ? t.supervisors.directEvery(formatSeconds(link.poll_period)) : t.supervisors.direct
  }
  if (link?.kind === 'original' || link?.agent === 'original') return t.supervisors.original
  if (link?.agent) return [link.agent, link.agent_version].filter(Boolean).join(' ')
  return t.supervisors.unset
}

/** Whether everybody on the way of the link can read and use it. A server that does not tell says nothing. */
export const isOpenLink = ({ link, running }: SupervisorInfo): boolean => running && link?.protected === false

/** While connected the exact time is not told; a supervisor that was silent for longer would be lost. */
export function lastContactOf({ link, running }: SupervisorInfo, now: number, t: Messages): string {
  if (running) {
    const asked = link?.poll_period ? Math.round(link.poll_period * SPREAD) + ANSWER_LIMIT : 0
    return t.supervisors.within(Math.max(SILENCE_LIMIT, asked))
  }
  return link?.last_contact ? t.supervisors.ago(formatShortSpan(now - link.last_contact)) : t.supervisors.unset
}

export function roundTripOf({ link }: SupervisorInfo, t: Messages): string {
  const seconds = link?.round_trip
  if (seconds === null || seconds === undefined) return t.supervisors.unset
  return t.supervisors.milliseconds((seconds * 1000).toFixed(seconds < 0.1 ? 1 : 0))
}

/** What an operator should know of a link that works. */
export function oddityOf({ link }: SupervisorInfo, t: Messages): string[] {
  const odd: string[] = []
  if (link?.slow) odd.push(t.supervisors.slow(formatSeconds(link.poll_period ?? 0)))
  const clock = link?.clock_difference ?? 0
  if (Math.abs(clock) > CLOCK_LIMIT) {
    const span = formatShortSpan(Math.abs(clock))
    odd.push(clock > 0 ? t.supervisors.clockAhead(span) : t.supervisors.clockBehind(span))
  }
  return odd
}

const formatSeconds = (seconds: number): string => String(Math.round(seconds * 10) / 10)

/** For how long it is in its state. */
export function linkSinceOf({ link }: SupervisorInfo, now: number): string {
  return link?.since ? formatShortSpan(now - link.since) : ''
}
