import { watch } from 'vue'
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
}
