import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LogReader } from '../../src/logs/model/log-reader'

const ONE = { follow: '/follow', range: '/range', download: '/download', search: '/search' }
const encoder = new TextEncoder()

/** One connection of the page, answered by the test. */
interface Asked {
  url: string
  body: string
  send: (name: string, id: string, data: object) => void
  end: () => void
}

/** A server of logs: streams are answered by the test, parts at once from a text. */
class FakeServer {
  readonly streams: Asked[] = []
  readonly parts: string[] = []
  /** Of the file `f`; what is before offset 0 is of rotated files. */
  before = ''
  text = ''

  readonly fetch = (input: string, init: RequestInit = {}): Promise<Response> => {
    if (input.startsWith('/range')) return Promise.resolve(this.part(new URL(input, 'http://x').searchParams))
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({ start: (own) => (controller = own) })
    init.signal?.addEventListener('abort', () => controller?.error(new DOMException('aborted', 'AbortError')))
    this.streams.push({
      url: input,
      body: init.body instanceof URLSearchParams ? init.body.toString() : '',
      send: (name, id, data) =>
        controller?.enqueue(
          encoder.encode(`event: ${name}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`),
        ),
      end: () => controller?.close(),
    })
    return Promise.resolve(new Response(body))
  }

  private part(query: URLSearchParams): Response {
    this.parts.push(query.toString())
    const all = this.before + this.text
    const oldest = -this.before.length
    const to = Math.min(Number(query.get('to') ?? this.text.length), this.text.length)
    const from = Math.max(
      oldest,
      query.has('length') ? to - Number(query.get('length')) : Number(query.get('from') ?? 0),
    )
    return new Response(all.slice(from - oldest, to - oldest), {
      headers: {
        'Log-File': 'f',
        'Log-From': String(from),
        'Log-To': String(to),
        'Log-Oldest': String(oldest),
        'Log-End': String(this.text.length),
      },
    })
  }
}

let server: FakeServer
let reader: LogReader | undefined
beforeEach(() => {
  server = new FakeServer()
  vi.stubGlobal('fetch', server.fetch)
  vi.stubGlobal('requestAnimationFrame', (then: () => void) => setTimeout(then, 0))
  vi.stubGlobal('cancelAnimationFrame', clearTimeout)
})
afterEach(() => {
  reader?.stop()
  vi.unstubAllGlobals()
})

const shown = ({ buffer }: LogReader) =>
  Array.from({ length: buffer.count }, (_, i) => buffer.rowAt(buffer.first + i)).map(({ text, mark }) =>
    mark ? `[${mark.kind}${'lost' in mark ? ` ${mark.lost}` : ''}]` : text,
  )
const stream = (index: number) => vi.waitFor(() => server.streams[index] ?? Promise.reject(new Error('not asked yet')))
const shows = (lines: string[]) => vi.waitFor(() => expect(reader && shown(reader)).toEqual(lines))

describe('LogReader', () => {
  it('goes on behind the last event after a loss, and says what was missed', async () => {
    reader = new LogReader(ONE, 1e6)
    reader.follow()
    const first = await stream(0)
    expect(first.url).toBe('/follow?lines=1000')
    first.send('opened', '0@f', { file: 'f', offset: 0, lost: 0 })
    first.send('lines', '6@f~1', { text: 'one\ntw', from: 0, to: 6, file: 'f' })
    await shows(['one', 'tw'])
    first.end()
    await vi.waitFor(() => expect(reader?.status.value.phase).toBe('waiting'))
    reader.retry()

    const second = await stream(1)
    expect(second.url).toContain(`from=${encodeURIComponent('6@f~1')}`)
    second.send('opened', '6@f~1', { file: 'f', offset: 6, lost: 0 })
    second.send('lines', '8@f~2', { text: 'o\n', from: 6, to: 8, file: 'f' })
    second.send('skipped', '20@f', { file: 'f', offset: 20, lost: 12 })
    second.send('rotated', '0@g', { file: 'g', offset: 0, lost: 0 })
    second.send('lines', '4@g', { text: 'new\n', from: 0, to: 4, file: 'g' })
    await shows(['one', 'two', '[skipped 12]', '[rotated 0]', 'new'])
  })

  it('says why a log ended, and tries again', async () => {
    reader = new LogReader(ONE, 1e6)
    reader.follow()
    const first = await stream(0)
    first.send('ended', '', { reason: 'its group was removed' })
    first.end()
    await vi.waitFor(() =>
      expect(reader?.status.value).toEqual({ phase: 'waiting', code: 200, reason: 'its group was removed' }),
    )
  })

  it('reads back page by page, over rotated files, to the beginning and no further', async () => {
    server.before = 'a\nb\n'.repeat(70_000)
    server.text = 'c\nlast\n'
    reader = new LogReader(ONE, 1e8)
    reader.follow()
    const only = await stream(0)
    only.send('opened', '2@f', { file: 'f', offset: 2, lost: 0 })
    only.send('lines', '7@f', { text: 'last\n', from: 2, to: 7, file: 'f' })
    await shows(['last'])
    for (let pages = 0; pages < 3; pages++) {
      await vi.waitFor(() => expect(reader?.earlier.value.kind).toMatch(/more|beginning/))
      await reader.loadEarlier()
    }
    expect(reader.earlier.value.kind).toBe('beginning')
    const lines = shown(reader)
    expect(lines.length).toBe(140_000 + 3)
    expect(lines.slice(-4)).toEqual(['b', '[rotated 0]', 'c', 'last'])
    const asked = server.parts.length
    await reader.loadEarlier()
    expect(server.parts.length).toBe(asked)
  })

  it('shows the lines around a place, reads on, and follows from the end', async () => {
    server.text = Array.from({ length: 60_000 }, (_, i) => `${String(i).padStart(6, '0')}\n`).join('')
    reader = new LogReader(ONE, 1e8)
    expect(await reader.readAround(7 * 20_000, 'f')).toBe(true)
    expect(reader.status.value.phase).toBe('detached')
    expect(reader.buffer.textAt(reader.buffer.rowOf(7 * 20_000 + 3, 'f') ?? 0)).toBe('020000')
    await reader.loadLater()
    const follow = await stream(0)
    expect(follow.url).toContain(`from=${encodeURIComponent('420000@f')}`)
    const all = shown(reader)
    expect(all.at(-1)).toBe('059999')
    expect(new Set(all).size).toBe(all.length)
    expect(await reader.readAround(7e9, 'f')).toBe(false)
  })

  it('keeps the place of each of several logs', async () => {
    reader = new LogReader({ uids: () => ['one:a:a', 'one:b:b'], streams: 'out' }, 1e6)
    reader.follow()
    const first = await stream(0)
    expect(first.body).toContain('uid=one%3Aa%3Aa%2Cone%3Ab%3Ab')
    const of = (uid: string) => ({ uid, stream: 'out' })
    first.send('opened', '', { ...of('one:a:a'), file: 'f', offset: 0, lost: 0, position: '0@f' })
    first.send('lines', '', { ...of('one:a:a'), file: 'f', from: 0, to: 5, text: 'a be', position: '4@f' })
    first.send('lines', '', { ...of('one:b:b'), file: 'g', from: 0, to: 2, text: 'b\n', position: '2@g' })
    first.send('lines', '', { ...of('one:a:a'), file: 'f', from: 4, to: 9, text: 'gins\n', position: '9@f' })
    await shows(['b', 'a begins'])
    expect(reader.earlier.value.kind).toBe('several')
    reader.follow()
    const positions = new URLSearchParams((await stream(1)).body).getAll('position')
    expect(positions).toEqual(['one:a:a|out|9@f', 'one:b:b|out|2@g'])
  })
})
