import type { Router } from 'vue-router'

/**
 * The process whose details are open is part of the address of every view: `?process=<uid>`. Opening is an entry in the
 * browser's history, so that Back closes; to look at another one meanwhile is none.
 */
export function openDetails(router: Router, uid: string): Promise<unknown> {
  const { path, query, hash } = router.currentRoute.value
  const to = { path, query: { ...query, process: uid }, hash }
  return query.process === undefined ? router.push(to) : router.replace(to)
}

/** Goes back to where the details were opened, if that is what lies behind; else only takes them out of the address. */
export function closeDetails(router: Router): void {
  const { path, query, hash } = router.currentRoute.value
  const { process, ...others } = query
  const without = { path, query: others, hash }
  const { back } = history.state as { back?: unknown }
  if (back === router.resolve(without).fullPath) router.back()
  else void router.replace(without)
}
