// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProcessJson, SupervisorJson } from '../../src/api/contract'
import { Feed } from '../../src/feed/feed'
import { Fleet } from '../../src/feed/fleet'

const LONG = { timeout: 30_000 }
vi.setConfig({ testTimeout: 120_000 })

const process = (statename: string): ProcessJson =>
  ({ uid: 's:g:p', name: 'p', group: 'g', supervisor: 's', statename, now: 1, description: '' }) as ProcessJson
const supervisor = (statename: string): SupervisorJson =>
  ({ name: 's', running: true, processes: { 's:g:p': process(statename) } }) as unknown as SupervisorJson

/** A server whose answers the test gives when it likes. */
class FakeServer {
  readonly asked: string[] = []
  private stream: ReadableStreamDefaultController<Uint8Array> | undefined
  private answers: ((response: Response) => void)[] = []

  readonly fetch = (path: string, options: RequestInit): Promise<Response> => {
    this.asked.push(path)
    if (!path.startsWith('/api/stream')) return new Promise((answer) => this.answers.push(answer))
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.stream = controller
        options.signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    })
    return Promise.resolve(new Response(body))
  }

  answerData(statename: string, eventId: number): void {
    const headers = { 'Multivisor-Event-Id': `${eventId}` }
    this.answers.shift()?.(Response.json({ name: 'site', supervisors: { s: supervisor(statename) } }, { headers }))
  }

  send(id: number, event: string, payload: unknown): void {
    const text = `id: ${id}\ndata: ${JSON.stringify({ payload, event })}\n\n`
    this.stream?.enqueue(new TextEncoder().encode(text))
  }

  count(path: string): number {
    return this.asked.filter((asked) => asked.startsWith(path)).length
  }
}

describe('Feed', () => {
  let server: FakeServer
  let fleet: Fleet
  let feed: Feed

  const stateOf = () => fleet.processes.get('s:g:p')?.latest.statename
  const untilDataIsAsked = (times: number) => vi.waitFor(() => expect(server.count('/api/data')).toBe(times), LONG)
  const untilStateIs = (state: string) => vi.waitFor(() => expect(stateOf()).toBe(state), LONG)

  beforeEach(() => {
    server = new FakeServer()
    vi.stubGlobal('fetch', server.fetch)
    fleet = new Fleet()
    feed = new Feed(fleet)
    feed.start()
  })

  afterEach(() => {
    feed.stop()
    vi.unstubAllGlobals()
  })

  it('opens the stream before it reads the whole state', async () => {
    await untilDataIsAsked(1)

    expect(server.asked.map((path) => path.split('?')[0])).toEqual(['/api/stream', '/api/data'])
  })

  it('applies what came while the state was read, and leaves out what the state has already', async () => {
    await untilDataIsAsked(1)
    server.send(7, 'process_changed', process('FATAL'))
    server.send(9, 'process_changed', process('STOPPED'))
    const seen: unknown[] = []
    feed.onNotification((notification) => seen.push(notification))
    server.send(8, 'notification', { message: '', level: 'INFO', time: 0 })

    server.answerData('RUNNING', 8)

    await untilStateIs('STOPPED')
    expect(seen).toEqual([])
    expect(feed.status.value.phase).toBe('live')
  })

  it('reads everything again when told to, and keeps the stream', async () => {
    await untilDataIsAsked(1)
    server.answerData('RUNNING', 1)
    await untilStateIs('RUNNING')

    server.send(2, 'resync', { reason: 'test' })
    await untilDataIsAsked(2)
    server.send(12, 'process_changed', process('EXITED'))
    server.answerData('STOPPED', 11)

    await untilStateIs('EXITED')
    expect(server.count('/api/stream')).toBe(1)
  })

  it('reads once more when events were lost while it read', async () => {
    await untilDataIsAsked(1)
    server.send(5, 'resync', { reason: 'test' })
    server.send(6, 'hello', { version: '1' })
    await vi.waitFor(() => expect(feed.server.value).toEqual({ version: '1' }), LONG)

    server.answerData('RUNNING', 4)
    await untilDataIsAsked(2)
    server.answerData('FATAL', 7)

    await untilStateIs('FATAL')
  })
})
