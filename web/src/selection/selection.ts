import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'

/** The one selection of all views. Replaced as a whole, so that choosing 50,000 is one change. */
export const useSelection = defineStore('selection', () => {
  const uids = shallowRef<ReadonlySet<string>>(new Set())

  /** Without those that are gone meanwhile. */
  const processes = computed<LiveProcess[]>(() => {
    void fleet.structure.value
    return [...uids.value].flatMap((uid) => fleet.processes.get(uid) ?? [])
  })

  function set(chosen: Iterable<LiveProcess>, isSelected: boolean): void {
    const next = new Set(uids.value)
    for (const { uid } of chosen) {
      if (isSelected) next.add(uid)
      else next.delete(uid)
    }
    uids.value = next
  }

  return {
    processes,
    count: computed(() => processes.value.length),
    isSelected: (process: LiveProcess) => uids.value.has(process.uid),
    set,
    toggle: (process: LiveProcess) => set([process], !uids.value.has(process.uid)),
    clear: () => (uids.value = new Set()),
  }
})
