import { feed } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import type { LiveSupervisor } from '../feed/live-supervisor'
import { text } from '../i18n'
import { useRuns } from './runs'
import type { ProcessVerb, SupervisorVerb } from './verbs'

/** Why an action on a process cannot work now, in words; null when it can. Depends on no process: ask again when one changed. */
export function whyNot(process: LiveProcess, verb: ProcessVerb): string | null {
  const t = text().unavailable
  if (feed.status.value.phase !== 'live') return t.feedLost
  if (process.latest.stale) return t.offline(process.supervisor)
  if (useRuns().isBusy(process.uid)) return t.busy
  switch (process.latest.statename) {
    case 'RUNNING':
      if (verb === 'start') return t.running
      break
    case 'STARTING':
    case 'BACKOFF':
      if (verb === 'start') return t.starting
      if (verb === 'signal') return t.starting
      break
    case 'STOPPING':
      if (verb !== 'signal') return t.stopping
      break
    default:
      if (verb === 'stop' || verb === 'signal') return t.notRunning
  }
  return verb === 'stop' && process.isAgent ? t.agent : null
}

export function whyNotLog(process: LiveProcess): string | null {
  const { logfile, stdout_logfile, stderr_logfile, stale } = process.latest
  if (stale) return text().unavailable.offline(process.supervisor)
  return logfile || stdout_logfile || stderr_logfile ? null : text().unavailable.noLog
}

export function whyNotSupervisor(supervisor: LiveSupervisor): string | null {
  const t = text().unavailable
  if (feed.status.value.phase !== 'live') return t.feedLost
  if (!supervisor.data.value.running) return t.offline(supervisor.name)
  return useRuns().isBusy(supervisor.name) ? t.busy : null
}

/** What a row offers: what brings the process to the other state comes last, where it is found by habit. */
export function verbsOf(process: LiveProcess): ProcessVerb[] {
  switch (process.latest.statename) {
    case 'RUNNING':
    case 'STARTING':
    case 'STOPPING':
    case 'BACKOFF':
      return ['restart', 'stop']
    default:
      return ['start']
  }
}

/** Those of the processes that an action would do something to. */
export const targetsOf = (processes: Iterable<LiveProcess>, verb: ProcessVerb): LiveProcess[] =>
  [...processes].filter((process) => whyNot(process, verb) === null && !(process.isAgent && verb === 'restart'))

export const SUPERVISOR_VERBS: readonly SupervisorVerb[] = ['update', 'reread', 'restart', 'shutdown']
