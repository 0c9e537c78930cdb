import { describe, expect, it } from 'vitest'
import type { ProcessJson } from '../../src/api/contract'
import { LiveProcess } from '../../src/feed/live-process'
import { ProcessFilter } from '../../src/filter/filter'
import { Matcher } from '../../src/filter/matcher'

const json = (name: string, statename: string): ProcessJson =>
  ({ uid: `s:g:${name}`, name, group: 'g', supervisor: 's', statename }) as ProcessJson

describe('Matcher', () => {
  it('find_NothingChanged_IsTheSameArray', () => {
    const all = [new LiveProcess(json('a', 'RUNNING')), new LiveProcess(json('b', 'FATAL'))]
    const filter = ProcessFilter.parse('fatal')
    const matcher = new Matcher()
    const first = matcher.find(filter, all)

    expect(first.map(({ name }) => name)).toEqual(['b'])
    expect(matcher.find(filter, all)).toBe(first)
  })

  it('find_AProcessChanged_IsAskedAgain', () => {
    const all = [new LiveProcess(json('a', 'RUNNING')), new LiveProcess(json('b', 'FATAL'))]
    const filter = ProcessFilter.parse('fatal')
    const matcher = new Matcher()
    matcher.find(filter, all)

    all[0]?.set(json('a', 'FATAL'))
    all[1]?.set(json('b', 'STOPPED'))

    expect(matcher.find(filter, all).map(({ name }) => name)).toEqual(['a'])
  })

  it('find_AnotherFilterOrList_IsAskedFromTheBeginning', () => {
    const a = new LiveProcess(json('a', 'RUNNING'))
    const b = new LiveProcess(json('b', 'RUNNING'))
    const matcher = new Matcher()
    const byName = ProcessFilter.parse('name:a')

    expect(matcher.find(byName, [a, b])).toEqual([a])
    expect(matcher.find(byName, [b])).toEqual([])
    expect(matcher.find(ProcessFilter.parse('name:b'), [b])).toEqual([b])
  })
})
