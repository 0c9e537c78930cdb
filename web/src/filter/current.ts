import { computed, shallowRef, watch } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'
import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import { changeQuery, firstOf } from './address'
import { ProcessFilter } from './filter'
import { Matcher } from './matcher'

/** How long after the last key the address is changed: browsers allow only so many changes in a time. */
const ADDRESS_DELAY_MS = 250

/** The one filter of all views, as it is typed. */
export const filterText = shallowRef('')

export const currentFilter = computed(() => ProcessFilter.parse(filterText.value))

const matcher = new Matcher()

/** All processes that match, by name. The same array as long as nothing changed, also when states did. */
export const matching = computed<readonly LiveProcess[]>(() => {
  const filter = currentFilter.value
  const all = fleet.processList.value
  if (filter.isEmpty) return all
  if (filter.isLive) void fleet.pulse.value
  return matcher.find(filter, all)
})

/** Keeps the filter and the address's `?filter=` the same. */
export function followAddress(router: Router): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  // On its way into the address. When it arrives the box may already hold a key more, which must stay.
  let written: string | undefined
  // The router gives up a navigation for the next one: who goes to another view must not be held by what was typed before.
  let going: RouteLocationNormalized | undefined
  let waits = false
  const inAddress = () => firstOf(router.currentRoute.value.query.filter)

  router.beforeEach((to) => {
    going = to
  })
  router.afterEach((to, _from, failure) => {
    if (failure && going !== to) return
    arrived()
  })
  router.onError(arrived)
  watch(
    inAddress,
    (text) => {
      if (text === written) return
      clearTimeout(timer)
      filterText.value = text
    },
    { immediate: true, flush: 'sync' },
  )
  watch(filterText, (text) => {
    clearTimeout(timer)
    if (text === (written ?? inAddress())) return
    timer = setTimeout(() => void write(), ADDRESS_DELAY_MS)
  })

  function arrived() {
    going = undefined
    if (!waits) return
    waits = false
    void write()
  }

  async function write() {
    const text = filterText.value
    if (going) {
      waits = true
      return
    }
    if (text === inAddress()) return
    written = text
    await changeQuery(router, { filter: text })
    if (written === text) written = undefined
  }
}
