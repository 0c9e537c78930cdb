import { describe, expect, it } from 'vitest'
import { formatShortSpan, formatSpan } from '../../src/format/time'

describe('formatSpan', () => {
  it.each([
    [-5, '0s', '0s'],
    [0, '0s', '0s'],
    [59.9, '59s', '59s'],
    [60, '1m 00s', '1m'],
    [247, '4m 07s', '4m'],
    [3600 * 3 + 60 * 12, '3h 12m', '3h'],
    [86400 * 41 + 3600 * 6, '41d 06h', '41d'],
  ])('format_%d_%s', (seconds, long, short) => {
    expect(formatSpan(seconds)).toBe(long)
    expect(formatShortSpan(seconds)).toBe(short)
  })
})
