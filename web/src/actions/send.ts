import type { ActionJson, ActionResultJson } from '../api/contract'
import { postForm } from '../api/http'
import { LineReader } from '../api/lines'
import type { RunAction } from './run'

/**
 * Asks the server for an action and hands over each result as it comes: one line for each target where the server
 * streams them, all together where it does not.
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
  const take = (line: string) => {
    if (!line) return
    const value = JSON.parse(line) as Partial<ActionResultJson>
    // The last line is about the whole action.
    if (value.target !== undefined && value.outcome !== undefined) onResult(value as ActionResultJson)
  }
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    lines.push(value).forEach(take)
  }
  take(lines.end())
}
