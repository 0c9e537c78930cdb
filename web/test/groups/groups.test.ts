import { describe, expect, it } from 'vitest'
import { LiveProcess } from '../../src/feed/live-process'
import { placeInColumns } from '../../src/groups/columns'
import { byUrgency, firstOf, groupsByLabel, groupsOf } from '../../src/groups/group'
import { process } from '../fixtures'

const live = (uid: string, statename = 'RUNNING'): LiveProcess => new LiveProcess(process(uid, { statename }))

describe('groupsOf', () => {
  it('byUrgency_Problems_ComeFirstAndTheRestByName', () => {
    const groups = groupsOf([
      live('s:B:1'),
      live('s:C:1', 'BACKOFF'),
      live('s:A:1'),
      live('s:D:1', 'FATAL'),
      live('t:D:2'),
    ])

    expect(byUrgency(groups).map((group) => group.name)).toEqual(['D', 'C', 'A', 'B'])
  })

  it('firstOf_MoreThanFits_ShowsProblemsFirst', () => {
    const [group] = groupsOf([live('s:A:1'), live('s:A:2'), live('s:A:3'), live('s:A:4', 'FATAL')])
    if (!group) throw new Error('no group')

    expect(firstOf(group, 2).map((one) => one.name)).toEqual(['4', '1'])
  })
})

describe('groupsByLabel', () => {
  const at = (uid: string, site?: string) =>
    new LiveProcess(process(uid), () => (site === undefined ? undefined : { site }))

  it('values_InNaturalOrder_AndWhatHasNoneAtTheEnd', () => {
    const groups = groupsByLabel(
      [at('a:g:1', 'hall10'), at('b:g:1'), at('c:g:1', 'hall 2'), at('d:h:1', 'hall10')],
      'site',
      'without site',
    )

    expect(groups.map(({ name, term, processes }) => [name, term, processes.length])).toEqual([
      ['hall 2', 'label:"site=hall 2"', 1],
      ['hall10', 'label:site=hall10', 2],
      ['without site', '-label:site', 1],
    ])
  })
})

describe('placeInColumns', () => {
  const place = (heights: number[], count: number, before?: (item: number) => number | undefined) =>
    placeInColumns(heights, count, (height) => height, before).map((column) => column.items)

  it('place_Items_EndAtAboutTheSameHeight', () => {
    expect(place([5, 2, 8, 8, 5], 3)).toEqual([[5, 5], [2, 8], [8]])
  })

  it('place_WithColumnsBefore_KeepsThem', () => {
    expect(place([1, 2, 3], 2, (item) => (item === 2 ? 0 : undefined))).toEqual([[1, 2], [3]])
  })

  it('place_Nothing_HasEmptyColumns', () => {
    expect(place([], 0)).toEqual([[]])
  })
})
