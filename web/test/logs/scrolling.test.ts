import { describe, expect, it } from 'vitest'
import { allRows } from '../../src/logs/view/row-list'
import { ScrollMap } from '../../src/logs/view/scroll-map'
import { WrapHeights } from '../../src/logs/view/wrap-heights'

describe('ScrollMap', () => {
  it('is what the element says while the content is short', () => {
    const map = new ScrollMap()
    map.resize(10_000, 500)
    map.place(1e9)
    expect([map.top, map.offset, map.base, map.isAtEnd]).toEqual([9500, 9500, 0, true])
    map.moved(1000)
    expect([map.offset, map.base, map.isAtEnd]).toEqual([1000, 0, false])
  })

  it('moves as far as the wheel goes in a content of 20 million pixels, and anywhere by the bar', () => {
    const map = new ScrollMap()
    map.resize(20_000_000, 500)
    map.moved(4_000_000)
    expect(map.offset / 20_000_000).toBeCloseTo(0.5, 3)
    const before = map.offset
    map.moved(map.top + 100)
    expect(map.offset).toBe(before + 100)
    map.place(20_000_000)
    expect(map.isAtEnd).toBe(true)
    expect(map.top).toBe(8_000_000 - 500)
    map.moved(map.top - 100)
    expect(map.offset).toBe(20_000_000 - 500 - 100)
  })

  it('reaches both ends by the wheel alone and skips nothing there', () => {
    const map = new ScrollMap()
    map.resize(20_000_000, 500)
    map.place(3000)
    let before = map.offset
    for (let i = 0; i < 100 && map.offset > 0; i++) {
      map.moved(Math.max(0, map.top - 100))
      expect(before - map.offset).toBeLessThanOrEqual(100)
      before = map.offset
    }
    expect(map.offset).toBeCloseTo(0)
  })
})

describe('WrapHeights', () => {
  it('knows where each row is while rows come and go at both ends', () => {
    const rows = { first: 0, end: 0, generation: 0 }
    const list = allRows(rows)
    const columnsAt = (row: number) => Math.abs(row * 37) % 301
    const heights = new WrapHeights()
    let seed = 3
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
    for (let round = 0; round < 60; round++) {
      rows.end += random(60)
      if (random(5) === 0) rows.first -= random(100)
      if (random(4) === 0) rows.first = Math.min(rows.end, rows.first + random(120))
      heights.sync(list, 80, columnsAt)
      let sum = 0
      const wrong: number[] = []
      for (let i = 0; i < list.count; i++) {
        const lines = Math.max(1, Math.ceil(columnsAt(list.rowAt(i)) / 80))
        if (heights.before(i) !== sum || heights.indexAt(sum + lines - 1) !== i) wrong.push(i)
        sum += lines
      }
      expect(wrong).toEqual([])
      expect(heights.total).toBe(sum)
    }
  })
})
