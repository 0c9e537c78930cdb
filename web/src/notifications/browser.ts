import { fleet } from '../feed'
import { text } from '../i18n'
import { useSettings } from '../settings/settings'
import type { Entry } from './entries'
import { sentenceOf } from './sentence'

/** At most so many lines in one notification. */
const MOST_LINES = 5

/** Why the browser would show no notification, in words; null when it would or can be asked. */
export function whyNoNotifications(): string | null {
  const t = text().bell
  if (!isSecureContext) return t.notifyInsecure
  if (!('Notification' in globalThis)) return t.notifyUnknown
  return Notification.permission === 'denied' ? t.notifyBlocked : null
}

/** Asks the browser, which asks the reader: to be called on a click alone. */
export async function allowNotifications(): Promise<boolean> {
  if (whyNoNotifications() !== null) return false
  return Notification.permission === 'granted' || (await Notification.requestPermission()) === 'granted'
}

/** Tells what went wrong outside of the page, while nobody sees the page. */
export function tellBrowser(entries: readonly Entry[]): void {
  if (!document.hidden || entries.length === 0 || !useSettings().browserNotifications) return
  if (whyNoNotifications() !== null || Notification.permission !== 'granted') return
  const t = text()
  const lines = entries.slice(0, MOST_LINES).map((entry) => sentenceOf(entry, t))
  const title = entries.length === 1 ? (lines[0] ?? '') : t.bell.newlyWrong(entries.length)
  try {
    const notification = new Notification(title, {
      body: entries.length === 1 ? fleet.siteName.value : lines.join('\n'),
      tag: 'multivisor',
      icon: document.querySelector<HTMLLinkElement>('link[rel="apple-touch-icon"]')?.href ?? '',
    })
    notification.onclick = () => {
      window.focus()
      notification.close()
    }
  } catch {
    // Browsers of phones show none without a service worker: the bell has it all the same.
  }
}
