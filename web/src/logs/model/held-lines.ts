import type { Piece } from './log-buffer'
import { octetsOf } from './utf8'

/** How long the beginning of a line waits for its end while others have something to say. */
const PATIENCE_MS = 300

/** What is held of one log at most. */
const MOST_HELD = 64 * 1024

/**
 * Where several logs are shown as one, a line that came in pieces is shown when it is complete, so that the lines of others
 * do not come between; or after a moment, because some lines never end.
 */
export class HeldLines {
  private readonly held = new Map<number, Piece>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly give: (piece: Piece) => void) {}

  push(piece: Piece): void {
    const before = this.held.get(piece.source)
    const whole = before ? { ...piece, text: before.text + piece.text, from: before.from } : piece
    this.held.delete(piece.source)
    const end = whole.text.lastIndexOf('\n') + 1
    const rest = whole.text.slice(end)
    if (rest === '' || rest.length > MOST_HELD) {
      this.give(whole)
      return
    }
    const restFrom = Math.max(whole.from, whole.to - octetsOf(rest))
    if (end > 0) this.give({ ...whole, text: whole.text.slice(0, end), to: restFrom })
    this.held.set(whole.source, { ...whole, text: rest, from: restFrom })
    this.timer ??= setTimeout(() => this.flush(), PATIENCE_MS)
  }

  /** Gives what is held of one log, or of all. */
  flush(source?: number): void {
    for (const [of, piece] of this.held) {
      if (source !== undefined && of !== source) continue
      this.held.delete(of)
      this.give(piece)
    }
    if (this.held.size === 0) this.stop()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
