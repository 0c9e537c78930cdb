const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const two = (value: number): string => String(value).padStart(2, '0')

/** A span of seconds in at most two units that keep their width as they count: `12s`, `4m 07s`, `3h 12m`, `41d 06h`. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < MINUTE) return `${whole}s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m ${two(whole % MINUTE)}s`
  if (whole < DAY) return `${Math.floor(whole / HOUR)}h ${two(Math.floor((whole % HOUR) / MINUTE))}m`
  return `${Math.floor(whole / DAY)}d ${two(Math.floor((whole % DAY) / HOUR))}h`
}

/** A span in its largest unit alone, for reading: `12s`, `4m`, `3h`, `41d`. */
export function formatShortSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < MINUTE) return `${whole}s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m`
  if (whole < DAY) return `${Math.floor(whole / HOUR)}h`
  return `${Math.floor(whole / DAY)}d`
}

/** A moment in the reader's own way of writing and zone; seconds included. */
export function formatMoment(unixSeconds: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(unixSeconds * 1000)
}
