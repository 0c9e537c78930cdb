import { shallowRef } from 'vue'
import type { LogBuffer } from '../model/log-buffer'
import { MatchList } from './match-list'
import { compile, type LogQuery } from './query'
import type { ScanResult } from './scan'

/** An answer that takes longer does not come. */
const PATIENCE_MS = 3000

type Scanner = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>

const startWorker = (): Scanner => new Worker(new URL('./scan.worker.ts', import.meta.url), { type: 'module' })

export type SearchProblem = { kind: 'wrong'; reason: string } | { kind: 'slow' }

/** The rows of a buffer that match what is looked for: first the last ones, then all before, and new ones as they come. */
export class LogSearch {
  readonly matches = new MatchList()
  /** Changes when matches do. */
  readonly version = shallowRef(0)
  readonly problem = shallowRef<SearchProblem | null>(null)
  readonly isDone = shallowRef(true)

  private expression: RegExp | null = null
  private query: LogQuery | null = null
  private worker: Scanner | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Rows from the one on and before the other were looked at. */
  private low = 0
  private high = 0
  private generation = -1
  /** The last row, when it was looked at before it was complete, and how long it was. */
  private open: { row: number; length: number } | null = null
  private lastId = 0
  private asked: { id: number; row: number; isForward: boolean } | null = null

  constructor(
    private readonly buffer: LogBuffer,
    private readonly start: () => Scanner = startWorker,
  ) {}

  /** For what is shown: only rows that were found to match in time may be searched with it. */
  get highlighter(): RegExp | null {
    return this.expression
  }

  set(query: LogQuery): void {
    this.stop()
    this.problem.value = null
    this.query = null
    this.expression = null
    this.reset()
    if (query.text === '') return
    const compiled = compile(query)
    if (!(compiled instanceof RegExp)) {
      this.problem.value = { kind: 'wrong', reason: compiled.problem }
      return
    }
    this.expression = compiled
    this.query = query
    this.look()
  }

  /** Looks at what is new. To be called whenever the buffer changed. */
  look(): void {
    if (!this.query || this.problem.value) return
    const { first, end, generation } = this.buffer
    if (generation !== this.generation) this.reset()
    if (this.low < first) {
      this.matches.dropBefore(first)
      this.low = first
      this.high = Math.max(this.high, first)
    }
    if (this.asked) return
    this.lookAgainAtOpen()
    if (this.high < end) this.ask(this.high, true)
    else if (this.low > first) this.ask(Math.max(first, this.buffer.blockStart(this.low - 1)), false)
    else this.isDone.value = true
  }

  stop(): void {
    clearTimeout(this.timer)
    this.worker?.terminate()
    this.worker = null
    this.asked = null
  }

  private reset(): void {
    this.matches.clear()
    this.generation = this.buffer.generation
    this.low = this.high = this.buffer.end
    this.open = null
    this.version.value++
  }

  private lookAgainAtOpen(): void {
    if (!this.open) return
    const { row, length } = this.open
    if (row >= this.buffer.first && row < this.buffer.end && this.buffer.textAt(row).length !== length) {
      this.matches.dropLast(row)
      this.high = row
      this.open = null
    }
  }

  private ask(row: number, isForward: boolean): void {
    this.isDone.value = false
    if (!this.worker) {
      this.worker = this.start()
      this.worker.onmessage = ({ data }) => this.answer(data as ScanResult)
      this.worker.onerror = () => this.giveUp()
      this.worker.postMessage(this.query)
    }
    const { text, ends } = this.buffer.blockFrom(row)
    const id = ++this.lastId
    const count = isForward ? ends.length : Math.min(ends.length, this.low - row)
    this.asked = { id, row, isForward }
    this.scanned = row + count
    this.scannedOpen = this.scanned > this.buffer.settled ? this.buffer.textAt(this.scanned - 1).length : null
    this.timer = setTimeout(() => this.giveUp(), PATIENCE_MS)
    this.worker.postMessage({ id, text, ends: ends.slice(0, count) })
  }

  private scanned = 0
  private scannedOpen: number | null = null

  private answer({ id, found, isSlow }: ScanResult): void {
    if (this.asked?.id !== id) return
    clearTimeout(this.timer)
    const { row, isForward } = this.asked
    this.asked = null
    if (isSlow) {
      this.giveUp()
      return
    }
    if (this.generation === this.buffer.generation) {
      const rows = Array.from(found, (index) => row + index).filter((match) => !this.buffer.marksAt(match))
      if (isForward) {
        this.matches.addNewer(rows)
        this.high = this.scanned
        if (this.scannedOpen !== null) this.open = { row: this.scanned - 1, length: this.scannedOpen }
      } else {
        this.matches.addOlder(rows)
        this.low = row
      }
      this.version.value++
    }
    this.look()
  }

  private giveUp(): void {
    this.stop()
    this.matches.clear()
    this.expression = null
    this.problem.value = { kind: 'slow' }
    this.isDone.value = true
    this.version.value++
  }
}
