/**
 * Arrow keys walk over the rows of a view (elements with `data-row`), which are one stop of the Tab key together: the
 * row that was visited last. To be bound to `keydown` and `focusin` of what contains them.
 */
export function walkRows(event: KeyboardEvent): void {
  const container = event.currentTarget as HTMLElement
  const current = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')
  if (!current || event.ctrlKey || event.metaKey || event.altKey) return
  const rows = [...container.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.indexOf(current)
  const target = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key]
  if (!target) return
  event.preventDefault()
  target.focus()
  target.scrollIntoView({ block: 'nearest' })
}
