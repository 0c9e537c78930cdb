import type { Messages } from '../i18n'
import type { Entry } from './entries'

/** What an entry reads like. The state of a process stands beside it and is not said again. */
export function subjectOf({ about }: Entry, t: Messages): string {
  if (about.kind === 'process') return t.bell.process(about.label, about.supervisor)
  if (about.kind === 'server') return about.message
  return about.now === 'lost'
    ? t.bell.supervisorLost(about.name)
    : about.now === 'stopping'
      ? t.bell.supervisorStopping(about.name)
      : t.bell.supervisorBack(about.name)
}

/** The same as one sentence, for where nothing stands beside it. */
export function sentenceOf(entry: Entry, t: Messages): string {
  const { about } = entry
  return about.kind === 'process' ? `${subjectOf(entry, t)}: ${about.to}` : subjectOf(entry, t)
}
