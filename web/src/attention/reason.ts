import type { ProcessJson } from '../api/contract'
import { isProblem, kindOf } from '../feed/states'
import type { Messages } from '../i18n'

/** What is wrong with a process in a few words, beside its state: supervisord's own, and the exit code. */
export function reasonOf(process: ProcessJson, t: Messages): string[] {
  const kind = kindOf(process)
  if (kind === 'running') return [t.attention.recovered]
  if (!isProblem(kind)) return []
  const said = process.spawnerr || (process.statename === 'EXITED' ? '' : process.description)
  const parts = [said.trim()]
  if (process.exitstatus !== 0 && !said.includes(String(process.exitstatus))) {
    parts.push(t.attention.exitCode(process.exitstatus))
  }
  if (process.start === 0 && process.stop === 0) parts.push(t.attention.neverStarted)
  return parts.filter(Boolean)
}
