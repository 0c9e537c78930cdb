import { expect, it } from 'vitest'
import { plain } from '../../src/format/plain'

it('plain_UsualNames_StayAsTheyAre', () => {
  for (const name of ['wcid00a', 'Überwachung 1', '真空泵', 'مضخة', 'naïve–name']) expect(plain(name)).toBe(name)
})

it('plain_CharactersThatDeceive_AreSeen', () => {
  expect(plain('web\u202egpj')).toBe('web‹U+202E›gpj')
  expect(plain('a\u200bb\u2066c\tnew\nline')).toBe('a‹U+200B›b‹U+2066›c‹U+0009›new‹U+000A›line')
})
