/** Ages up to this are explained by what the server had read a while ago, and are no wrong clock. */
const AGE_OF_READS = 90

/**
 * How far the clock of a host is behind this browser's. A report is at least as old as it looks, so the youngest one
 * seen is the best estimate; a host whose clock is right or only slightly off is left as it is.
 */
export class HostClock {
  private behind = Number.POSITIVE_INFINITY

  /** @param hostNow supervisord's clock in a report, Unix seconds; @param localNow ours when it arrived. */
  observe(hostNow: number, localNow: number): void {
    if (hostNow > 0) this.behind = Math.min(this.behind, localNow - hostNow)
  }

  /** A time of the host in terms of this browser's clock. */
  toLocal(hostTime: number): number {
    const isOff = Number.isFinite(this.behind) && (this.behind < -2 || this.behind > AGE_OF_READS)
    return isOff ? hostTime + this.behind : hostTime
  }
}
