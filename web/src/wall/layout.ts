/** What of a list is shown on a screen that nobody scrolls: all, or as many as leave a line to say how many more. */
export function fitting(count: number, places: number): { shown: number; more: number } {
  if (count <= places) return { shown: count, more: 0 }
  const shown = Math.max(0, places - 1)
  return { shown, more: count - shown }
}
