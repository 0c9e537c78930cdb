import { describe, expect, it } from 'vitest'
import { endRun, newRun, takeResult } from '../../src/actions/run'

const result = (target: string, outcome: 'done' | 'failed' | 'skipped') =>
  ({ target, outcome, message: outcome, fault: null, seconds: 1 }) as const

function started(...ids: string[]) {
  const run = newRun('process/stop', ids, {})
  return { run, byId: new Map(run.targets.map((target) => [target.id, target])) }
}

describe('run', () => {
  it('takeResult_EachTarget_IsCountedOnce', () => {
    const { run, byId } = started('a', 'b', 'c')

    for (const one of [result('a', 'done'), result('b', 'failed'), result('a', 'failed'), result('c', 'skipped')]) {
      takeResult(run, byId, one)
    }

    expect(run).toMatchObject({ done: 1, failed: 1, skipped: 1 })
    expect(run.targets.map((target) => target.state)).toEqual(['done', 'failed', 'skipped'])
  })

  it('takeResult_TargetNotExpected_IsShownAllTheSame', () => {
    const { run, byId } = started('a')

    takeResult(run, byId, result('other', 'done'))

    expect(run.targets.map((target) => target.id)).toEqual(['a', 'other'])
  })

  it('endRun_WithoutAResult_IsNotTakenForDone', () => {
    const { run, byId } = started('a', 'b')
    takeResult(run, byId, result('a', 'done'))

    endRun(run, 'no result')

    expect(run).toMatchObject({ done: 1, failed: 1 })
    expect(run.targets[1]).toMatchObject({ state: 'failed', message: 'no result' })
  })
})
