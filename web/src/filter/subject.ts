import type { ProcessJson } from '../api/contract'
import { isProblem, kindOf } from '../feed/states'
import type { FilterField } from './fields'
import { fold } from './fold'
import { labelTexts, type Labels } from './labels'

const RUNNING = new Set(['RUNNING', 'STARTING', 'BACKOFF'])
const STOPPED = new Set(['STOPPED', 'EXITED', 'FATAL', 'UNKNOWN'])

/** There are few states, and a free word asks for that of every process. */
const foldedStates = new Map<string, string>()

function foldState(state: string): string {
  const known = foldedStates.get(state)
  if (known !== undefined) return known
  const folded = state.toLowerCase()
  if (foldedStates.size < 100) foldedStates.set(state, folded)
  return folded
}

/** A process as a filter sees it: its texts in lower case, each made when a term first asks for it. */
export class FilterSubject {
  private uid: string | undefined
  private name: string | undefined
  private group: string | undefined
  private supervisor: string | undefined
  private host: string | undefined
  private full: string | undefined

  constructor(
    private readonly current: () => ProcessJson,
    private readonly isAgent: () => boolean,
    private readonly labelsOfSupervisor: () => Labels | undefined,
  ) {}

  /** `group:name`. */
  get fullName(): string {
    return (this.full ??= fold(this.current().full_name || `${this.current().group}:${this.current().name}`))
  }

  text(field: FilterField): string {
    const process = this.current()
    switch (field) {
      case 'uid':
        return (this.uid ??= fold(process.uid))
      case 'name':
        return (this.name ??= fold(process.name))
      case 'group':
        return (this.group ??= fold(process.group))
      case 'supervisor':
        return (this.supervisor ??= fold(process.supervisor))
      case 'host':
        return (this.host ??= fold(process.host))
      case 'state':
        return foldState(process.statename)
      case 'pid':
        return String(process.pid ?? 0)
      case 'exitstatus':
        return String(process.exitstatus)
      case 'description':
        return fold(process.description)
      case 'spawnerr':
        return fold(process.spawnerr)
      case 'label':
      case 'is':
        return ''
    }
  }

  /** What `label:` may be compared with. */
  labels(): readonly string[] {
    return labelTexts(this.labelsOfSupervisor())
  }

  /** The words that `is:` knows and that hold for this process. */
  words(): string[] {
    const process = this.current()
    const words: string[] = []
    if (RUNNING.has(process.statename)) words.push('running')
    if (STOPPED.has(process.statename)) words.push('stopped')
    if (isProblem(kindOf({ ...process, stale: false }))) words.push('problem')
    if (process.stale) words.push('stale')
    if (this.isAgent()) words.push('agent')
    return words
  }
}
