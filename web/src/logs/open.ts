import { shallowRef } from 'vue'
import type { LocationQuery, Router } from 'vue-router'
import type { LiveProcess } from '../feed/live-process'

/** Streams of processes that one view shows. */
export type LogStreams = 'out' | 'err' | 'both'

/** What one view of logs is of. */
export type LogSubject =
  | { kind: 'process'; uid: string; streams: LogStreams }
  | { kind: 'main'; supervisor: string }
  | { kind: 'selection'; uids: readonly string[]; streams: LogStreams }
  | { kind: 'filter'; filter: string; streams: LogStreams }

export interface OpenLogs {
  /** Those that stay where they are, side by side. */
  pinned: readonly LogSubject[]
  /** The one that the next log takes the place of. */
  current: LogSubject | null
  /** A line that the address leads to, in the last of them: `offset@file`. */
  line: string
}

/** More would be too narrow to read, and each is a connection of its own. */
export const MOST_LOGS = 4

export const openLogs = shallowRef<OpenLogs>({ pinned: [], current: null, line: '' })

export const allOf = ({ pinned, current }: OpenLogs): readonly LogSubject[] => (current ? [...pinned, current] : pinned)

const ids = new WeakMap<LogSubject, number>()
let lastId = 0

/** Of the view that shows a subject: it stays the same when the view turns to another subject. */
export function idOf(subject: LogSubject): number {
  let id = ids.get(subject)
  if (id === undefined) ids.set(subject, (id = ++lastId))
  return id
}

const STREAMS: readonly LogStreams[] = ['out', 'err', 'both']

/** As the address has it: `out:<uid>`, `main:<supervisor>`, `err-selection:<uid>,<uid>`, `both-filter:<filter>`. */
export function formatSubject(subject: LogSubject): string {
  switch (subject.kind) {
    case 'process':
      return `${subject.streams}:${subject.uid}`
    case 'main':
      return `main:${subject.supervisor}`
    case 'selection':
      return `${subject.streams}-selection:${subject.uids.join(',')}`
    case 'filter':
      return `${subject.streams}-filter:${subject.filter}`
  }
}

export function parseSubject(text: string): LogSubject | null {
  const colon = text.indexOf(':')
  const rest = text.slice(colon + 1)
  const [word = '', kind = 'process'] = text.slice(0, Math.max(0, colon)).split('-')
  if (word === 'main' && kind === 'process' && rest) return { kind: 'main', supervisor: rest }
  const streams = STREAMS.find((known) => known === word)
  if (!streams) return null
  if (kind === 'filter') return { kind, filter: rest, streams }
  if (!rest) return null
  if (kind === 'selection') return { kind, uids: rest.split(','), streams }
  return kind === 'process' ? { kind, uid: rest, streams } : null
}

/** Logs are a part of the address of every view: `?log=`, `?pinned=` and `?line=`. */
export function readQuery(query: LocationQuery): OpenLogs {
  const textsOf = (value: LocationQuery[string] | undefined) =>
    (Array.isArray(value) ? value : [value]).map((text) => text ?? '')
  const pinned = textsOf(query.pinned).flatMap((text) => parseSubject(text) ?? [])
  const current = parseSubject(textsOf(query.log)[0] ?? '')
  return { pinned: pinned.slice(0, current ? MOST_LOGS - 1 : MOST_LOGS), current, line: textsOf(query.line)[0] ?? '' }
}

export function writeQuery({ pinned, current, line }: OpenLogs): LocationQuery {
  return {
    ...(pinned.length > 0 ? { pinned: pinned.map(formatSubject) } : {}),
    ...(current ? { log: formatSubject(current) } : {}),
    ...(line ? { line } : {}),
  }
}

/** The members of an address that keep logs open where a link leads to another view. */
export const keptLogs = ({ log, pinned }: LocationQuery): LocationQuery => ({
  ...(log ? { log } : {}),
  ...(pinned ? { pinned } : {}),
})

let router: Router | null = null

/** Keeps what is open and the address the same. */
export function followLogAddress(of: Router): void {
  router = of
  const take = () => {
    const { query } = of.currentRoute.value
    if (JSON.stringify(writeQuery(openLogs.value)) === JSON.stringify(writeQuery(readQuery(query)))) return
    openLogs.value = readQuery(query)
  }
  of.afterEach(take)
  take()
}

/** Opening the first is an entry in the browser's history, so that Back closes; everything else is none. */
function change(next: OpenLogs): void {
  const before = openLogs.value
  openLogs.value = next
  if (!router) return
  const { path, query, hash } = router.currentRoute.value
  const { log, pinned, line, ...others } = query
  const to = { path, query: { ...others, ...writeQuery(next) }, hash }
  const wasOpen = allOf(before).length > 0
  const isOpen = allOf(next).length > 0
  if (!wasOpen) void router.push(to)
  else if (!isOpen && (history.state as { back?: unknown } | null)?.back === router.resolve(to).fullPath) router.back()
  else void router.replace(to)
}

/** Opens a log in the place of the one that is not pinned, or beside those that are. */
export function openLog(subject: LogSubject): void {
  const { pinned } = openLogs.value
  const text = formatSubject(subject)
  if (pinned.some((other) => formatSubject(other) === text)) return
  change({ pinned: pinned.slice(0, MOST_LOGS - 1), current: subject, line: '' })
}

/** Opens stdout where the process has one, else stderr; or the one that is named. */
export function showLog(process: LiveProcess, streams?: 'out' | 'err'): void {
  const { logfile, stdout_logfile } = process.data.value
  openLog({ kind: 'process', uid: process.uid, streams: streams ?? (stdout_logfile || logfile ? 'out' : 'err') })
}

/** Shows another log in the place of one. */
export function replaceLog(before: LogSubject, after: LogSubject): void {
  ids.set(after, idOf(before))
  const { pinned, current } = openLogs.value
  change({
    pinned: pinned.map((subject) => (subject === before ? after : subject)),
    current: current === before ? after : current,
    line: '',
  })
}

export function closeLog(subject: LogSubject): void {
  const { pinned, current } = openLogs.value
  change({
    pinned: pinned.filter((other) => other !== subject),
    current: current === subject ? null : current,
    line: '',
  })
}

export function togglePin(subject: LogSubject): void {
  const { pinned, current, line } = openLogs.value
  if (current === subject) change({ pinned: [...pinned, subject], current: null, line })
  else change({ pinned: pinned.filter((other) => other !== subject), current: subject, line: '' })
}
