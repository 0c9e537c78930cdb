import { computed, type ComputedRef } from 'vue'
import type { ProcessJson } from '../api/contract'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import { kindOf, type Kind } from '../feed/states'
import { now } from '../format/clock'
import { formatShortSpan, formatSpan } from '../format/time'
import { useText } from '../i18n'

/** When the process came into its state, in this browser's clock; 0 when it never ran. */
export function sinceOf(process: LiveProcess, json: ProcessJson = process.latest): number {
  const { start, stop, statename } = json
  const isUp = statename === 'RUNNING' || statename === 'STARTING' || statename === 'STOPPING'
  const time = isUp ? start : Math.max(start, stop)
  return time === 0 ? 0 : (fleet.supervisors.get(process.supervisor)?.clock.toLocal(time) ?? time)
}

/** When the supervisor of a stale process was last heard of. */
export function lastSeenOf(process: LiveProcess): number {
  const link = fleet.supervisors.get(process.supervisor)?.data.value.link
  return link?.last_contact ?? link?.since ?? 0
}

/** What a row shows of a process; rendered again only when it reads differently. */
export function useProcess(process: () => LiveProcess) {
  const t = useText()
  const kind: ComputedRef<Kind> = computed(() => kindOf(process().data.value))
  const span = computed(() => {
    const since = sinceOf(process(), process().data.value)
    return since === 0 ? '' : formatSpan(now.value - since)
  })
  const lastSeen = computed(() =>
    kind.value === 'stale' ? t.value.row.stale(formatShortSpan(now.value - lastSeenOf(process()))) : '',
  )
  return { kind, span, lastSeen, data: computed(() => process().data.value) }
}
