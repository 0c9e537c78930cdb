import { onBeforeUnmount, onMounted, watch, type ShallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { OneStop } from '../components/roving'
import { fleet } from '../feed'
import { showLog } from '../logs/open'
import { isTyping } from '../shell/keys'
import { overlay } from '../shell/overlay'
import { useTabs } from '../shell/tabs'

/** The keys that work everywhere in the page; KeysDialog.vue names them. */
export function useHotKeys(main: Readonly<ShallowRef<HTMLElement | null>>): void {
  const router = useRouter()
  const { tabs, notices, query } = useTabs()
  let rows: OneStop | null = null

  function press(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      overlay.value = overlay.value === 'palette' ? null : 'palette'
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return
    if (handle(event)) event.preventDefault()
  }

  function handle(event: KeyboardEvent): boolean {
    const view = [...tabs.value, notices.value][Number(event.key) - 1]
    if (view) {
      void router.push({ path: view.path, query: query.value })
      return true
    }
    switch (event.key) {
      case '?':
        overlay.value = 'keys'
        return true
      case 'j':
      case 'k':
      case 'ArrowDown':
      case 'ArrowUp':
        // In a list the list walks by itself; the arrows of who reads on the page scroll it.
        if (document.activeElement !== document.body && document.activeElement !== main.value) return false
        return rows?.focus() ?? false
      case 'l': {
        const uid = (event.target as HTMLElement).closest<HTMLElement>('[data-uid]')?.dataset.uid
        const process = fleet.processes.get(uid ?? '')
        if (process) showLog(process)
        return process !== undefined
      }
      default:
        return false
    }
  }

  watch(
    main,
    (element) => {
      rows?.end()
      rows = element && new OneStop(element)
    },
    { flush: 'post' },
  )
  onMounted(() => addEventListener('keydown', press))
  onBeforeUnmount(() => {
    removeEventListener('keydown', press)
    rows?.end()
  })
}
