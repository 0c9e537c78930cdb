import type { ProcessJson } from '../api/contract'
import type { Messages } from '../i18n'

/** The exit code of the last run in words; empty before there was one. */
export function exitOf(process: ProcessJson, t: Messages): string {
  if (process.stop === 0 && process.exitstatus === 0) return ''
  const { exitstatus, expected, statename } = process
  // supervisord writes -1 for a process that a signal ended.
  if (exitstatus < 0) return t.details.exitSignal
  if (statename !== 'EXITED' || expected === null || expected === undefined) return String(exitstatus)
  return expected ? t.details.exitExpected(exitstatus) : t.details.exitUnexpected(exitstatus)
}

/** What supervisord says of it, unless that is only what other lines say better: pid and uptime, or a time. */
export function sayingOf({ statename, description, spawnerr }: ProcessJson): string {
  if (['RUNNING', 'STOPPED', 'EXITED'].includes(statename) || description === spawnerr) return ''
  return description
}
