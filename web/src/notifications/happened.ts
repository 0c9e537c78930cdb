import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { feed, fleet } from '../feed'
import { linkStateOf } from '../supervisors/facts'
import { useAlerts } from './alerts'
import { Entries, levelOf, type Entry, type Level } from './entries'

/** The list is made again at most this often. */
const TELL_MS = 500

/** The server tells every change of state in English as well; those are told here from the state itself. */
const IS_CHANGE = / changed from [A-Z]+ to [A-Z]+$/

const LEVEL_OF = { INFO: 'info', WARNING: 'warning', ERROR: 'error' } as const

/** What happened since the page was opened. */
export const useHappened = defineStore('happened', () => {
  const entries = new Entries()
  const version = shallowRef(0)
  /** Warnings and errors since the list was last looked at. */
  const unread = shallowRef(0)
  let missed = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function add(level: Level, about: Entry['about']): Entry {
    const entry = entries.add(level, Date.now() / 1000, about)
    if (level !== 'info') missed++
    timer ??= setTimeout(() => {
      timer = undefined
      version.value++
      unread.value += missed
      missed = 0
    }, TELL_MS)
    return entry
  }

  function list(least: Level): Entry[] {
    void version.value
    return entries.list(least)
  }

  function clear(): void {
    entries.clear()
    unread.value = 0
    version.value++
  }

  return { version, unread, add, list, clear, look: () => (unread.value = 0) }
})

/** Writes down what the feed tells, from now on. */
export function followSite(): void {
  const happened = useHappened()
  const alerts = useAlerts()

  fleet.onProcessChange = (process, before) => {
    const { statename, exitstatus } = process.latest
    const entry = happened.add(levelOf(process.latest), {
      kind: 'process',
      uid: process.uid,
      label: process.label,
      supervisor: process.supervisor,
      from: before.statename,
      to: statename,
      exit: statename === 'EXITED' ? exitstatus : null,
    })
    if (entry.level !== 'info' && !process.latest.stale) alerts.consider(entry, process.uid)
  }
  fleet.onSupervisorChange = (supervisor) => {
    const state = linkStateOf(supervisor.data.value)
    const now = state === 'connected' || state === 'stopping' ? state : 'lost'
    const entry = happened.add(now === 'lost' ? 'error' : 'info', { kind: 'supervisor', name: supervisor.name, now })
    if (now === 'lost') alerts.consider(entry, supervisor.name)
  }
  feed.onNotification(({ message, level }) => {
    if (!IS_CHANGE.test(message)) happened.add(LEVEL_OF[level], { kind: 'server', message })
  })
}
