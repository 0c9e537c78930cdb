import { describe, expect, it } from 'vitest'
import { LANGUAGES, loadLanguage } from '../../src/i18n'
import { en } from '../../src/i18n/messages/en'

/** What a text is, by its path: `actions.start` a text, `confirm.stop` one with so many numbers or names in it. */
function shapeOf(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [`${path}: ${value.trim() === '' ? 'empty' : 'text'}`]
  if (typeof value === 'function') return [`${path}: function`]
  return Object.entries(value as object).flatMap(([key, member]) => shapeOf(member, `${path}.${key}`))
}

describe.each(Object.keys(LANGUAGES))('language %s', (code) => {
  it('isComplete_AndHasNoTextThatEnglishHasNot', async () => {
    expect(shapeOf(await loadLanguage(code)).sort()).toEqual(shapeOf(en).sort())
  })

  it('takesUpEveryNumberAndName', async () => {
    const messages = await loadLanguage(code)
    expect(messages.attention.exitCode(123)).toContain('123')
    expect(messages.details.gone('h:g:n')).toContain('h:g:n')
    expect(messages.confirm.stop(1234)).toContain((1234).toLocaleString(code))
  })
})

it('translations_AreNotEnglish', async () => {
  for (const code of Object.keys(LANGUAGES).filter((one) => one !== 'en')) {
    const messages = await loadLanguage(code)
    expect(messages.attention.title).not.toBe(en.attention.title)
    expect(messages.bell.empty).not.toBe(en.bell.empty)
  }
})
