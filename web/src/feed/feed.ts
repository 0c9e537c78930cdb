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

const EVENT_ID_HEADER = 'Multivisor-Event-Id'
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

/**
 * Keeps the fleet true: everything once, then what changes, for ever. After a loss it continues behind the last event
 * it has seen; where the server cannot, everything is read again.
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
        if (this.needsData) await this.read(signal)
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
      if (this.needsData && this.status.value.phase === 'live') continue
      await this.pause(wait * (0.75 + Math.random() / 2))
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    const response = await request('/api/data', { signal, headers: { accept: 'application/json' }, cache: 'no-store' })
    const data = (await response.json()) as DataJson
    this.batch.clear()
    this.lastEventId = response.headers.get(EVENT_ID_HEADER) ?? ''
    this.fleet.applyData(data)
    this.fleet.commit()
    this.needsData = false
    this.set({ hasData: true, lastContact: Date.now() })
  }

  /** Until the stream ends, or an event says that others are missing. */
  private async follow(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const enough = new AbortController()
    try {
      await followSse('/api/stream?hello=1', {
        signal: AbortSignal.any([signal, enough.signal]),
        lastEventId: this.lastEventId,
        onOpen: () => {
          onOpen()
          this.set({ phase: 'live', lastContact: Date.now(), error: '' })
        },
        onMessages: (messages) => {
          this.contact()
          if (!this.receive(messages)) enough.abort()
        },
      })
    } catch (error) {
      if (!enough.signal.aborted || signal.aborted) throw error
    }
    this.batch.flush()
  }

  /** False when what follows would be of no use. */
  private receive(messages: SseMessage[]): boolean {
    const events: StreamEvent[] = []
    for (const message of messages) {
      const event = JSON.parse(message.data) as StreamEvent
      if (event.event === 'hello') {
        this.server.value = event.payload
        continue
      }
      if (event.event === 'resync') {
        this.needsData = true
        break
      }
      this.lastEventId = message.id
      events.push(event)
    }
    this.batch.push(events)
    return !this.needsData
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
    if (!this.needsData || this.status.value.phase !== 'live') this.set({ phase: 'reconnecting', error })
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
