import { expect, it } from 'vitest'
import { isOutdated } from '../../src/shell/outdated'

it.each([
  ['aa', 'aa', false],
  ['bb', 'aa', true],
  [null, 'aa', false],
  ['bb', '', false],
] as const)('isOutdated_Server_%s_Page_%s_%s', (server, page, expected) => {
  expect(isOutdated(server, page)).toBe(expected)
})
