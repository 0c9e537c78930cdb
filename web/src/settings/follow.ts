import { watch, watchEffect } from 'vue'
import { fleet } from '../feed'
import { setLanguage } from '../i18n'
import { applyTheme } from '../theme/theme'
import { useSettings } from './settings'

/** Makes the document what the settings say, now and whenever they change. */
export function followSettings(): void {
  const settings = useSettings()
  applyTheme()
  watch(
    () => settings.language,
    (language) => void setLanguage(language),
    { immediate: true },
  )
  watchEffect(() => {
    if (fleet.siteName.value) document.title = fleet.siteName.value
  })
}
