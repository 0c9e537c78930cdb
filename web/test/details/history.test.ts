import { describe, expect, it } from 'vitest'
import { pastStates } from '../../src/details/history'

const entry = { pid: 0, start: 0, stop: 0 }

describe('pastStates', () => {
  it('newestFirst_withHowLongEachLasted', () => {
    const states = pastStates([
      { ...entry, at: null, state: 'STOPPED' },
      { ...entry, at: 100, state: 'STARTING' },
      { ...entry, at: 101.5, state: 'RUNNING' },
    ])

    expect(states.map(({ kind, lasted, isPresent }) => [kind, lasted, isPresent])).toEqual([
      ['running', null, true],
      ['starting', 1.5, false],
      ['stopped', null, false],
    ])
  })

  it.each([
    [0, undefined, 'exited'],
    [1, undefined, 'failed'],
    [1, true, 'exited'],
    [0, false, 'failed'],
  ])('exitCode_%s_expected_%s_is_%s', (exitstatus, expected, kind) => {
    const [state] = pastStates([
      { ...entry, at: 1, state: 'EXITED', exitstatus, ...(expected === undefined ? {} : { expected }) },
    ])

    expect(state?.kind).toBe(kind)
  })
})
