import { describe, expect, it } from 'vitest'
import { fittingRows } from '../../src/attention/rows'

const desk = { isNarrow: false, showsAll: false }
const phone = { isNarrow: true, showsAll: false }

describe('fittingRows', () => {
  it('rows_FewProblems_AreAllShown', () => {
    expect(fittingRows(1, 2, desk)).toEqual({ supervisors: 1, processes: 2 })
    expect(fittingRows(1, 2, phone)).toEqual({ supervisors: 1, processes: 2 })
  })

  it('rows_ManyProblems_LeaveTheGroupsInSight', () => {
    expect(fittingRows(30, 900, desk)).toEqual({ supervisors: 4, processes: 6 })
    expect(fittingRows(0, 900, phone)).toEqual({ supervisors: 0, processes: 3 })
  })

  it('rows_LostSupervisorsOnAPhone_HideNoProcess', () => {
    expect(fittingRows(30, 900, phone)).toEqual({ supervisors: 2, processes: 1 })
    expect(fittingRows(30, 0, phone)).toEqual({ supervisors: 3, processes: 0 })
  })

  it('rows_AllAskedFor_AreAsManyAsAPageHolds', () => {
    expect(fittingRows(7, 20, { isNarrow: true, showsAll: true })).toEqual({ supervisors: 7, processes: 20 })
    expect(fittingRows(7, 50_000, { isNarrow: false, showsAll: true })).toEqual({ supervisors: 7, processes: 50 })
  })
})
