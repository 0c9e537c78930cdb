import { describe, expect, it } from 'vitest'
import { HeldLines } from '../../src/logs/model/held-lines'
import { LogBuffer, ROW_CHARACTERS, type Piece } from '../../src/logs/model/log-buffer'
import { linesOf } from '../../src/logs/model/log-page'

const encoder = new TextEncoder()

function append(buffer: LogBuffer, text: string, from = 0, source = 0, file = 'f'): number {
  const to = from + encoder.encode(text).length
  buffer.append({ source, file, text, from, to, arrival: 1 })
  return to
}

const rowsOf = (buffer: LogBuffer) =>
  Array.from({ length: buffer.count }, (_, i) => buffer.rowAt(buffer.first + i)).map(({ text, mark }) =>
    mark ? `[${mark.kind}]` : text,
  )

describe('LogBuffer', () => {
  it('cuts text into lines, in whatever pieces it comes, with their offsets', () => {
    const text = 'first\r\n\ngröße\nlast'
    for (let cut = 0; cut <= text.length; cut++) {
      const buffer = new LogBuffer(1e6)
      const middle = append(buffer, text.slice(0, cut))
      append(buffer, text.slice(cut), middle)
      expect(rowsOf(buffer)).toEqual(['first', '', 'größe', 'last'])
      expect([0, 1, 2, 3].map((row) => buffer.rowAt(row).offset)).toEqual([0, 7, 8, 16])
      expect(buffer.settled).toBe(3)
    }
  })

  it('shows a long line as several rows, and gives it as one', () => {
    const buffer = new LogBuffer(1e7)
    const line = 'x'.repeat(ROW_CHARACTERS * 2 + 5)
    append(buffer, `a\n${line}\nb\n`)
    expect(rowsOf(buffer).map((text) => text.length)).toEqual([1, ROW_CHARACTERS, ROW_CHARACTERS, 5, 1])
    expect(buffer.lineAt(3)).toBe(line)
    expect(buffer.lineAt(1)).toBe(line)
    expect(buffer.rowAt(4).isContinued).toBe(false)
  })

  it('bounds a line that never ends', () => {
    const buffer = new LogBuffer(1e6)
    for (let i = 0; i < 500; i++) append(buffer, 'y'.repeat(10_000), i * 10_000)
    expect(buffer.count * ROW_CHARACTERS).toBeLessThan(2e6)
    expect(rowsOf(buffer).every((text) => text.length <= ROW_CHARACTERS)).toBe(true)
  })

  it('cuts neither a character nor a control sequence', () => {
    const buffer = new LogBuffer(1e6)
    append(buffer, `${'x'.repeat(ROW_CHARACTERS - 1)}😀\n${'x'.repeat(ROW_CHARACTERS - 2)}\x1b[31mred\n`)
    expect(rowsOf(buffer)[1]).toBe('😀')
    expect(rowsOf(buffer)[3]).toBe('\x1b[31mred')
  })

  it('keeps lines of several logs apart', () => {
    const buffer = new LogBuffer(1e6)
    append(buffer, 'one be', 0, 0)
    append(buffer, 'two\n', 0, 1)
    append(buffer, 'gins\nnext\n', 6, 0)
    expect(rowsOf(buffer)).toEqual(['one be', 'two', 'gins', 'next'])
    expect([0, 1, 2, 3].map((row) => buffer.rowAt(row).isContinued)).toEqual([false, false, true, false])
    expect([0, 1, 2, 3].map((row) => buffer.rowAt(row).source)).toEqual([0, 1, 0, 0])
  })

  it('puts marks between rows, and a line that they cut begins anew', () => {
    const buffer = new LogBuffer(1e6)
    append(buffer, 'cut he')
    buffer.mark({ kind: 'skipped', source: 0, lost: 9 }, { source: 0, file: 'f' }, 15)
    append(buffer, 're\n', 15)
    expect(rowsOf(buffer)).toEqual(['cut he', '[skipped]', 're'])
    expect(buffer.rowAt(2).isContinued).toBe(false)
  })

  it('keeps a bounded number of octets and drops the oldest rows', () => {
    const buffer = new LogBuffer(1e6)
    let at = 0
    for (let i = 0; i < 50_000; i++) at = append(buffer, `${i} ${'z'.repeat(80)}\n`, at)
    expect(buffer.end).toBe(50_000)
    expect(buffer.count).toBeGreaterThan(5_000)
    expect(buffer.count).toBeLessThan(15_000)
    expect(buffer.textAt(49_999)).toMatch(/^49999 z/)
    const { offset } = buffer.rowAt(buffer.first)
    expect(buffer.rowOf(offset + 3, 'f')).toBe(buffer.first)
  })

  it('takes earlier lines before the first, with numbers of their own', () => {
    const buffer = new LogBuffer(1e6)
    append(buffer, 'c\nd', 4)
    buffer.prepend(
      [
        { text: 'a', offset: 0 },
        { text: 'b\r', offset: 2 },
      ],
      { source: 0, file: 'f' },
      { kind: 'rotated', source: 0, lost: 0 },
    )
    append(buffer, 'e\n', 7)
    expect(rowsOf(buffer)).toEqual(['a', 'b', '[rotated]', 'c', 'de'])
    expect(buffer.first).toBe(-3)
    expect(buffer.rowAt(-2).offset).toBe(2)
  })

  it('lets the newest go when earlier ones have no room, and says where they began', () => {
    const buffer = new LogBuffer(400_000)
    const page = Array.from({ length: 1000 }, (_, i) => ({ text: 'x'.repeat(99), offset: i * 100 }))
    append(buffer, 'tail\n'.repeat(600), 1e6)
    const { generation } = buffer
    for (let i = 0; i < 6; i++) buffer.prepend(page, { source: 0, file: 'f' })
    expect(buffer.generation).not.toBe(generation)
    expect(buffer.textAt(buffer.end - 1)).toMatch(/^x/)
    expect(buffer.cutAt).toEqual({ offset: expect.any(Number) as number, file: 'f' })
  })
})

describe('HeldLines', () => {
  it('gives whole lines, and the rest when it is completed or asked for', () => {
    const given: Piece[] = []
    const held = new HeldLines((piece) => given.push(piece))
    const piece = { source: 1, file: 'f', arrival: 1 }
    held.push({ ...piece, text: 'a\nbé', from: 0, to: 5 })
    expect(given.map(({ text, from, to }) => [text, from, to])).toEqual([['a\n', 0, 2]])
    held.push({ ...piece, text: 'c\n', from: 5, to: 7 })
    expect(given[1]).toMatchObject({ text: 'béc\n', from: 2, to: 7 })
    held.push({ ...piece, text: 'open', from: 7, to: 11 })
    held.flush()
    expect(given[2]).toMatchObject({ text: 'open', from: 7, to: 11 })
  })
})

describe('linesOf', () => {
  it('leaves out the rest of a line that began before, and keeps offsets of octets that are no text', () => {
    const octets = new Uint8Array([...encoder.encode('rest\nä'), 0xff, 10, ...encoder.encode('b\n')])
    expect(linesOf(octets, 100, false)).toEqual({
      lines: [
        { text: 'ä\ufffd', offset: 105 },
        { text: 'b', offset: 109 },
      ],
      from: 105,
      to: 111,
      isWhole: true,
    })
    expect(linesOf(octets, 0, true).lines).toHaveLength(3)
  })

  it('takes a part of a long line as it is, from a whole character on', () => {
    const part = encoder.encode('ä').subarray(1)
    expect(linesOf(new Uint8Array([...part, ...encoder.encode('xyz')]), 10, false)).toMatchObject({
      lines: [{ text: 'xyz', offset: 11 }],
      from: 11,
      to: 14,
      isWhole: false,
    })
  })
})
