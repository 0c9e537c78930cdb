const ROW = '[data-row]'

/**
 * Arrow keys, and j and k, walk over the rows of what this is bound to (elements with `data-row`). Bound to a view and to
 * the whole page, so that the end of one list leads to the next.
 */
export function walkRows(event: KeyboardEvent): void {
  const container = event.currentTarget as HTMLElement
  const current = (event.target as HTMLElement).closest<HTMLElement>(ROW)
  if (!current || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const rows = [...container.querySelectorAll<HTMLElement>(ROW)]
  const at = rows.indexOf(current)
  const next = rows[at + 1]
  const before = rows[at - 1]
  const target = { ArrowDown: next, j: next, ArrowUp: before, k: before, Home: rows[0], End: rows.at(-1) }[event.key]
  if (!target) return
  event.preventDefault()
  target.focus()
  target.scrollIntoView({ block: 'nearest' })
}

/** The rows of an element together are one stop of the Tab key: the one that was visited last, else the first. */
export class OneStop {
  private readonly observer = new MutationObserver(() => {
    this.frame ||= requestAnimationFrame(() => this.ensure())
  })
  private frame = 0
  private stop: HTMLElement | null = null

  constructor(private readonly container: HTMLElement) {
    this.observer.observe(container, { childList: true, subtree: true })
    container.addEventListener('focusin', this.visit)
    this.ensure()
  }

  /** Focuses the row that Tab would lead to. False when there is none. */
  focus(): boolean {
    this.ensure()
    this.stop?.focus()
    return this.stop !== null
  }

  end(): void {
    this.observer.disconnect()
    cancelAnimationFrame(this.frame)
    this.container.removeEventListener('focusin', this.visit)
  }

  private readonly visit = (event: FocusEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>(ROW)
    if (!row) return
    this.stop = row
    this.ensure()
  }

  private ensure(): void {
    this.frame = 0
    const rows = this.container.querySelectorAll<HTMLElement>(ROW)
    if (!this.stop || !this.container.contains(this.stop)) this.stop = rows[0] ?? null
    for (const row of rows) {
      const index = row === this.stop ? 0 : -1
      if (row.tabIndex !== index) row.tabIndex = index
    }
  }
}
