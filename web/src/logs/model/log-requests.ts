import type { LogSubject } from '../open'

/** What the server is asked for one log alone. */
export interface OneLog {
  follow: string
  range: string
  download: string
  search: string
}

/** The requests for a subject that is one file; null for one that is several. */
export function requestsFor(subject: LogSubject): OneLog | null {
  if (subject.kind === 'main') return requests('/api/supervisor/log', subject.supervisor)
  if (subject.kind === 'process' && subject.streams !== 'both')
    return requests(`/api/process/log/${subject.streams}`, subject.uid)
  return null
}

function requests(path: string, name: string): OneLog {
  const of = (what: string) => `${path}/${what}/${encodeURIComponent(name)}`
  return { follow: of('follow'), range: of('range'), download: of('download'), search: of('search') }
}
