import type { ActionJson, ActionLine, ActionResultJson } from '../api/contract'
import { postForm } from '../api/http'
import { LineReader } from '../api/lines'
import type { RunAction } from './run'

/**
 * Asks the server for an action and hands over each result as it comes: a line for each target where the server
 * streams them, all together where it does not. Fails when the answer was cut off before its summary: then the action
 * goes on, and its end is not known here.
 */
export async function sendAction(
  action: RunAction,
  fields: Record<string, string>,
  onResult: (result: ActionResultJson) => void,
): Promise<void> {
  const response = await postForm(`/api/${action}`, fields, {
    headers: { accept: 'application/x-ndjson, application/json;q=0.9' },
  })
  if (!response.headers.get('content-type')?.startsWith('application/x-ndjson')) {
    const answer = (await response.json()) as ActionJson
    answer.results.forEach(onResult)
    return
  }

  const lines = new LineReader()
  const seen = { summary: false }
  const take = (line: string) => {
    if (!line) return
    const { event, payload } = JSON.parse(line) as ActionLine
    if (event === 'result') onResult(payload)
    else if (event === 'summary') seen.summary = true
  }
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    lines.push(value).forEach(take)
  }
  take(lines.end())
  if (!seen.summary) throw new Error('the answer was cut off')
}
