import { describe, expect, it } from 'vitest'
import { Entries, MOST_ENTRIES } from '../../src/notifications/entries'

const about = (message: string) => ({ kind: 'server' as const, message })

describe('Entries', () => {
  it('list_AfterAStormOfInfo_KeepsWhatWasWrong', () => {
    const entries = new Entries()
    entries.add('error', 1, about('bad'))
    for (let i = 0; i < 5000; i++) entries.add('info', 2, about(String(i)))

    expect(entries.list('warning').map(({ about: what }) => what)).toEqual([about('bad')])
    expect(entries.list('info')).toHaveLength(MOST_ENTRIES)
  })

  it('list_OfALevel_HasTheMoreImportantOnesToo_NewestFirst', () => {
    const entries = new Entries()
    entries.add('info', 1, about('a'))
    entries.add('warning', 2, about('b'))
    entries.add('error', 3, about('c'))

    expect(entries.list('warning').map(({ at }) => at)).toEqual([3, 2])
  })

  it('clear_LeavesNothing', () => {
    const entries = new Entries()
    entries.add('error', 1, about('a'))
    entries.clear()

    expect(entries.list('info')).toEqual([])
  })
})
