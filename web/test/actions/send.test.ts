import { afterEach, describe, expect, it, vi } from 'vitest'
import { sendAction } from '../../src/actions/send'
import type { ActionResultJson } from '../../src/api/contract'

const result = (target: string) => ({ target, outcome: 'done', message: 'stopped', fault: null, seconds: 0.2 })
const line = (event: string, payload: unknown) => `${JSON.stringify({ payload, event })}\n`

async function send(body: string, type: string): Promise<ActionResultJson[]> {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { headers: { 'content-type': type } })))
  const results: ActionResultJson[] = []
  await sendAction('process/stop', { uid: 'a' }, (one) => results.push(one))
  return results
}

describe('sendAction', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('send_AnswerInLines_HandsOverEachResult', async () => {
    const body = `${line('plan', { targets: [] })}\n${line('result', result('a'))}\n\n${line('result', result('b'))}${line('summary', {})}`

    expect(await send(body, 'application/x-ndjson')).toEqual([result('a'), result('b')])
  })

  it('send_AnswerCutOff_IsAFailure', async () => {
    await expect(send(line('result', result('a')), 'application/x-ndjson')).rejects.toThrow()
  })

  it('send_AnswerAtOnce_HandsOverTheSame', async () => {
    expect(await send(JSON.stringify({ results: [result('a')] }), 'application/json')).toEqual([result('a')])
  })
})
