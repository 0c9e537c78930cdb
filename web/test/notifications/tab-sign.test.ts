import { describe, expect, it } from 'vitest'
import { iconWith, signOf } from '../../src/notifications/icon'

describe('sign of the tab', () => {
  it.each([
    [1, '1'],
    [99, '99'],
    [100, '99+'],
  ])('signOf_%s_is_%s', (count, sign) => expect(signOf(count)).toBe(sign))

  it('iconWith_ACount_IsAnImageThatShowsIt', () => {
    const [type, svg] = iconWith(7).split(',', 2)

    expect(type).toBe('data:image/svg+xml')
    expect(decodeURIComponent(svg ?? '')).toContain('>7</text>')
  })
})
