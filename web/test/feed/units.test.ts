import { describe, expect, it } from 'vitest'
import { HostClock } from '../../src/feed/host-clock'
import { compareKeys, naturalKey } from '../../src/feed/natural'
import { isProblem, kindOf } from '../../src/feed/states'
import { process } from '../fixtures'

describe('naturalKey', () => {
  it('compare_NumbersAndCase_AsPeopleSort', () => {
    const sorted = ['w10', 'W2', 'w1', 'a', 'w02b', 'exits_10s', 'exits_2s', 'P201']
      .map((name) => ({ name, key: naturalKey(name) }))
      .sort((a, b) => compareKeys(a.key, b.key))
      .map(({ name }) => name)

    expect(sorted).toEqual(['a', 'exits_2s', 'exits_10s', 'P201', 'w1', 'W2', 'w02b', 'w10'])
  })
})

describe('HostClock', () => {
  it('toLocal_ClockThatIsRight_StaysAsItIs', () => {
    const clock = new HostClock()
    clock.observe(1000, 1040)
    expect(clock.toLocal(900)).toBe(900)
  })

  it('toLocal_ClockAnHourAhead_IsCorrected', () => {
    const clock = new HostClock()
    clock.observe(4600, 1030)
    clock.observe(4600, 1000)
    expect(clock.toLocal(4500)).toBe(900)
  })
})

describe('kindOf', () => {
  it.each([
    [{ statename: 'EXITED', exitstatus: 0 }, 'exited', false],
    [{ statename: 'EXITED', exitstatus: 3 }, 'failed', true],
    [{ statename: 'EXITED', exitstatus: 3, expected: true }, 'exited', false],
    [{ statename: 'EXITED', exitstatus: 0, expected: false }, 'failed', true],
    [{ statename: 'FATAL' }, 'fatal', true],
    [{ statename: 'FATAL', stale: true }, 'stale', false],
    [{ statename: 'NEW_STATE' }, 'unknown', true],
  ])('kindOf_%j_Is%s', (change, kind, problem) => {
    expect(kindOf(process('s:g:p', change))).toBe(kind)
    expect(isProblem(kindOf(process('s:g:p', change)))).toBe(problem)
  })
})
