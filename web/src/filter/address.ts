import type { LocationQueryValue, Router } from 'vue-router'

type QueryValue = LocationQueryValue | LocationQueryValue[] | undefined

export const firstOf = (value: QueryValue): string => (Array.isArray(value) ? value[0] : value) ?? ''

/** Changes members of the address's query; an empty value takes one away. No entry in the history is made. */
export function changeQuery(router: Router, changes: Record<string, string>): Promise<unknown> {
  const { path, query, hash } = router.currentRoute.value
  const changed = { ...query }
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') Reflect.deleteProperty(changed, name)
    else changed[name] = value
  }
  return router.replace({ path, query: changed, hash })
}
