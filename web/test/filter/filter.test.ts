import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ProcessJson } from '../../src/api/contract'
import { ProcessFilter } from '../../src/filter/filter'
import type { Labels } from '../../src/filter/labels'
import { FilterSubject } from '../../src/filter/subject'

interface Cases {
  processes: (ProcessJson & { agent?: boolean; labels?: Labels })[]
  cases: { filter: string; why: string; matches: 'all' | string[] }[]
}

/** The cases that the server's own filter has to pass as well. */
const { processes, cases } = JSON.parse(
  readFileSync(new URL('../../../test/Data/filter-cases.json', import.meta.url), 'utf8'),
) as Cases

describe('ProcessFilter', () => {
  it.each(cases.map((one) => [one.filter, one.why, one.matches] as const))('matches_%s_%s', (filter, _, matches) => {
    const parsed = ProcessFilter.parse(filter)

    const found = processes
      .filter((process) =>
        parsed.matches(
          new FilterSubject(
            () => process,
            () => process.agent ?? false,
            () => process.labels,
          ),
        ),
      )
      .map((process) => process.uid)

    expect(found).toEqual(matches === 'all' ? processes.map((process) => process.uid) : matches)
  })

  it.each([
    ['', false],
    ['group:PLC', false],
    ['wcid', true],
    ['state:fatal', true],
    ['label:site=hall1', false],
  ])('isLive_%s_%s', (filter, isLive) => {
    expect(ProcessFilter.parse(filter).isLive).toBe(isLive)
  })
})
