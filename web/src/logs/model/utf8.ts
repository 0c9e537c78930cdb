const encoder = new TextEncoder()

/** How many octets a text takes as UTF-8. */
export function octetsOf(text: string): number {
  return /^[\0-\x7f]*$/.test(text) ? text.length : encoder.encode(text).length
}
