import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { MenuAction } from '../components/menu-action'
import { changeQuery } from '../filter/address'
import type { Messages } from '../i18n'

export interface SelectMode {
  isOn: ComputedRef<boolean>
  set: (on: boolean) => unknown
}

/** `?select` in the address: check boxes stay visible, and a tap on a row selects it. */
export function useSelectMode(): SelectMode {
  const route = useRoute()
  const router = useRouter()
  const isOn = computed(() => route.query.select !== undefined)
  return { isOn, set: (on) => changeQuery(router, { select: on ? '1' : '' }) }
}

/** The entry in the options of a view that switches it. */
export const selectSeveral = (mode: SelectMode, t: Messages): MenuAction => ({
  label: t.selection.mode,
  isChecked: mode.isOn.value,
  act: () => mode.set(!mode.isOn.value),
})
