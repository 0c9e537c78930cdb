/** A key whose plain comparison sorts as people do: case aside, and "worker2" before "worker10". */
export function naturalKey(text: string): string {
  const known = keys.get(text)
  if (known !== undefined) return known
  if (keys.size >= MOST_KEYS) keys.clear()
  const key = makeKey(text)
  keys.set(text, key)
  return key
}

/** A large site says the same few thousand names over and over. */
const keys = new Map<string, string>()
const MOST_KEYS = 20_000

function makeKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(12, '0'))
}

export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
