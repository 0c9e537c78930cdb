import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { filterText, followAddress } from '../../src/filter/current'

const View = { template: '' }

describe('the filter and the address', () => {
  let router: Router
  let scope: ReturnType<typeof effectScope>

  beforeEach(async () => {
    vi.useFakeTimers()
    router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:view*', component: View }] })
    await router.push('/?filter=first')
    scope = effectScope()
    scope.run(() => {
      followAddress(router)
    })
  })

  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  const address = () => router.currentRoute.value.query.filter

  it('begins with what the address says, and follows it', async () => {
    expect(filterText.value).toBe('first')
    await router.push('/processes?filter=second')
    expect(filterText.value).toBe('second')
    await router.push('/processes')
    expect(filterText.value).toBe('')
  })

  it('writes into the address what was typed, after a pause', async () => {
    filterText.value = 'state:fatal'
    await nextTick()
    expect(address()).toBe('first')
    await vi.advanceTimersByTimeAsync(300)
    expect(address()).toBe('state:fatal')
  })

  it('keeps a key that is typed while the address changes', async () => {
    router.beforeEach(() => {
      filterText.value = 'group:k'
    })
    filterText.value = 'group:'
    await nextTick()
    await vi.advanceTimersByTimeAsync(260)
    expect(filterText.value).toBe('group:k')
    await vi.advanceTimersByTimeAsync(300)
    expect(address()).toBe('group:k')
  })

  it('takes a key away again that was typed while the address changed', async () => {
    let keys = 0
    router.beforeEach(() => {
      if (keys++ === 0) filterText.value = 'first'
    })
    filterText.value = 'first2'
    await nextTick()
    await vi.advanceTimersByTimeAsync(600)
    expect(filterText.value).toBe('first')
    expect(address()).toBe('first')
  })

  it('lets a way to another view come to its end before it writes', async () => {
    let open: () => void = () => undefined
    router.addRoute({
      path: '/slow',
      component: () =>
        new Promise((done) => {
          open = () => {
            done(View)
          }
        }),
    })
    filterText.value = 'group:keys'
    await nextTick()
    const way = router.push('/slow?filter=first')
    await vi.advanceTimersByTimeAsync(600)
    open()
    await way
    await vi.advanceTimersByTimeAsync(600)
    expect(router.currentRoute.value.path).toBe('/slow')
    expect(filterText.value).toBe('group:keys')
    expect(address()).toBe('group:keys')
  })
})
