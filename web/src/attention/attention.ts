import { shallowRef, watch } from 'vue'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import type { LiveSupervisor } from '../feed/live-supervisor'
import { compareKeys } from '../feed/natural'
import { isProblem, severityOf } from '../feed/states'
import { now } from '../format/clock'

/** What has recovered stays in the list this long, so that a process that comes and goes does not shake the page. */
const LINGER_SECONDS = 8

export interface Attention {
  processes: readonly LiveProcess[]
  supervisors: readonly LiveSupervisor[]
}

/** What somebody should look at, the worst first. */
export const attention = shallowRef<Attention>({ processes: [], supervisors: [] })

const lastProblem = new Map<LiveProcess, number>()

/** By how bad it is; what has recovered keeps a place behind the problems. */
function compareUrgency(a: LiveProcess, b: LiveProcess): number {
  return rankOf(a) - rankOf(b) || compareKeys(a.groupKey, b.groupKey) || compareKeys(a.nameKey, b.nameKey)
}

const rankOf = (process: LiveProcess): number => (isProblem(process.kind) ? severityOf(process.kind) : 100)

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i])

watch(
  [fleet.pulse, now],
  () => {
    for (const process of fleet.problems) lastProblem.set(process, now.value)
    for (const [process, at] of lastProblem) {
      const isGone = fleet.processes.get(process.uid) !== process
      if (isGone || now.value - at > LINGER_SECONDS) lastProblem.delete(process)
    }
    const processes = [...lastProblem.keys()].sort(compareUrgency)
    const supervisors = [...fleet.supervisors.values()]
      .filter((supervisor) => !supervisor.data.value.running && supervisor.data.value.link?.state !== 'stopping')
      .sort((a, b) => compareKeys(a.nameKey, b.nameKey))
    const before = attention.value
    if (!isSame(processes, before.processes) || !isSame(supervisors, before.supervisors)) {
      attention.value = { processes, supervisors }
    }
  },
  { immediate: true },
)
