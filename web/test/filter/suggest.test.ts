import { describe, expect, it } from 'vitest'
import { lastWord, suggest, STATES, WORDS } from '../../src/filter/suggest'

const values = {
  group: ['PLC', 'Beam Viewer'],
  supervisor: ['lid001', 'lid002'],
  host: ['h1'],
  state: STATES,
  is: WORDS,
  label: ['site=hall1'],
}
const labels = (text: string, saved: string[] = []) => suggest(text, values, saved).map(({ label }) => label)

describe('lastWord', () => {
  it.each([
    ['', ''],
    ['a b', 'b'],
    ['a ', ''],
    ['group:"Beam V', 'group:"Beam V'],
  ])('of_%s_is_%s', (text, word) => expect(lastWord(text)).toBe(word))
})

describe('suggest', () => {
  it('emptyBox_HasSavedFiltersFirst', () => {
    expect(labels('', ['host:h1']).slice(0, 2)).toEqual(['host:h1', 'is:problem'])
  })

  it('field_HasItsValues', () =>
    expect(labels('state:st')).toEqual(['state:starting', 'state:stopping', 'state:stopped']))

  it('label_HasThoseOfTheSite', () => expect(labels('label:hall')).toEqual(['label:site=hall1']))

  it('secondAlternative_KeepsTheFirst', () => expect(labels('state:fatal,ba')).toEqual(['state:fatal,backoff']))

  it('nameOfAGroup_BecomesATerm_InQuotationMarksWhereNeeded', () => {
    expect(labels('viewer')).toEqual(['group:"Beam Viewer"'])
  })

  it('negated_StaysNegated_BehindWhatWasThere', () => {
    expect(suggest('plc -lid002', values, [])).toEqual([
      { text: 'plc -supervisor:lid002 ', label: '-supervisor:lid002', isSaved: false },
    ])
  })

  it('fieldAlone_GoesOnWithoutABlank', () => expect(suggest('supe', values, [])[0]?.text).toBe('supervisor:'))

  it('complete_SuggestsNothing', () => expect(labels('state:fatal')).toEqual([]))
})
