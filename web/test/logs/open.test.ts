import { expect, it } from 'vitest'
import { formatSubject, parseSubject, readQuery, writeQuery, type LogSubject } from '../../src/logs/open'

const SUBJECTS: LogSubject[] = [
  { kind: 'process', uid: 'one:web:web_00', streams: 'out' },
  { kind: 'process', uid: 'one:a-b:c', streams: 'both' },
  { kind: 'main', supervisor: 'one' },
  { kind: 'selection', uids: ['one:a:a', 'two:b:b'], streams: 'err' },
  { kind: 'filter', filter: 'state:running -host:x', streams: 'both' },
  { kind: 'filter', filter: '', streams: 'out' },
]

it.each(SUBJECTS)('reads what it wrote into the address: %j', (subject) => {
  expect(parseSubject(formatSubject(subject))).toEqual(subject)
})

it.each(['', 'out', 'out:', 'x:y', 'main:', 'out-other:x', 'main-filter:x', ':x'])('takes %j for nothing', (text) => {
  expect(parseSubject(text)).toBeNull()
})

it('keeps pinned ones and the current one apart', () => {
  const open = { pinned: SUBJECTS.slice(0, 2), current: SUBJECTS[2] ?? null, line: '12@3-4' }
  const query = writeQuery(open)
  expect(query).toEqual({ pinned: ['out:one:web:web_00', 'both:one:a-b:c'], log: 'main:one', line: '12@3-4' })
  expect(readQuery(query)).toEqual(open)
  expect(readQuery({ pinned: 'main:x' })).toEqual({
    pinned: [{ kind: 'main', supervisor: 'x' }],
    current: null,
    line: '',
  })
})
