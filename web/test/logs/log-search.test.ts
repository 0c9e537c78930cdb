import { describe, expect, it } from 'vitest'
import { LogBuffer } from '../../src/logs/model/log-buffer'
import { LogSearch } from '../../src/logs/search/log-search'
import { MatchList } from '../../src/logs/search/match-list'
import { compile, type LogQuery } from '../../src/logs/search/query'
import { scan, type ScanTask } from '../../src/logs/search/scan'

/** Searches at once and in the same thread. */
function scanner() {
  let query: LogQuery | null = null
  const fake = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    onerror: null,
    terminate: () => undefined,
    postMessage: (data: unknown) => {
      if (typeof data === 'object' && data && 'isRegex' in data) query = data as LogQuery
      else if (query) {
        const result = scan(data as ScanTask, compile(query) as RegExp, query.isRegex)
        queueMicrotask(() => fake.onmessage?.({ data: result } as MessageEvent))
      }
    },
  }
  return fake as unknown as Worker
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5))
const rowsIn = (list: MatchList) => Array.from({ length: list.count }, (_, i) => list.rowAt(i))

function fill(buffer: LogBuffer, lines: string[]): void {
  buffer.append({ source: 0, file: 'f', text: lines.map((line) => `${line}\n`).join(''), from: 0, to: 1e9, arrival: 0 })
}

describe('LogSearch', () => {
  it('finds what is there, what comes and what is read back', async () => {
    const buffer = new LogBuffer(1e7)
    fill(
      buffer,
      Array.from({ length: 2000 }, (_, i) => (i % 500 === 0 ? `hit ${i}` : `line ${i}`)),
    )
    const search = new LogSearch(buffer, scanner)
    search.set({ text: 'HIT', isRegex: false, matchesCase: false })
    await settle()
    expect(rowsIn(search.matches)).toEqual([0, 500, 1000, 1500])
    expect(search.isDone.value).toBe(true)

    fill(buffer, ['another hit', 'none'])
    buffer.prepend([{ text: 'an old hit', offset: 0 }], { source: 0, file: 'f' })
    search.look()
    await settle()
    expect(rowsIn(search.matches)).toEqual([-1, 0, 500, 1000, 1500, 2000])
  })

  it('looks again at a line that was not complete', async () => {
    const buffer = new LogBuffer(1e7)
    const search = new LogSearch(buffer, scanner)
    search.set({ text: '^ab$', isRegex: true, matchesCase: true })
    buffer.append({ source: 0, file: 'f', text: 'ab', from: 0, to: 2, arrival: 0 })
    search.look()
    await settle()
    expect(rowsIn(search.matches)).toEqual([0])
    buffer.append({ source: 0, file: 'f', text: 'c\nab\n', from: 2, to: 7, arrival: 0 })
    search.look()
    await settle()
    expect(rowsIn(search.matches)).toEqual([1])
  })

  it('searches what is seen, not what a terminal is told', async () => {
    const buffer = new LogBuffer(1e7)
    fill(buffer, ['\x1b[31mER\x1b[0mROR', 'no'])
    const search = new LogSearch(buffer, scanner)
    search.set({ text: 'error', isRegex: false, matchesCase: false })
    await settle()
    expect(rowsIn(search.matches)).toEqual([0])
  })

  it('says what is wrong with an expression', () => {
    const search = new LogSearch(new LogBuffer(1e6), scanner)
    search.set({ text: '(', isRegex: true, matchesCase: false })
    expect(search.problem.value?.kind).toBe('wrong')
  })

  it('gives up an expression that takes for ever', async () => {
    const buffer = new LogBuffer(1e6)
    fill(buffer, [`${'a'.repeat(22)}!`])
    const search = new LogSearch(buffer, scanner)
    search.set({ text: '(a+)+$', isRegex: true, matchesCase: false })
    await settle()
    expect(search.problem.value).toEqual({ kind: 'slow' })
    expect(search.highlighter).toBeNull()
  })

  it('forgets rows that are gone', async () => {
    const buffer = new LogBuffer(200_000)
    const search = new LogSearch(buffer, scanner)
    search.set({ text: 'x', isRegex: false, matchesCase: false })
    for (let i = 0; i < 40; i++) {
      fill(
        buffer,
        Array.from({ length: 500 }, () => 'x'.repeat(50)),
      )
      search.look()
      await settle()
    }
    expect(search.matches.count).toBe(buffer.count)
    expect(search.matches.rowAt(0)).toBe(buffer.first)
  })
})
