import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import { ProcessFilter } from '../filter/filter'
import { LogReader } from './model/log-reader'
import { requestsFor } from './model/log-requests'
import { MOST_MERGED, streamsOf, wants, type Obstacle } from './model/obstacle'
import { allOf, formatSubject, openLogs, type LogSubject } from './open'
import { LogSearch } from './search/log-search'

/** What all views together keep, in octets: a million usual lines, and less on a small device. */
const MEMORY = ((navigator as { deviceMemory?: number }).deviceMemory ?? 8) < 4 ? 48 * 1024 * 1024 : 160 * 1024 * 1024

export interface Reading {
  reader: LogReader
  search: LogSearch
}

/** What a view reads; another reader for another subject. */
export function useReader(subject: Ref<LogSubject>, views: () => number) {
  const reading = shallowRef<Reading | null>(null)
  /** The line that the address leads to was not there. */
  const isLineGone = shallowRef(false)

  const process = computed(() => {
    void fleet.structure.value
    return subject.value.kind === 'process' ? fleet.processes.get(subject.value.uid) : undefined
  })
  const supervisor = computed(() => {
    void fleet.structure.value
    if (subject.value.kind === 'main') return fleet.supervisors.get(subject.value.supervisor)
    return process.value && fleet.supervisors.get(process.value.supervisor)
  })
  const isOffline = computed(() => supervisor.value !== undefined && !supervisor.value.data.value.running)

  const filter = computed(() => (subject.value.kind === 'filter' ? ProcessFilter.parse(subject.value.filter) : null))
  /** Processes that several logs are of. Who was one stays one: states change too often to end what is being read. */
  const members = computed<readonly LiveProcess[]>((before) => {
    const wanted = subject.value
    if (wanted.kind === 'process' || wanted.kind === 'main') return []
    void fleet.structure.value
    if (wanted.kind === 'selection') return wanted.uids.flatMap((uid) => fleet.processes.get(uid) ?? [])
    if (filter.value?.isLive) void fleet.pulse.value
    const found = fleet.processList.value.filter((process) => filter.value?.matches(process.subject) === true)
    if (!before || membersOf !== formatSubject(wanted)) {
      membersOf = formatSubject(wanted)
      return found
    }
    const known = new Set(before)
    const fresh = found.filter((process) => !known.has(process))
    return fresh.length === 0 ? before : [...before, ...fresh]
  })
  let membersOf = ''
  const uids = computed(() =>
    members.value
      .filter(({ latest }) => {
        const { streams } = subject.value as { streams: 'out' }
        return streamsOf(latest).some((stream) => wants(streams, stream))
      })
      .map(({ uid }) => uid),
  )

  const obstacle = computed<Obstacle | null>(() => {
    const wanted = subject.value
    switch (wanted.kind) {
      case 'main':
        return null
      case 'process': {
        if (!process.value) return { kind: 'gone', uid: wanted.uid }
        const streams = streamsOf(process.value.data.value)
        if (wanted.streams === 'both') return streams.length > 0 ? null : { kind: 'noLog', stream: 'stdout' }
        if (streams.includes(wanted.streams)) return null
        return { kind: 'noLog', stream: wanted.streams === 'out' ? 'stdout' : 'stderr' }
      }
      default: {
        const count = members.value
          .flatMap(({ latest }) => streamsOf(latest))
          .filter((stream) => wants(wanted.streams, stream)).length
        if (count === 0) return { kind: 'nobody' }
        return count > MOST_MERGED ? { kind: 'tooMany', count } : null
      }
    }
  })

  function begin(line = ''): void {
    end()
    isLineGone.value = false
    const wanted = subject.value
    const one = requestsFor(wanted)
    const streams = wanted.kind === 'main' ? 'both' : wanted.streams
    const reader = new LogReader(
      one ?? {
        uids: () => (wanted.kind === 'process' ? [wanted.uid] : uids.value),
        streams: streams === 'both' ? 'out,err' : streams,
      },
      MEMORY / Math.max(1, views()),
    )
    reading.value = { reader, search: new LogSearch(reader.buffer) }
    const [, offset, file] = /^(-?\d+)@([0-9a-f-]*)$/.exec(line) ?? []
    if (!one || offset === undefined) {
      reader.follow()
      return
    }
    void reader.readAround(Number(offset), file ?? '').then((isThere) => {
      if (reading.value?.reader !== reader || isThere) return
      isLineGone.value = true
      reader.follow()
    })
  }

  function end(): void {
    reading.value?.search.stop()
    reading.value?.reader.stop()
    reading.value = null
  }

  watch(
    [() => formatSubject(subject.value), () => obstacle.value?.kind],
    ([key], before) => {
      if (obstacle.value) end()
      // The line in the address is one of the last log, and only until another one is looked at.
      else
        begin(allOf(openLogs.value).at(-1) === subject.value && (before[0] ?? key) === key ? openLogs.value.line : '')
    },
    { immediate: true },
  )
  watch(
    () => uids.value.join(),
    () => {
      if (!requestsFor(subject.value) && subject.value.kind !== 'process') reading.value?.reader.follow()
    },
  )
  watch(isOffline, (offline) => {
    if (!offline) reading.value?.reader.retry()
  })
  onScopeDispose(end)

  return { reading, obstacle, isOffline, isLineGone, process, supervisor, uids, begin }
}
