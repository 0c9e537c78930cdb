import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { closeDetails, openDetails } from '../../src/details/address'

const PATH = '/view/process'

describe('address of details', () => {
  let router: Router
  beforeEach(async () => {
    const view = { render: () => null }
    router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:view(.*)', component: view }] })
    await router.push(`${PATH}?filter=a`)
  })

  it('openDetails_FromAView_KeepsItsQueryAndCanGoBack', async () => {
    await openDetails(router, 'x:g:n')
    expect(router.currentRoute.value.query).toEqual({ filter: 'a', process: 'x:g:n' })

    const back = new Promise((resolve) => router.afterEach(resolve))
    router.back()
    await back
    expect(router.currentRoute.value.fullPath).toBe(`${PATH}?filter=a`)
  })

  it('openDetails_OfAnother_IsNoEntryOfItsOwn', async () => {
    const push = vi.spyOn(router, 'push')
    await openDetails(router, 'a')
    await openDetails(router, 'b')

    expect(push).toHaveBeenCalledTimes(1)
    expect(router.currentRoute.value.query.process).toBe('b')
  })

  it.each([
    [`${PATH}?filter=a`, 'back'],
    [`${PATH}?filter=changed`, 'replace'],
    [null, 'replace'],
  ] as const)('closeDetails_Before_%s_Does_%s', async (before, expected) => {
    await openDetails(router, 'x:g:n')
    vi.stubGlobal('history', { state: { back: before } })
    const back = vi.spyOn(router, 'back').mockImplementation(() => undefined)
    const replace = vi.spyOn(router, 'replace')

    closeDetails(router)

    expect(back).toHaveBeenCalledTimes(expected === 'back' ? 1 : 0)
    expect(replace).toHaveBeenCalledTimes(expected === 'replace' ? 1 : 0)
    vi.unstubAllGlobals()
  })
})
