import { describe, expect, it } from 'vitest'
import { AlertGate } from '../../src/notifications/alert-gate'

describe('AlertGate', () => {
  it('isNew_OfOneThatKeepsFailing_IsTrueOnceInAWhile', () => {
    const gate = new AlertGate()

    expect(gate.isNew('a', 0)).toBe(true)
    expect(gate.isNew('a', 60_000)).toBe(false)
    expect(gate.isNew('b', 60_000)).toBe(true)
    expect(gate.isNew('a', 301_000)).toBe(true)
  })
})
