/** One that keeps failing is told of once in this time. */
const QUIET_MS = 5 * 60_000

/** Decides which of the things that went wrong are new to the reader. */
export class AlertGate {
  private readonly told = new Map<string, number>()

  isNew(id: string, nowMs: number): boolean {
    const last = this.told.get(id)
    if (last !== undefined && nowMs - last < QUIET_MS) return false
    if (this.told.size > 10_000) this.told.clear()
    this.told.set(id, nowMs)
    return true
  }
}
