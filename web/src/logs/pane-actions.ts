import type { Ref } from 'vue'
import { useRouter } from 'vue-router'
import { whyNot } from '../actions/availability'
import { linkTo } from '../api/http'
import type { MenuAction } from '../components/menu-action'
import type { LiveProcess } from '../feed/live-process'
import { useText } from '../i18n'
import { useNotices } from '../notifications/notices'
import { clearLogs } from './clear'
import { FONT_SIZES, useLogSettings } from './log-settings'
import type { LogBuffer } from './model/log-buffer'
import type { OneLog } from './model/log-requests'
import { writeQuery, type LogSubject } from './open'
import { copyText, saveText, textOf } from './view/copy'
import type { RowList } from './view/row-list'

interface Pane {
  subject: Ref<LogSubject>
  process: Ref<LiveProcess | undefined>
  /** Null when several logs are shown as one. */
  one: Ref<OneLog | null>
  name: Ref<string>
  shown: () => { buffer: LogBuffer; list: RowList } | null
}

/** What the menu of a view offers. */
export function paneActions({ subject, process, one, name, shown }: Pane) {
  const t = useText()
  const router = useRouter()
  const settings = useLogSettings()
  const notices = useNotices()

  /** Where this view is a page of its own. */
  function ownAddress(line = ''): string {
    const query = writeQuery({ pinned: [], current: subject.value, line })
    return new URL(router.resolve({ path: '/view/log', query }).href, location.href).href
  }

  function resize(by: number): void {
    settings.fontSize = Math.max(FONT_SIZES.least, Math.min(FONT_SIZES.most, settings.fontSize + by))
  }

  function download(query: string): void {
    const link = document.createElement('a')
    link.href = linkTo(`${one.value?.download ?? ''}${query}`)
    link.download = ''
    link.click()
  }

  async function copyAddress(): Promise<void> {
    notices.say((await copyText(ownAddress())) ? t.value.logs.addressCopied : t.value.logs.copyFailed)
  }

  async function copyShown(): Promise<void> {
    const what = shown()
    if (!what) return
    const { text, lines } = textOf(what.buffer, what.list)
    notices.say((await copyText(text)) ? t.value.logs.copied(lines) : t.value.logs.copyFailed)
  }

  function saveShown(): void {
    const what = shown()
    if (what) saveText(`${name.value.replace(/[^\w.-]+/g, '_')}.log`, textOf(what.buffer, what.list).text)
  }

  function whyNotClear(): string | null {
    if (process.value)
      return process.value.latest.running ? whyNot(process.value, 'signal') : t.value.unavailable.notRunning
    return subject.value.kind === 'main' ? t.value.logs.mainNotCleared : t.value.logs.severalFiles
  }

  const actions = (): MenuAction[] => {
    const l = t.value.logs
    const several = one.value ? null : l.severalFiles
    return [
      { label: l.wrap, isChecked: settings.wrap, act: () => (settings.wrap = !settings.wrap) },
      { label: l.times, isChecked: settings.times, act: () => (settings.times = !settings.times) },
      { label: l.larger, act: () => resize(1) },
      { label: l.smaller, act: () => resize(-1) },
      { label: l.copyShown, act: copyShown },
      { label: l.saveShown, act: saveShown },
      { label: l.download, why: several, act: () => download('') },
      { label: l.downloadAll, why: several, act: () => download('?rotated=true') },
      { label: l.copyAddress, act: copyAddress },
      { label: l.ownPage, act: () => window.open(ownAddress(), '_blank', 'noopener') },
      {
        label: t.value.actions.asks(l.clear),
        why: whyNotClear(),
        isDangerous: true,
        act: () => process.value && clearLogs(process.value),
      },
    ]
  }

  return { actions, ownAddress }
}
