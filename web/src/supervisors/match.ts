import type { ProcessJson } from '../api/contract'
import type { LiveProcess } from '../feed/live-process'
import type { LiveSupervisor } from '../feed/live-supervisor'
import type { ProcessFilter } from '../filter/filter'
import { FilterSubject } from '../filter/subject'

export interface ShownSupervisor {
  readonly supervisor: LiveSupervisor
  /** Those that match the filter, by name. */
  readonly processes: readonly LiveProcess[]
}

/**
 * The supervisors that a filter leaves: those with a process that matches, and those that match by their own name or
 * host, for one that is out of reach may have no process to match.
 */
export function shownSupervisors(
  supervisors: readonly LiveSupervisor[],
  matching: readonly LiveProcess[],
  filter: ProcessFilter,
): ShownSupervisor[] {
  const bySupervisor = new Map<string, LiveProcess[]>()
  for (const process of matching) {
    const processes = bySupervisor.get(process.supervisor)
    if (processes) processes.push(process)
    else bySupervisor.set(process.supervisor, [process])
  }
  return supervisors.flatMap((supervisor) => {
    const processes = bySupervisor.get(supervisor.name)
    if (processes) return { supervisor, processes }
    return filter.isEmpty || filter.matches(subjectOf(supervisor)) ? { supervisor, processes: [] } : []
  })
}

/** A supervisor as if it were a process without a name, a group or a state. */
function subjectOf(supervisor: LiveSupervisor): FilterSubject {
  const { name, host, running, pid, labels } = supervisor.data.value
  const json: ProcessJson = {
    description: '',
    exitstatus: 0,
    full_name: '',
    group: '',
    host,
    logfile: '',
    name: '',
    now: 0,
    pid,
    running: false,
    spawnerr: '',
    stale: !running,
    start: 0,
    state: null,
    statename: '',
    stderr_logfile: '',
    stdout_logfile: '',
    stop: 0,
    supervisor: name,
    uid: name,
  }
  return new FilterSubject(
    () => json,
    () => false,
    () => labels,
  )
}
