/** What a terminal's SGR sequences have switched on. */
export class SgrState {
  private foreground = ''
  private background = ''
  private readonly flags = new Set<string>()

  /** @param parameters between `ESC [` and `m`; anything else than numbers and separators changes nothing */
  apply(parameters: string): void {
    if (!/^[\d;:]*$/.test(parameters)) return
    const numbers = parameters.split(/[;:]/).map((text) => Number.parseInt(text || '0', 10))
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i] ?? 0
      if (number === 38 || number === 48) {
        const { color, used } = extendedColor(numbers.slice(i + 1, i + 5))
        if (number === 38) this.foreground = color
        else this.background = color
        i += used
      } else {
        this.applyOne(number)
      }
    }
  }

  look(): { classes: string; color?: string; background?: string } {
    let [foreground, background] = [this.foreground, this.background]
    const classes = [...this.flags].filter((flag) => flag !== 'inverse')
    if (this.flags.has('inverse')) [foreground, background] = [background || 'inverse', foreground || 'inverse']
    const look: { classes: string; color?: string; background?: string } = { classes: '' }
    if (foreground.startsWith('#')) look.color = foreground
    else if (foreground) classes.push(`fg-${foreground}`)
    if (background.startsWith('#')) look.background = background
    else if (background) classes.push(`bg-${background}`)
    look.classes = classes.join(' ')
    return look
  }

  private applyOne(number: number): void {
    const on = FLAGS[number]
    if (on) this.flags.add(on)
    else if (number === 0) this.reset()
    else if (number === 22) this.off('bold', 'faint')
    else if (number === 23) this.off('italic')
    else if (number === 24) this.off('underline')
    else if (number === 27) this.off('inverse')
    else if (number === 29) this.off('struck')
    else if (number === 39) this.foreground = ''
    else if (number === 49) this.background = ''
    else if (number >= 30 && number <= 37) this.foreground = String(number - 30)
    else if (number >= 40 && number <= 47) this.background = String(number - 40)
    else if (number >= 90 && number <= 97) this.foreground = String(number - 90 + 8)
    else if (number >= 100 && number <= 107) this.background = String(number - 100 + 8)
  }

  private reset(): void {
    this.foreground = ''
    this.background = ''
    this.flags.clear()
  }

  private off(...flags: string[]): void {
    for (const flag of flags) this.flags.delete(flag)
  }
}

/** Text that is switched to blink or to be concealed stays as it is: it is there to be read. */
const FLAGS: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'faint',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'struck',
  21: 'underline',
}

/** What follows 38 or 48: `5;n`, or `2;r;g;b`. */
function extendedColor(numbers: number[]): { color: string; used: number } {
  const [kind = 0, a = 0, b = 0, c = 0] = numbers
  if (kind === 2) return { color: rgb(a, b, c), used: 4 }
  if (kind !== 5) return { color: '', used: 1 }
  if (a < 16) return { color: String(a), used: 2 }
  if (a >= 232) {
    const grey = 8 + (a - 232) * 10
    return { color: rgb(grey, grey, grey), used: 2 }
  }
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40)
  const index = a - 16
  return { color: rgb(level(Math.floor(index / 36)), level(Math.floor(index / 6) % 6), level(index % 6)), used: 2 }
}

const rgb = (...levels: number[]): string =>
  `#${levels.map((level) => Math.min(255, level).toString(16).padStart(2, '0')).join('')}`
