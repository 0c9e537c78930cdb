import { computed } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { totalOf } from '../../src/feed/counts'
import { Fleet } from '../../src/feed/fleet'
import { data, process, supervisor } from '../fixtures'

describe('Fleet', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
  afterEach(() => void vi.useRealTimers())

  function fleetOf(...uids: string[]): Fleet {
    const fleet = new Fleet()
    fleet.applyData(
      data(
        supervisor(
          's1',
          uids.map((uid) => process(uid)),
        ),
      ),
    )
    fleet.commit()
    vi.runAllTimers()
    return fleet
  }

  it('applyProcess_KnownProcess_KeepsItsObjectAndTheLists', () => {
    const fleet = fleetOf('s1:g:a', 's1:g:b')
    const list = fleet.processList.value
    const before = fleet.processes.get('s1:g:a')

    fleet.applyProcess(process('s1:g:a', { statename: 'STOPPED', running: false }))
    fleet.commit()

    expect(fleet.processList.value).toBe(list)
    expect(fleet.processes.get('s1:g:a')).toBe(before)
    expect(before?.data.value.statename).toBe('STOPPED')
  })

  it('applyProcess_OneOfMany_RendersAgainOnlyWhatShowsIt', () => {
    const fleet = fleetOf('s1:g:a', 's1:g:b')
    let rendered = 0
    const a = computed(() => {
      rendered++
      return fleet.processes.get('s1:g:a')?.data.value.statename
    })
    void a.value

    fleet.applyProcess(process('s1:g:b', { statename: 'FATAL' }))
    fleet.commit()
    void a.value

    expect(rendered).toBe(1)
  })

  it('counts_AnyChanges_AgreeWithACountFromScratch', () => {
    const fleet = fleetOf('s1:g:a', 's1:g:b', 's1:g:c')
    const states = ['RUNNING', 'FATAL', 'BACKOFF', 'STOPPED', 'STARTING', 'EXITED']
    for (let i = 0; i < 500; i++) {
      const uid = `s1:g:${'abc'.charAt(i % 3)}`
      fleet.applyProcess(process(uid, { statename: states[(i * 7) % states.length] ?? '', exitstatus: i % 2 }))
    }
    fleet.commit()
    vi.runAllTimers()

    const counted = totalOf(fleet.counts.value, true)
    for (const [kind, count] of Object.entries(counted)) {
      expect(count).toBe([...fleet.processes.values()].filter((one) => one.kind === kind).length)
    }
    expect([...fleet.problems]).toEqual(
      expect.arrayContaining(
        [...fleet.processes.values()].filter((one) => ['fatal', 'failed', 'backoff'].includes(one.kind)),
      ),
    )
  })

  it('applySupervisor_Offline_KeepsItsProcessesAsStale', () => {
    const fleet = fleetOf('s1:g:a')
    const before = fleet.processes.get('s1:g:a')

    fleet.applySupervisor(
      supervisor('s1', [], { running: false, stale_processes: { 's1:g:a': process('s1:g:a', { stale: true }) } }),
    )
    fleet.commit()
    vi.runAllTimers()

    expect(fleet.processes.get('s1:g:a')).toBe(before)
    expect(before?.kind).toBe('stale')
    expect(fleet.counts.value.supervisorsUp).toBe(0)
    expect(totalOf(fleet.counts.value, true).running).toBe(0)
  })

  it('applySupervisor_ProcessRemoved_IsGoneEverywhere', () => {
    const fleet = fleetOf('s1:g:a', 's1:g:b')

    fleet.applySupervisor(supervisor('s1', [process('s1:g:a')]))
    fleet.commit()
    vi.runAllTimers()

    expect(fleet.processList.value.map((one) => one.uid)).toEqual(['s1:g:a'])
    expect(totalOf(fleet.counts.value, true).running).toBe(1)
  })

  it('applyData_SupervisorGone_TakesItsProcessesWithIt', () => {
    const fleet = fleetOf('s1:g:a')

    fleet.applyData(data(supervisor('s2', [process('s2:g:b')])))
    fleet.commit()
    vi.runAllTimers()

    expect([...fleet.processes.keys()]).toEqual(['s2:g:b'])
    expect(fleet.counts.value).toMatchObject({ supervisors: 1, supervisorsUp: 1 })
  })

  it('counts_AgentOfTheSupervisor_IsOfTheSystem', () => {
    const fleet = new Fleet()
    const link = { agent: 'x', agent_uid: 's1:x:x', agent_version: null, error: null, since: 0, state: 'connected' }
    fleet.applyData(data(supervisor('s1', [process('s1:x:x'), process('s1:g:a')], { link })))
    fleet.commit()

    expect(fleet.counts.value.system.running).toBe(1)
    expect(totalOf(fleet.counts.value, false).running).toBe(1)
  })

  it('pulse_ManyCommits_BeatsAtMostTwiceASecond', () => {
    const fleet = fleetOf('s1:g:a')
    const before = fleet.pulse.value

    for (let i = 0; i < 100; i++) {
      fleet.applyProcess(process('s1:g:a', { pid: i }))
      fleet.commit()
      vi.advanceTimersByTime(10)
    }

    expect(fleet.pulse.value - before).toBeLessThanOrEqual(3)
    expect(fleet.processes.get('s1:g:a')?.data.value.pid).toBe(99)
  })
})
