import { describe, expect, it } from 'vitest'
import { quote, toggleState, withoutFields } from '../../src/filter/edit'

describe('toggleState', () => {
  it.each([
    ['', 'state:fatal', 'state:fatal'],
    ['state:fatal', 'state:fatal', ''],
    ['state:running', 'state:fatal', 'state:fatal'],
    ['PLC "my host"  state:running', 'state:fatal', 'PLC "my host" state:fatal'],
    ['PLC state:exited is:problem', 'state:exited is:problem', 'PLC'],
  ])('toggle_%s_%s_Is_%s', (text, terms, expected) => {
    expect(toggleState(text, terms)).toBe(expected)
  })

  it('withoutFields_QuotedTerm_IsTextAndStays', () => {
    expect(withoutFields('"group:a" group:b', ['group'])).toBe('"group:a"')
  })
})

describe('quote', () => {
  it.each([
    ['plain', 'plain'],
    ['my group', '"my group"'],
    ['a,b', '"a,b"'],
    ['st*r', '"st*r"'],
  ])('quote_%s_%s', (value, expected) => {
    expect(quote(value)).toBe(expected)
  })
})
