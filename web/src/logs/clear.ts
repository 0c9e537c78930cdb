import type { ActionJson } from '../api/contract'
import { postForm } from '../api/http'
import { ask } from '../actions/confirm'
import type { LiveProcess } from '../feed/live-process'
import { text } from '../i18n'
import { useNotices } from '../notifications/notices'

/** Asks first, and says what became of it. */
export async function clearLogs(process: LiveProcess): Promise<void> {
  const t = text().logs
  const answer = await ask({
    title: t.clearTitle(process.label),
    text: t.clearText,
    processes: [process],
    confirm: t.clear,
    isDangerous: true,
  })
  if (answer === null) return
  const notices = useNotices()
  try {
    const response = await postForm(
      '/api/process/log/clear',
      { uid: process.uid },
      { headers: { accept: 'application/json' } },
    )
    const { results } = (await response.json()) as ActionJson
    const wrong = results.find(({ outcome }) => outcome !== 'done')
    notices.say(wrong ? t.clearFailed(wrong.message) : t.cleared)
  } catch (error) {
    notices.say(t.clearFailed(error instanceof Error ? error.message : String(error)))
  }
}
