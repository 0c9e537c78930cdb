import { expect, it } from 'vitest'
import { fitting } from '../../src/wall/layout'

it.each([
  [0, 5, 0, 0],
  [5, 5, 5, 0],
  [6, 5, 4, 2],
  [2, 1, 0, 2],
])('fitting_%s_In_%s_Shows_%s_AndTells_%s', (count, places, shown, more) => {
  expect(fitting(count, places)).toEqual({ shown, more })
})
