/** A line that is JSON, or ends with an object of it, with one member on a line; null when it is none. */
export function prettyJson(line: string): string | null {
  const text = line.trim()
  if (!/[}\]]$/.test(text)) return null
  const begin = text.startsWith('[') ? 0 : text.indexOf('{')
  if (begin < 0 || begin > 200) return null
  try {
    const value: unknown = JSON.parse(text.slice(begin))
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return null
    const before = text.slice(0, begin).trim()
    return (before ? `${before}\n` : '') + JSON.stringify(value, null, 2)
  } catch {
    return null
  }
}
