import { describe, expect, it } from 'vitest'
import { LiveProcess } from '../../src/feed/live-process'
import { chosenColumns, toggleColumn } from '../../src/processes/columns'
import { formatSort, parseSort, sortProcesses } from '../../src/processes/sort'
import { process } from '../fixtures'

const names = (sort: string) =>
  sortProcesses(
    [
      new LiveProcess(process('s:g:a', { statename: 'RUNNING', pid: 30, start: 100 })),
      new LiveProcess(process('s:g:b', { statename: 'FATAL', pid: 0, start: 300, stop: 301 })),
      new LiveProcess(process('s:g:c', { statename: 'RUNNING', pid: 20, start: 200 })),
    ],
    parseSort(sort),
  ).map((one) => one.name)

describe('sortProcesses', () => {
  it.each([
    ['', ['a', 'b', 'c']],
    ['-name', ['c', 'b', 'a']],
    ['state', ['b', 'a', 'c']],
    ['since', ['b', 'c', 'a']],
    ['-since', ['a', 'c', 'b']],
    ['pid', ['b', 'c', 'a']],
    ['nonsense', ['a', 'b', 'c']],
  ])('sort_%s_%j', (sort, expected) => {
    expect(names(sort)).toEqual(expected)
  })

  it.each(['', '-name', 'state', '-since'])('format_WhatWasParsed_IsTheSame_%s', (sort) => {
    const { column, isDescending } = parseSort(sort)
    expect(formatSort(column.id, isDescending)).toBe(sort)
  })
})

describe('toggleColumn', () => {
  it('toggle_TwiceAnyColumn_IsAsBefore', () => {
    const usual = chosenColumns([]).map(({ id }) => id)
    expect(toggleColumn(toggleColumn([], 'pid'), 'pid')).toEqual(usual)
    expect(toggleColumn([], 'host')).toContain('host')
  })

  it('toggle_Name_IsShownAllTheSame', () => {
    expect(chosenColumns(toggleColumn([], 'name')).map(({ id }) => id)).toContain('name')
  })
})
