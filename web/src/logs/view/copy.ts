import { displayText } from '../model/display'
import type { LogBuffer } from '../model/log-buffer'
import type { RowList } from './row-list'

/** More cannot be put into a clipboard in a reasonable time. */
export const MOST_COPIED = 20_000_000

/** Rows as text, as they are shown; the last ones, where they are too many. */
export function textOf(buffer: LogBuffer, list: RowList, from = 0, end = list.count): { text: string; lines: number } {
  const lines: string[] = []
  let length = 0
  let rest = ''
  for (let index = end - 1; index >= from && length < MOST_COPIED; index--) {
    const { row, text, mark, isContinued } = buffer.rowAt(list.rowAt(index))
    if (mark) continue
    const shown = displayText(text) + rest
    rest = ''
    length += shown.length
    if (isContinued && index > from && list.rowAt(index - 1) === row - 1) rest = shown
    else lines.push(shown)
  }
  if (rest) lines.push(rest)
  return { text: lines.reverse().join('\n') + '\n', lines: lines.length }
}

/** Also where the page is not served over https, which browsers want for their clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.className = 'said'
    const focused = document.activeElement
    document.body.append(field)
    field.select()
    // Nothing else works without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const isCopied = document.execCommand('copy')
    field.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
    return isCopied
  }
}

export function saveText(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
