import { describe, expect, it } from 'vitest'
import { LineReader } from '../../src/api/lines'
import { SseParser } from '../../src/api/sse'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('SseParser', () => {
  it('push_EventWithId_IsOneMessage', () => {
    expect(new SseParser().push(bytes('id: 7\ndata: {"a":1}\n\n'))).toEqual([{ id: '7', name: '', data: '{"a":1}' }])
  })

  it('push_CutAnywhere_GivesTheSame', () => {
    const whole = bytes(': hello\n\nid: 7\ndata: größe\n\nid: 8\r\ndata: two\r\ndata: lines\r\n\r\n')
    for (let cut = 0; cut <= whole.length; cut++) {
      const parser = new SseParser()
      const messages = [...parser.push(whole.slice(0, cut)), ...parser.push(whole.slice(cut))]
      expect(messages).toEqual([
        { id: '7', name: '', data: 'größe' },
        { id: '8', name: '', data: 'two\nlines' },
      ])
    }
  })

  it('push_Comments_AreNoMessages', () => {
    expect(new SseParser().push(bytes(': keep-alive\n\n: keep-alive\n\n'))).toEqual([])
  })
})

describe('LineReader', () => {
  it('push_LineWithoutEnd_IsRefusedBeforeItFillsTheMemory', () => {
    const reader = new LineReader(10)
    expect(() => reader.push(bytes('01234567890'))).toThrow()
  })

  it('end_RestWithoutLineEnd_IsGiven', () => {
    const reader = new LineReader()
    expect(reader.push(bytes('a\nb'))).toEqual(['a'])
    expect(reader.end()).toBe('b')
  })
})
