/**
 * Collects what arrives and hands it over once per frame; once a second where there are no frames, in a hidden page.
 * More than `limit` waiting items are handed over at once.
 */
export class FrameBatch<T> {
  private items: T[] = []
  private frame = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly take: (items: T[]) => void,
    private readonly limit = 20_000,
  ) {}

  push(items: readonly T[]): void {
    if (items.length === 0) return
    for (const item of items) this.items.push(item)
    if (this.items.length >= this.limit) this.flush()
    else if (this.timer === undefined) {
      this.frame = requestAnimationFrame(() => this.flush())
      this.timer = setTimeout(() => this.flush(), 1000)
    }
  }

  flush(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
    this.timer = undefined
    const items = this.items
    this.items = []
    if (items.length > 0) this.take(items)
  }

  /** Forgets what waits. */
  clear(): void {
    this.items = []
    this.flush()
  }
}
