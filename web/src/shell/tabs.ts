import { computed } from 'vue'
import { useRoute } from 'vue-router'
import type { IconName } from '../components/icons'
import { useText } from '../i18n'
import { keptLogs } from '../logs/open'

interface Tab {
  name: 'groups' | 'supervisors' | 'processes' | 'notices'
  path: string
  label: string
  icon: IconName
}

/** The views, each keeping the filter when one changes to it. */
export function useTabs() {
  const t = useText()
  const route = useRoute()
  const tabs = computed<Tab[]>(() => [
    { name: 'groups', path: '/', label: t.value.app.groups, icon: 'groups' },
    { name: 'supervisors', path: '/view/supervisor', label: t.value.app.supervisors, icon: 'server' },
    { name: 'processes', path: '/view/process', label: t.value.app.processes, icon: 'processes' },
  ])
  const query = computed(() => {
    const { filter, select } = route.query
    return { ...(filter ? { filter } : {}), ...(select === undefined ? {} : { select }), ...keptLogs(route.query) }
  })
  /** On a phone what the bell opens elsewhere is a view. */
  const notices = computed<Tab>(() => ({
    name: 'notices',
    path: '/view/notices',
    label: t.value.bell.title,
    icon: 'bell',
  }))
  return { tabs, notices, query, current: computed(() => route.name) }
}
