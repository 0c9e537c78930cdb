import { LineReader } from './lines'
import { request } from './http'

export interface SseMessage {
  id: string
  /** Of the event; empty when it has none. */
  name: string
  data: string
}

/** Server-sent events from chunks of bytes: `id:`, `event:` and `data:` are what this server sends. */
export class SseParser {
  private readonly lines = new LineReader()
  private data: string[] = []
  private id = ''
  private name = ''

  push(chunk: Uint8Array): SseMessage[] {
    const messages: SseMessage[] = []
    for (const line of this.lines.push(chunk)) {
      if (line === '') {
        if (this.data.length > 0) messages.push({ id: this.id, name: this.name, data: this.data.join('\n') })
        this.data = []
        this.name = ''
      } else if (line.startsWith('data:')) {
        this.data.push(valueOf(line, 5))
      } else if (line.startsWith('id:')) {
        this.id = valueOf(line, 3)
      } else if (line.startsWith('event:')) {
        this.name = valueOf(line, 6)
      }
    }
    return messages
  }
}

function valueOf(line: string, from: number): string {
  return line.slice(line.charCodeAt(from) === 0x20 ? from + 1 : from)
}

export interface SseOptions {
  signal: AbortSignal
  /** Sent as Last-Event-ID, when not empty. */
  lastEventId?: string
  /** A server is gone when nothing, not even a comment, came for this long. */
  silenceLimitMs?: number
  /** Sent as a form, by POST: for what is too long for an address. */
  form?: URLSearchParams
  onOpen?: () => void
  /** Called once for each chunk that arrived, with what it completed (perhaps nothing). */
  onMessages: (messages: SseMessage[]) => void
}

/**
 * Follows a stream until it ends, fails, falls silent or is aborted. Read with `fetch` and not with `EventSource`,
 * because that one tells neither the status of a refusal nor of a silence, and cannot begin at an id.
 */
export async function followSse(path: string, options: SseOptions): Promise<void> {
  const silence = new AbortController()
  const limit = options.silenceLimitMs ?? 45_000
  let timer = setTimeout(() => silence.abort(new Error('the server fell silent')), limit)
  try {
    const response = await request(path, {
      signal: AbortSignal.any([options.signal, silence.signal]),
      headers: {
        accept: 'text/event-stream',
        ...(options.lastEventId ? { 'Last-Event-ID': options.lastEventId } : {}),
      },
      cache: 'no-store',
      ...(options.form ? { method: 'POST', body: options.form } : {}),
    })
    options.onOpen?.()
    const parser = new SseParser()
    const reader = response.body?.getReader()
    while (reader) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(new Error('the server fell silent')), limit)
      options.onMessages(parser.push(value))
    }
  } finally {
    clearTimeout(timer)
  }
}
