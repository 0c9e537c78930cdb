import { computed, shallowRef, watchEffect } from 'vue'
import type { Router } from 'vue-router'
import { attention } from '../attention/attention'
import { fleet } from '../feed'
import { isProblem } from '../feed/states'
import { firstOf } from '../filter/address'
import { iconWith, signOf } from './icon'

/** How many things are wrong: processes that are no part of the system, and supervisors out of reach. */
export const problemCount = computed(() => {
  void fleet.pulse.value
  const { processes, supervisors } = attention.value
  return processes.filter((process) => !process.isSystem && isProblem(process.kind)).length + supervisors.length
})

/** The title and the icon of the page; while nobody sees it they tell how much is wrong. */
export function followTabSign(router: Router): void {
  const isHidden = shallowRef(document.hidden)
  document.addEventListener('visibilitychange', () => (isHidden.value = document.hidden))
  const shown = computed(() => (isHidden.value ? problemCount.value : 0))

  watchEffect(() => {
    const open = fleet.processes.get(firstOf(router.currentRoute.value.query.process))
    const parts = [open?.label, fleet.siteName.value || 'Multivisor'].filter(Boolean)
    document.title = `${shown.value > 0 ? `(${signOf(shown.value)}) ` : ''}${parts.join(' · ')}`
  })
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  // Where the server is below a path it has corrected this address.
  const plain = icon?.getAttribute('href') ?? ''
  watchEffect(() => {
    if (icon) icon.href = shown.value > 0 ? iconWith(shown.value) : plain
  })
}
