import { computed, shallowRef, watchEffect } from 'vue'
import { useSettings } from '../settings/settings'

const media = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = shallowRef(media.matches)
media.addEventListener('change', () => (systemIsDark.value = media.matches))

/** Follows the system unless the reader chose; `data-theme` on the root element is what the styles go by. */
export function useTheme() {
  const settings = useSettings()
  const isDark = computed(() => (settings.theme === 'system' ? systemIsDark.value : settings.theme === 'dark'))
  return { isDark, toggle: () => (settings.theme = isDark.value ? 'light' : 'dark') }
}

export function applyTheme(): void {
  const { isDark } = useTheme()
  const settings = useSettings()
  watchEffect(() => {
    const root = document.documentElement
    root.dataset.theme = isDark.value ? 'dark' : 'light'
    root.dataset.density = settings.density
  })
}
