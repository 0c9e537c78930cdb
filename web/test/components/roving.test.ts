// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { OneStop, walkRows } from '../../src/components/roving'

describe('rows', () => {
  let list: HTMLElement
  const rows = () => [...list.querySelectorAll<HTMLElement>('[data-row]')]
  const press = (key: string) =>
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))

  beforeEach(() => {
    document.body.innerHTML =
      '<main><button data-row>a</button><button data-row>b</button><button data-row>c</button></main>'
    list = document.querySelector('main') as HTMLElement
    list.addEventListener('keydown', walkRows)
  })

  it.each([
    ['ArrowDown', 'b'],
    ['j', 'b'],
    ['k', 'a'],
    ['End', 'c'],
    ['Home', 'a'],
  ])('walkRows_FromTheFirst_%s_LeadsTo_%s', (key, expected) => {
    rows()[0]?.focus()
    press(key)
    expect(document.activeElement?.textContent).toBe(expected)
  })

  it('OneStop_AtFirst_IsTheFirstRow', () => {
    const stop = new OneStop(list)
    expect(rows().map((row) => row.tabIndex)).toEqual([0, -1, -1])
    stop.end()
  })

  it('OneStop_AfterAVisit_IsTheRowThatWasVisited', () => {
    const stop = new OneStop(list)
    rows()[1]?.focus()
    expect(rows().map((row) => row.tabIndex)).toEqual([-1, 0, -1])
    stop.end()
  })

  it('OneStop_WhoseRowIsGone_IsTheFirstAgain', () => {
    const stop = new OneStop(list)
    rows()[2]?.focus()
    rows()[2]?.remove()
    stop.focus()
    expect(document.activeElement?.textContent).toBe('a')
    stop.end()
  })
})
