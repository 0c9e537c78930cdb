import { describe, expect, it } from 'vitest'
import type { LinkJson } from '../../src/api/contract'
import { LiveSupervisor } from '../../src/feed/live-supervisor'
import { en as messages } from '../../src/i18n/messages/en'
import { isOpenLink, lastContactOf, linkKindOf, oddityOf } from '../../src/supervisors/facts'
import { supervisor } from '../fixtures'

const info = (link: Partial<LinkJson>) =>
  new LiveSupervisor(
    supervisor('s', [], {
      link: { agent: null, agent_uid: null, agent_version: null, error: null, since: 0, state: 'connected', ...link },
    }),
  ).data.value

describe('a direct link', () => {
  it('kind_TellsHowOftenItIsAsked', () =>
    expect(linkKindOf(info({ kind: 'direct', agent: 'supervisord', poll_period: 0.5 }), messages)).toBe(
      'direct, every 0.5 s',
    ))

  it('lastContact_OfOneThatIsSeldomAsked_PromisesNoMoreThanIsTrue', () => {
    expect(lastContactOf(info({ kind: 'direct', poll_period: 0.5 }), 0, messages)).toBe('within 15 s')
    expect(lastContactOf(info({ kind: 'direct', poll_period: 60 }), 0, messages)).toBe('within 74 s')
  })

  it('oddities_AreSlownessAndAClockThatIsApart', () => {
    expect(oddityOf(info({ slow: true, poll_period: 42.04, clock_difference: -125 }), messages)).toEqual([
      'supervisord answers slowly, so it is asked every 42 s only',
      "its clock is 2m behind the server's",
    ])
    expect(oddityOf(info({ clock_difference: 4 }), messages)).toEqual([])
  })
})

describe('isOpenLink', () => {
  it('open_OnlyWhereTheServerSaysThatNothingProtectsIt', () => {
    expect(isOpenLink(info({ protected: false }))).toBe(true)
    expect(isOpenLink(info({ protected: true }))).toBe(false)
    expect(isOpenLink(info({}))).toBe(false)
  })
})
