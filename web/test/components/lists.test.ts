import { describe, expect, it } from 'vitest'
import { holdOrder } from '../../src/components/held-order'
import { windowOf } from '../../src/components/virtual-rows'

describe('holdOrder', () => {
  it('hold_ReorderedAddedAndRemoved_MovesNothingThatStays', () => {
    expect(holdOrder(['c', 'new', 'a'], ['a', 'b', 'c'], (item) => item)).toEqual(['a', 'c', 'new'])
  })
})

describe('windowOf', () => {
  it('window_AtTheTop_BeginsWithTheFirst', () => {
    expect(windowOf(50_000, 32, 200, 800)).toEqual({ first: 0, end: 49 })
  })

  it('window_ScrolledFar_IsAroundWhatIsSeen', () => {
    const { first, end } = windowOf(50_000, 32, -32_000, 800)
    expect(first).toBeLessThan(1000)
    expect(end).toBeGreaterThan(1025)
    expect(end - first).toBeLessThan(60)
  })

  it('window_ListThatShrank_StaysInIt', () => {
    expect(windowOf(5, 32, -100_000, 800)).toEqual({ first: 5, end: 5 })
  })
})
