const ASCII = /^[\0-\x7f]*$/

/**
 * Lower case character by character, as the server does it: the length of a text never changes, and no language has
 * rules of its own.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) {
    // One at a time, so that a sigma never is a final one.
    const lower = character.toLowerCase()
    folded += lower.length === character.length ? lower : character
  }
  return folded
}
