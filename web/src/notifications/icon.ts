export const signOf = (count: number): string => (count > 99 ? '99+' : String(count))

/** The icon of the page with the number in it. */
export function iconWith(count: number): string {
  const sign = signOf(count)
  const size = sign.length > 2 ? 13 : sign.length > 1 ? 17 : 21
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#c22530"/>' +
    `<text x="16" y="${16 + size * 0.36}" font-family="sans-serif" font-weight="700" font-size="${size}" ` +
    `text-anchor="middle" fill="#fff">${sign}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
