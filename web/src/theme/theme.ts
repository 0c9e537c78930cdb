import { computed, shallowRef, watchEffect } from 'vue'
import { useSettings } from '../settings/settings'

const media = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = shallowRef(media.matches)
media.addEventListener('change', () => (systemIsDark.value = media.matches))

/** A wall is dark whatever the reader of other pages has chosen. */
export const isWall = shallowRef(false)

/** Follows the system unless the reader chose; `data-theme` on the root element is what the styles go by. */
export function useTheme() {
  const settings = useSettings()
  const isDark = computed(() => (settings.theme === 'system' ? systemIsDark.value : settings.theme === 'dark'))
  return { isDark, toggle: () => (settings.theme = isDark.value ? 'light' : 'dark') }
}

export function applyTheme(): void {
  const { isDark } = useTheme()
  const settings = useSettings()
  const frame = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]')
  watchEffect(() => {
    const root = document.documentElement
    root.dataset.theme = isDark.value || isWall.value ? 'dark' : 'light'
    // The frame that a phone or an installed page draws around it.
    if (frame) frame.content = getComputedStyle(root).getPropertyValue('--surface').trim()
    root.dataset.density = settings.density
  })
}
