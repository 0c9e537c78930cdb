import { shallowRef } from 'vue'
import type { LogEndedJson, LogLinesJson, LogMovedJson } from '../../api/contract'
import { ApiError } from '../../api/http'
import { followSse, type SseMessage } from '../../api/sse'
import { HeldLines } from './held-lines'
import { LogBuffer, type Mark } from './log-buffer'
import { readPage, type LogPage } from './log-page'
import type { OneLog } from './log-requests'

/** Lines that are read before following: of one log, and of each of several. */
const FIRST_LINES = 1000
const FIRST_LINES_EACH = 50

const PAGE_OCTETS = 256 * 1024
const RETRY_MS = 3000

/** What comes so soon after the first connection was there before. */
const BACKLOG_MS = 700

export interface LogSource {
  uid: string
  stream: 'out' | 'err' | 'main'
}

/** Several logs that are read as one. Asked at each connection: members come and go. */
export interface ManyLogs {
  uids: () => readonly string[]
  streams: string
}

export type LogStatus =
  | { phase: 'opening' | 'live' | 'detached' }
  /** It is tried again by itself. */
  | { phase: 'waiting'; code: number; reason: string }

/** What is before the first row. */
export type EarlierState =
  { kind: 'unknown' | 'more' | 'loading' | 'beginning' | 'gone' | 'several' } | { kind: 'failed'; reason: string }

let lastId = 0

/** Reads what one view shows: follows, goes on after a loss, and reads back. */
export class LogReader {
  /** Another one for each reader. */
  readonly id = ++lastId
  readonly buffer: LogBuffer
  /** By the numbers that rows have. */
  readonly sources: LogSource[] = []
  /** Changes at most once in a frame. */
  readonly version = shallowRef(0)
  readonly status = shallowRef<LogStatus>({ phase: 'opening' })
  readonly earlier = shallowRef<EarlierState>({ kind: 'unknown' })

  private readonly life = new AbortController()
  private connection = new AbortController()
  private readonly held = new HeldLines((piece) => {
    this.buffer.append(piece)
    this.touch()
  })
  private readonly positions = new Map<string, string>()
  /** Where what was read begins, until there are rows. */
  private begin = { file: '', offset: 0 }
  private backlogUntil = 0
  private isFirst = true
  private frame = 0
  private wake: () => void = () => undefined

  constructor(
    private readonly of: OneLog | ManyLogs,
    memory: number,
  ) {
    this.buffer = new LogBuffer(memory)
    if (!('follow' in of)) this.earlier.value = { kind: 'several' }
    else this.sources.push({ uid: '', stream: 'main' })
  }

  follow(): void {
    this.connection.abort()
    this.connection = new AbortController()
    void this.run(AbortSignal.any([this.life.signal, this.connection.signal]))
  }

  /** Tries at once instead of after a while. */
  retry(): void {
    this.wake()
  }

  stop(): void {
    this.life.abort()
    this.wake()
    this.held.stop()
    cancelAnimationFrame(this.frame)
  }

  /** Drops what was read and begins anew at the end. */
  restart(): void {
    this.buffer.clear()
    this.positions.clear()
    this.isFirst = true
    if (this.earlier.value.kind !== 'several') this.earlier.value = { kind: 'unknown' }
    this.touch()
    this.follow()
  }

  /** Reads around a place instead of at the end. False when it is not there any more. */
  async readAround(offset: number, file: string): Promise<boolean> {
    try {
      const page = await this.read({ file, from: offset - PAGE_OCTETS / 4, to: offset + PAGE_OCTETS / 2 })
      if (offset >= page.to) return false
      this.begin = { file: page.file, offset: page.from }
      this.noteBeginning(page)
      this.take(page)
      return true
    } catch {
      return false
    }
  }

  /** Reads a page of what is before the first row. */
  async loadEarlier(): Promise<void> {
    const { kind } = this.earlier.value
    if (kind !== 'more' && kind !== 'failed') return
    this.earlier.value = { kind: 'loading' }
    const { offset: to, file } = this.firstPlace()
    try {
      const page = await this.read({ file, to, length: PAGE_OCTETS })
      this.earlier.value = { kind: 'more' }
      this.prepend(page)
      this.noteBeginning(page)
    } catch (error) {
      this.earlier.value =
        error instanceof ApiError && error.status === 404 ? { kind: 'gone' } : { kind: 'failed', reason: String(error) }
    }
    this.touch()
  }

  /** Reads on behind the last row where this is not the end; follows from there when it is. */
  async loadLater(): Promise<void> {
    if (this.status.value.phase !== 'detached' || !this.next || this.isReadingOn) return
    this.isReadingOn = true
    try {
      const { offset, file } = this.next
      this.take(await this.read({ file, from: offset, to: offset + PAGE_OCTETS }, true))
    } catch {
      // What was there is gone: what is there now begins anew.
      this.restart()
    } finally {
      this.isReadingOn = false
    }
  }

  private next: { offset: number; file: string } | null = null
  private isReadingOn = false

  private get range(): string {
    if (!('range' in this.of)) throw new Error('the order of what several logs hold is not known')
    return this.of.range
  }

  private async read(
    wanted: { file: string; from?: number; to?: number; length?: number },
    isContinued = false,
  ): Promise<LogPage> {
    const page = await readPage(this.range, wanted, this.life.signal, isContinued)
    // Without our agent files have no names.
    return page.file === '' ? { ...page, file: wanted.file } : page
  }

  private take(page: LogPage): void {
    const { file } = page
    page.lines.forEach(({ text, offset }, i) => {
      const isLast = i === page.lines.length - 1
      const to = isLast ? page.to : (page.lines[i + 1]?.offset ?? page.to)
      this.buffer.append({
        source: 0,
        file,
        text: isLast && !page.isWhole ? text : `${text}\n`,
        from: offset,
        to,
        arrival: 0,
      })
    })
    this.next = { offset: page.to, file }
    this.touch()
    if (page.to < page.end) {
      this.status.value = { phase: 'detached' }
      return
    }
    this.isFirst = false
    this.positions.set('', `${page.to}@${file}`)
    this.follow()
  }

  private prepend(page: LogPage): void {
    const { file } = page
    const { generation } = this.buffer
    const older = page.lines.filter(({ offset }) => offset < 0)
    const newer = page.lines.filter(({ offset }) => offset >= 0)
    const origin = { source: 0, file }
    if (newer.length > 0) this.buffer.prepend(newer, origin)
    if (older.length > 0) {
      const isSeam = newer.length > 0 || this.firstPlace().offset === 0
      this.buffer.prepend(older, origin, isSeam ? { kind: 'rotated', source: 0, lost: 0 } : undefined)
    }
    this.begin = { file, offset: page.from }
    if (this.buffer.generation === generation || !this.buffer.cutAt) return
    // There was no room for both ends.
    this.connection.abort()
    this.next = this.buffer.cutAt
    this.status.value = { phase: 'detached' }
  }

  private noteBeginning({ from, oldest }: LogPage): void {
    if (this.earlier.value.kind === 'several') return
    this.earlier.value = { kind: from <= oldest ? 'beginning' : 'more' }
  }

  private firstPlace(): { offset: number; file: string } {
    const { first, end } = this.buffer
    for (let row = first; row < Math.min(end, first + 100); row++) {
      const { mark, offset, file } = this.buffer.rowAt(row)
      if (!mark) return { offset, file }
    }
    return this.begin
  }

  private async run(signal: AbortSignal): Promise<void> {
    if (this.status.value.phase !== 'waiting') this.status.value = { phase: 'opening' }
    const isOver = () => signal.aborted
    while (!isOver()) {
      let failure: { code: number; reason: string }
      try {
        const reason = await this.connect(signal)
        failure = { code: reason ? 200 : 0, reason }
      } catch (error) {
        failure = {
          code: error instanceof ApiError ? error.status : 0,
          reason: error instanceof Error ? error.message : String(error),
        }
      }
      if (isOver()) return
      this.held.flush()
      this.status.value = { phase: 'waiting', ...failure }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  private ended = ''

  /** Gives the reason for which the log ended; empty when only the connection did. */
  private async connect(signal: AbortSignal): Promise<string> {
    this.ended = ''
    const common = {
      signal,
      onOpen: () => {
        this.status.value = { phase: 'live' }
        if (this.isFirst) this.backlogUntil = Date.now() + BACKLOG_MS
      },
      onMessages: (messages: SseMessage[]) => {
        if (signal.aborted || messages.length === 0) return
        for (const message of messages) this.apply(message)
        this.touch()
      },
    }
    if ('follow' in this.of) {
      const position = this.positions.get('') ?? ''
      await followSse(
        `${this.of.follow}?lines=${FIRST_LINES}${position ? `&from=${encodeURIComponent(position)}` : ''}`,
        common,
      )
      return this.ended
    }

    const form = new URLSearchParams({ stream: this.of.streams, lines: String(FIRST_LINES_EACH) })
    form.set('uid', this.of.uids().join(','))
    for (const [key, position] of this.positions) form.append('position', `${key}|${position}`)
    await followSse('/api/logs/follow', { ...common, form })
    return this.ended
  }

  private apply({ id, name, data }: SseMessage): void {
    const event = JSON.parse(data) as (LogLinesJson | LogMovedJson | LogEndedJson) & {
      uid?: string
      stream?: 'out' | 'err'
    }
    const key = event.uid === undefined ? '' : `${event.uid}|${event.stream}`
    const source = event.uid === undefined ? 0 : this.sourceOf(event.uid, event.stream ?? 'out')
    const position = 'position' in event ? event.position : id
    if (name === 'lines') {
      const { text, from, to, file } = event as LogLinesJson
      const arrival = Date.now() < this.backlogUntil ? 0 : Date.now()
      const piece = { source, file, text, from, to, arrival }
      if (event.uid === undefined) this.buffer.append(piece)
      else this.held.push(piece)
    } else if (name === 'ended') {
      const { reason } = event as LogEndedJson
      if (event.uid === undefined) this.ended = reason
      else this.say({ kind: 'ended', source, reason }, '', 0)
    } else {
      this.move(name, event as LogMovedJson, source, key)
    }
    if (position && name !== 'ended') this.positions.set(key, position)
    this.isFirst = false
  }

  private move(name: string, { file, offset, lost }: LogMovedJson, source: number, key: string): void {
    if (name !== 'opened') {
      const kind = name === 'rotated' || name === 'cleared' ? name : 'skipped'
      this.say({ kind, source, lost }, file, offset)
    } else if (lost !== 0 && this.positions.has(key)) {
      this.say({ kind: 'skipped', source, lost }, file, offset)
    }
    if (this.earlier.value.kind !== 'unknown') return
    this.begin = { file, offset }
    if (offset > 0) this.earlier.value = { kind: 'more' }
    else void this.lookForEarlier(file)
  }

  /** The file begins here, but there may be rotated ones before it. */
  private async lookForEarlier(file: string): Promise<void> {
    try {
      this.noteBeginning(await this.read({ file, from: 0, to: 0 }))
    } catch {
      this.earlier.value = { kind: 'more' }
    }
  }

  private say(mark: Mark, file: string, offset: number): void {
    this.held.flush(mark.source)
    this.buffer.mark(mark, { source: mark.source, file }, offset)
  }

  private sourceOf(uid: string, stream: 'out' | 'err'): number {
    const known = this.sources.findIndex((source) => source.uid === uid && source.stream === stream)
    return known >= 0 ? known : this.sources.push({ uid, stream }) - 1
  }

  private touch(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0
      this.version.value++
    })
  }
}
