import { describe, expect, it } from 'vitest'
import { columnsOf, displayText, segmentsOf } from '../../src/logs/model/display'
import { levelOf } from '../../src/logs/model/level'
import { prettyJson } from '../../src/logs/model/json-line'
import { overlay, rangesOf } from '../../src/logs/view/pieces'

describe('segmentsOf', () => {
  it('leaves plain text as it is', () => {
    expect(segmentsOf('größe <b>&amp;</b>')).toEqual([{ text: 'größe <b>&amp;</b>', classes: '' }])
    expect(segmentsOf('')).toEqual([])
  })

  it('takes colours and weights of a terminal until the end of the line', () => {
    expect(segmentsOf('a\x1b[1;31mb\x1b[0mc')).toEqual([
      { text: 'a', classes: '' },
      { text: 'b', classes: 'bold fg-1' },
      { text: 'c', classes: '' },
    ])
    expect(segmentsOf('\x1b[92;44mx')).toEqual([{ text: 'x', classes: 'fg-10 bg-4' }])
    expect(segmentsOf('\x1b[38;5;196mx\x1b[48;2;1;2;300my')).toEqual([
      { text: 'x', classes: '', color: '#ff0000' },
      { text: 'y', classes: '', color: '#ff0000', background: '#0102ff' },
    ])
    expect(segmentsOf('\x1b[7;32mx\x1b[27my')).toEqual([
      { text: 'x', classes: 'fg-inverse bg-2' },
      { text: 'y', classes: 'fg-2' },
    ])
  })

  it.each([
    ['\x1b[2J\x1b[1;1Hx', 'x'],
    ['a\x1b[Kb', 'ab'],
    ['\x1b]0;title\x07x', '␛]0;title␇x'],
    ['\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\', '␛]8;;http://evil/␛\\click␛]8;;␛\\'],
    ['\x1b[31', '␛[31'],
    ['\x1b[>1;2c!', '!'],
    ['a\x00b\x08c\rd\x7f', 'a␀b␈c␍d␡'],
    ['a\x9b31mb', 'a<U+009B>31mb'],
    ['user\u202egpj.exe', 'user<U+202E>gpj.exe'],
    ['\u2066a\u2069\u200b\ufeff', '<U+2066>a<U+2069><U+200B><U+FEFF>'],
    ['a\u2028b', 'a<U+2028>b'],
    ['x\u{e0041}', 'x<U+E0041>'],
    ['1\t2\t\t3', '1       2               3'],
    ['👩‍💻 नमस्ते', '👩‍💻 नमस्ते'],
  ])('shows what is no text as something harmless: %j', (raw, shown) => {
    expect(displayText(raw)).toBe(shown)
  })

  it('never gives out anything but text that stays in its place, whatever comes', () => {
    let seed = 7
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
    const alphabet = [
      '\x1b',
      '[',
      ']',
      ';',
      'm',
      '3',
      '\x9b',
      '\u202e',
      '\t',
      '\x07',
      'x',
      '\u2066',
      '\r',
      '\x1b[3',
      '<b>',
    ]
    for (let round = 0; round < 2000; round++) {
      const raw = Array.from({ length: random(20) }, () => alphabet[random(alphabet.length)]).join('')
      const shown = displayText(raw)
      expect(shown).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u)
      const sequence = new RegExp('\\u001b\\[[0-?]*[ -/]*[@-~]', 'g')
      expect(shown.replaceAll(/[^x]/g, '')).toBe(raw.replaceAll(sequence, '').replaceAll(/[^x]/g, ''))
    }
  })
})

it('counts columns, and never too few', () => {
  expect(columnsOf('abc')).toBe(3)
  expect(columnsOf('größe€')).toBe(6)
  expect(columnsOf('日本')).toBe(4)
  expect(columnsOf('😀')).toBe(3)
})

it.each([
  ['2026-11-28 10:00:00 ERROR it broke', 'error', 'ERROR'],
  ['2026-11-28 10:00:00,1 CRIT Supervisor is running as root', 'error', 'CRIT'],
  ['[warn] slow', 'warn', 'warn'],
  ['level=debug msg="ERROR"', 'debug', 'debug'],
  ['{"level": "info", "msg": "x"}', 'info', 'info'],
  ['error: no such file', 'error', 'error'],
  ['WARNING: x', 'warn', 'WARNING'],
  ['for more info see', null, ''],
  ['/var/log/ERROR/x', null, ''],
  ['TERROR', null, ''],
])('knows the level of %j', (text, level, word) => {
  const found = levelOf(text)
  expect(found?.level ?? null).toBe(level)
  if (found) expect(text.slice(found.from, found.to)).toBe(word)
})

it('prints JSON that is a line or its end', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(prettyJson('10:00 {"a":1}')).toBe('10:00\n{\n  "a": 1\n}')
  expect(prettyJson('not {json}')).toBeNull()
  expect(prettyJson('array[0]')).toBeNull()
  expect(prettyJson('plain')).toBeNull()
})

it('lays ranges over segments', () => {
  const segments = [
    { text: 'abc', classes: '' },
    { text: 'def', classes: 'bold' },
  ]
  expect(overlay(segments, [{ from: 2, to: 4 }], 'hit')).toEqual([
    { text: 'ab', classes: '' },
    { text: 'c', classes: 'hit' },
    { text: 'd', classes: 'bold hit' },
    { text: 'ef', classes: 'bold' },
  ])
  expect(rangesOf('abab', /b*/g)).toEqual([
    { from: 1, to: 2 },
    { from: 3, to: 4 },
  ])
})
