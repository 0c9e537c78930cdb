import { computed, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { LogQuery } from './search/query'
import type { Reading } from './use-reader'

/** How often what is found is shown, at most. */
const SHOW_MS = 100

/** The search of one view: what is looked for stays when the view turns to another log. */
export function useSearch(reading: ShallowRef<Reading | null>, changes: Ref<number>) {
  const query = shallowRef<LogQuery>({ text: '', isRegex: false, matchesCase: false })
  const onlyMatches = shallowRef(false)
  /** Follows the matches, but not each of them. */
  const version = shallowRef(0)
  /** The row of the match that the reader is at. */
  const current = shallowRef<number | null>(null)
  const search = computed(() => reading.value?.search)

  watch([query, reading], () => {
    current.value = null
    search.value?.set(query.value)
  })
  watch(changes, () => search.value?.look())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => search.value?.version.value,
    () => {
      timer ??= setTimeout(() => {
        timer = undefined
        version.value++
      }, SHOW_MS)
    },
  )

  const matches = computed(() => search.value?.matches ?? null)
  const count = computed(() => {
    void version.value
    return matches.value?.count ?? 0
  })
  const at = computed(() => {
    void version.value
    const row = current.value
    return row !== null && matches.value?.has(row) ? matches.value.indexOf(row) + 1 : 0
  })

  /** The next match or the one before, around the ends; the first time the last one that is in sight or above. */
  function go(steps: 1 | -1, sight: { first: number; last: number }): number | null {
    const found = matches.value
    if (!found || found.count === 0) return null
    let index: number
    if (current.value === null) {
      const behind = found.indexOf(sight.last + 1)
      index = steps === 1 && behind === 0 ? 0 : behind - 1
    } else {
      const here = found.indexOf(current.value)
      index = steps === 1 && !found.has(current.value) ? here : here + steps
    }
    current.value = found.rowAt((index + found.count) % found.count)
    return current.value
  }

  return {
    query,
    onlyMatches,
    version,
    current,
    matches,
    count,
    at,
    go,
    problem: computed(() => search.value?.problem.value ?? null),
    isDone: computed(() => search.value?.isDone.value ?? true),
    highlight: (row: number) => (matches.value?.has(row) ? (search.value?.highlighter ?? null) : null),
    stop: () => clearTimeout(timer),
  }
}
