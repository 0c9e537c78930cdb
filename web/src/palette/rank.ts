/** Which item a query means most: the smaller, the better; null when it does not mean it at all. */
export function rankOf(words: readonly string[], label: string, beside = ''): number | null {
  let rank = 0
  for (const word of words) {
    const at = label.indexOf(word)
    if (at === 0) continue
    else if (at > 0) rank += /[\p{L}\p{N}]/u.test(label.charAt(at - 1)) ? 2 : 1
    else if (beside.includes(word)) rank += 3
    else return null
  }
  return rank
}

/** The best so many, the better first and else in their order; never all of 50,000 are kept. */
export function bestOf<T>(items: Iterable<T>, rank: (item: T) => number | null, most: number): T[] {
  const byRank: T[][] = []
  for (const item of items) {
    const value = rank(item)
    if (value === null) continue
    const same = (byRank[value] ??= [])
    if (same.length < most) same.push(item)
    if (value === 0 && same.length === most) break
  }
  return byRank.flat().slice(0, most)
}

export interface Wish<V extends string> {
  /** The verbs that the first word may mean; empty when it is part of a name. */
  verbs: V[]
  words: string[]
}

/** `rest plc` is a wish to restart what is called plc: a first word of at least two letters that begins a verb. */
export function readWish<V extends string>(query: string, verbs: Readonly<Record<V, readonly string[]>>): Wish<V> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const first = words[0] ?? ''
  const meant =
    first.length < 2
      ? []
      : (Object.keys(verbs) as V[]).filter((verb) => verbs[verb].some((name) => name.toLowerCase().startsWith(first)))
  return { verbs: meant, words }
}
