import { describe, expect, it } from 'vitest'
import { bestOf, rankOf, readWish } from '../../src/palette/rank'

describe('rankOf', () => {
  it.each([
    ['wcid', 'wcid00a', '', 0],
    ['wcid', 'plc:wcid00a', '', 1],
    ['00a', 'wcid00a', '', 2],
    ['lid001', 'wcid00a', 'lid001:plc:wcid00a', 3],
    ['x', 'wcid00a', '', null],
    ['wcid x', 'wcid00a', '', null],
  ])('%s_in_%s_beside_%s_is_%s', (query, label, beside, rank) => {
    expect(rankOf(query.split(' '), label, beside)).toBe(rank)
  })
})

describe('bestOf', () => {
  it('bestOf_Many_IsTheBestFew_InTheirOrder', () => {
    expect(bestOf([3, 1, 2, 0, 1], (value) => (value > 2 ? null : value), 3)).toEqual([0, 1, 1])
  })
})

describe('readWish', () => {
  const verbs = { start: ['start', 'Starten'], restart: ['restart', 'Neu starten'], stop: ['stop'] }

  it.each([
    ['rest plc', ['restart']],
    ['neu plc', ['restart']],
    ['st plc', ['start', 'stop']],
    ['s plc', []],
    ['plc', []],
    ['', []],
  ])('%s_means_%s', (query, expected) => expect(readWish(query, verbs).verbs).toEqual(expected))
})
