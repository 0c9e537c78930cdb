const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** The time of the day in the reader's zone: `14:02:10`. */
export function clockTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** The same with milliseconds and the day: `2026-11-28 14:02:10.123`. */
export function exactTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${clockTime(milliseconds)}.${pad(date.getMilliseconds(), 3)}`
}
