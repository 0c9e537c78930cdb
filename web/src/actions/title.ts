import { fleet } from '../feed'
import { plain } from '../format/plain'
import type { Messages } from '../i18n'
import type { Run } from './run'

type OneKey = keyof Messages['runs']['verbsOne']
type ManyKey = keyof Messages['runs']['verbs']

/** A name that is short and still says which: `group:name` of a process. */
export const labelOf = (id: string): string => fleet.processes.get(id)?.label ?? plain(id)

/** What a run does, in words: "Stop PLC:wcid00a", "Restart 4 processes". */
export function titleOf(run: Run, t: Messages): string {
  const [kind, verb] = run.action.split('/') as ['process' | 'supervisor', string]
  const only = run.targets.length === 1 ? run.targets[0] : undefined
  if (only) return t.runs.verbsOne[(kind === 'process' ? verb : run.action) as OneKey](labelOf(only.id))
  if (kind === 'process') return t.runs.verbs[verb as ManyKey](run.targets.length)
  return t.runs.supervisors(t.actions[verb as 'update'], run.targets.length)
}
