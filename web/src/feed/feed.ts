import { shallowRef } from 'vue'
import type { DataJson, HelloJson, NotificationJson, StreamEvent } from '../api/contract'
import { ApiError, request } from '../api/http'
import { followSse, type SseMessage } from '../api/sse'
import type { Fleet } from './fleet'
import { FrameBatch } from './frame-batch'

/** `signed-out`: the server wants a sign-in first. `reconnecting`: what is shown is the last known state. */
export type FeedPhase = 'idle' | 'loading' | 'live' | 'reconnecting' | 'signed-out'

export interface FeedStatus {
  phase: FeedPhase
  /** Whether any state has ever been read. */
  hasData: boolean
  /** When the server was last heard of, in ms; 0 for never. */
  lastContact: number
  /** Why there is no connection; the server's or the browser's words. */
  error: string
}

interface HeldEvent {
  id: string
  event: StreamEvent
}

const EVENT_ID_HEADER = 'Multivisor-Event-Id'
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000
/** Events kept while the whole state is read; beyond that it is read once more. */
const MOST_HELD = 100_000

/**
 * Keeps the fleet true: everything once, then what changes, for ever. The stream is opened first and the whole state
 * read beside it, so that no change falls between them, however long 50,000 processes take. After a loss it continues
 * behind the last event it has seen; where the server cannot, everything is read again, and the stream goes on.
 */
export class Feed {
  readonly status = shallowRef<FeedStatus>({ phase: 'idle', hasData: false, lastContact: 0, error: '' })
  /** Who answers now; null until it said so. */
  readonly server = shallowRef<HelloJson | null>(null)
  private readonly batch: FrameBatch<StreamEvent>
  private readonly notificationListeners = new Set<(notification: NotificationJson) => void>()
  private running: AbortController | null = null
  private wake: (() => void) | null = null
  private lastEventId = ''
  private needsData = true
  /** Number of the last event whose effect is in the state that was read. */
  private known = 0
  /** What came while the whole state is being read; null when it is not. */
  private held: HeldEvent[] | null = null
  private lostWhileReading = false

  constructor(private readonly fleet: Fleet) {
    this.batch = new FrameBatch((events) => this.apply(events))
  }

  /** Returns what takes the listener away again. */
  onNotification(listener: (notification: NotificationJson) => void): () => void {
    this.notificationListeners.add(listener)
    return () => this.notificationListeners.delete(listener)
  }

  start(): void {
    if (this.running) return
    this.running = new AbortController()
    void this.run(this.running.signal)
    addEventListener('online', this.retryNow)
    document.addEventListener('visibilitychange', this.retryNow)
  }

  stop(): void {
    this.running?.abort()
    this.running = null
    this.wake?.()
    removeEventListener('online', this.retryNow)
    document.removeEventListener('visibilitychange', this.retryNow)
  }

  /** Tries to reach the server now, without waiting for its next turn. */
  retry(): void {
    this.wake?.()
  }

  private readonly retryNow = () => {
    if (!document.hidden) this.wake?.()
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.set({ phase: this.status.value.hasData ? 'reconnecting' : 'loading' })
    let wait = FIRST_WAIT_MS
    while (!signal.aborted) {
      try {
        await this.follow(signal, () => (wait = FIRST_WAIT_MS))
        this.lose('')
      } catch (error) {
        if (isOver(signal)) return
        if (error instanceof ApiError && error.status === 401) {
          this.set({ phase: 'signed-out', error: '' })
          this.needsData = true
          this.stop()
          return
        }
        this.lose(error instanceof Error ? error.message : String(error))
      }
      await this.pause(wait * (0.75 + Math.random() / 2))
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }

  /** Until the stream ends. */
  private async follow(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    let failure: unknown
    const readAll = (): void => {
      this.readAll(either).catch((error: unknown) => {
        failure ??= error
        over.abort()
      })
    }
    this.held = null
    try {
      await followSse('/api/stream?hello=1', {
        signal: either,
        lastEventId: this.needsData ? '' : this.lastEventId,
        onOpen: () => {
          onOpen()
          if (this.needsData) readAll()
          else this.set({ phase: 'live', lastContact: Date.now(), error: '' })
        },
        onMessages: (messages) => {
          this.contact()
          this.receive(messages)
          if (this.needsData && !this.held) readAll()
        },
      })
    } catch (error) {
      throw failure ?? error
    } finally {
      over.abort()
      this.batch.flush()
    }
  }

  /** Reads the whole state, until nothing was lost meanwhile, and then hands over what came meanwhile. */
  private async readAll(signal: AbortSignal): Promise<void> {
    do {
      this.held = []
      this.lostWhileReading = false
      const response = await request('/api/data', {
        signal,
        headers: { accept: 'application/json' },
        cache: 'no-store',
      })
      const data = (await response.json()) as DataJson
      if (isOver(signal)) return
      this.batch.clear()
      this.lastEventId = response.headers.get(EVENT_ID_HEADER) ?? ''
      this.known = Number(this.lastEventId)
      this.fleet.applyData(data)
      this.fleet.commit()
      this.set({ phase: 'live', hasData: true, lastContact: Date.now(), error: '' })
    } while (this.hasLost())
    const held = this.held
    this.held = null
    this.needsData = false
    this.pass(held)
  }

  private receive(messages: SseMessage[]): void {
    const events: HeldEvent[] = []
    for (const message of messages) {
      const event = JSON.parse(message.data) as StreamEvent
      if (event.event === 'hello') this.server.value = event.payload
      else if (event.event === 'resync') this.loseAll(events)
      else events.push({ id: message.id, event })
    }
    if (!this.held) this.pass(events)
    else if (this.held.length + events.length <= MOST_HELD) this.held.push(...events)
    else this.loseAll(this.held)
  }

  /** Events are missing: those before are of no use any more. */
  private loseAll(events: HeldEvent[]): void {
    events.length = 0
    if (this.held) this.held.length = 0
    this.needsData = true
    this.lostWhileReading = true
  }

  /** What happened before the whole state was made is in it, and told no more. */
  private pass(all: readonly HeldEvent[]): void {
    const events = all.filter(({ id }) => Number(id) > this.known)
    const last = events.at(-1)
    if (!last) return
    this.lastEventId = last.id
    this.batch.push(events.map(({ event }) => event))
  }

  private apply(events: StreamEvent[]): void {
    for (const event of events) {
      if (event.event === 'process_changed') this.fleet.applyProcess(event.payload)
      else if (event.event === 'supervisor_changed') this.fleet.applySupervisor(event.payload)
      else if (event.event === 'notification') this.notificationListeners.forEach((tell) => tell(event.payload))
    }
    this.fleet.commit()
  }

  private lose(error: string): void {
    this.set({ phase: 'reconnecting', error })
  }

  /** Asked anew after an await, as {@link isOver}. */
  private hasLost(): boolean {
    return this.lostWhileReading
  }

  /** The time of the last contact need not be exact, and must not cost a render for each event. */
  private contact(): void {
    const now = Date.now()
    if (now - this.status.value.lastContact > 5000) this.set({ lastContact: now })
  }

  private set(change: Partial<FeedStatus>): void {
    this.status.value = { ...this.status.value, ...change }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Asked anew after an await: the compiler believes that nothing has changed since. */
const isOver = (signal: AbortSignal): boolean => signal.aborted
