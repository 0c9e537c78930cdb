import { computed, type ComputedRef, type Ref } from 'vue'

/**
 * The items in their order; while `held`, what was shown before stays where it was and what is new comes behind it.
 */
export function useHeldOrder<T>(
  source: Ref<readonly T[]>,
  keyOf: (item: T) => string,
  held: Ref<boolean>,
): ComputedRef<readonly T[]> {
  return computed<readonly T[]>((before) => {
    const items = source.value
    if (!held.value || !before) return items
    return holdOrder(items, before, keyOf)
  })
}

export function holdOrder<T>(items: readonly T[], before: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const waiting = new Map(items.map((item) => [keyOf(item), item]))
  const held: T[] = []
  for (const old of before) {
    const key = keyOf(old)
    const item = waiting.get(key)
    if (item === undefined) continue
    held.push(item)
    waiting.delete(key)
  }
  return [...held, ...waiting.values()]
}
