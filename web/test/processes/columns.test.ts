import { describe, expect, it } from 'vitest'
import { chosenColumns, COLUMNS, fittingColumns, toggleColumn, tracksOf } from '../../src/processes/columns'

const idsOf = (columns: readonly { id: string }[]) => columns.map(({ id }) => id)

describe('columns', () => {
  it('chosen_Nothing_AreTheUsualOnes', () => {
    expect(idsOf(chosenColumns([]))).toEqual(['name', 'group', 'supervisor', 'state', 'since', 'pid', 'description'])
  })

  it('toggle_AddsAndTakesAway_InTheirOrder', () => {
    const withHost = toggleColumn([], 'host')
    expect(withHost).toEqual(['name', 'group', 'supervisor', 'host', 'state', 'since', 'pid', 'description'])
    expect(toggleColumn(withHost, 'group')).not.toContain('group')
  })

  it('fitting_EnoughRoom_IsAll', () => {
    expect(fittingColumns(COLUMNS, 1240)).toEqual(COLUMNS)
  })

  it('fitting_LittleRoom_KeepsNameAndState', () => {
    expect(idsOf(fittingColumns(COLUMNS, 780))).toEqual(['name', 'group', 'supervisor', 'state', 'since', 'pid'])
    expect(idsOf(fittingColumns(COLUMNS, 100))).toEqual(['name', 'state'])
  })

  it('tracks_HaveOneForTheCheckBox', () => {
    expect(tracksOf(COLUMNS.slice(0, 1))).toBe('36px minmax(150px, 2fr)')
  })
})
