/** Browsers lay out nothing higher than some ten million pixels. */
const MOST_PIXELS = 8_000_000

/** A move of less than so many heights of the view is one by wheel or keys, and not of the scroll bar. */
const NEAR = 3

/**
 * Where in a long content a scrolled element is. Up to a limit that is what the element says; a longer content is laid out
 * shortened: near moves are as long as they look, far ones go in proportion.
 */
export class ScrollMap {
  private length = 0
  private view = 0
  private at = 0
  private physicalTop = 0

  /** Height to be laid out. */
  get physical(): number {
    return Math.min(this.length, MOST_PIXELS)
  }

  /** What the element's `scrollTop` is to be. */
  get top(): number {
    return this.physicalTop
  }

  /** How far the view has come in the whole content. */
  get offset(): number {
    return this.at
  }

  /** To be subtracted from places in the content for places in the element. */
  get base(): number {
    return this.at - this.physicalTop
  }

  get isAtEnd(): boolean {
    return this.at >= this.most - 4
  }

  resize(length: number, view: number): void {
    this.length = length
    this.view = view
  }

  /** The element was scrolled. */
  moved(top: number): void {
    const delta = top - this.physicalTop
    if (this.physical === this.length) this.at = top
    else if (Math.abs(delta) < NEAR * this.view) this.at = this.clamp(this.at + delta)
    else this.at = this.clamp(this.proportion(top, this.mostTop, this.most))
    this.physicalTop = top
    const isAtEdge = top <= 0 || top >= this.mostTop
    if (isAtEdge && this.physical < this.length) this.physicalTop = this.proportion(this.at, this.most, this.mostTop)
  }

  /** Goes to a place of the content. */
  place(offset: number): void {
    const to = this.clamp(offset)
    const top = to - this.base
    const isNear = Math.abs(to - this.at) < NEAR * this.view && top > this.view && top < this.mostTop - this.view
    this.at = to
    if (this.physical === this.length) this.physicalTop = to
    else this.physicalTop = isNear ? top : this.proportion(to, this.most, this.mostTop)
  }

  private get most(): number {
    return Math.max(0, this.length - this.view)
  }

  private get mostTop(): number {
    return Math.max(0, this.physical - this.view)
  }

  private clamp(offset: number): number {
    return Math.max(0, Math.min(offset, this.most))
  }

  private proportion(value: number, of: number, to: number): number {
    return of <= 0 ? 0 : (value / of) * to
  }
}
