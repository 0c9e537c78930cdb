/** What a term of a filter can be about (docs/filter.md). */
export type FilterField =
  | 'uid'
  | 'name'
  | 'group'
  | 'supervisor'
  | 'host'
  | 'state'
  | 'pid'
  | 'exitstatus'
  | 'description'
  | 'spawnerr'
  | 'label'
  | 'is'

const KEYS: ReadonlyMap<string, FilterField> = new Map<string, FilterField>([
  ['uid', 'uid'],
  ['name', 'name'],
  ['group', 'group'],
  ['supervisor', 'supervisor'],
  ['host', 'host'],
  ['state', 'state'],
  ['pid', 'pid'],
  ['exitstatus', 'exitstatus'],
  ['exit', 'exitstatus'],
  ['description', 'description'],
  ['spawnerr', 'spawnerr'],
  ['error', 'spawnerr'],
  ['label', 'label'],
  ['is', 'is'],
])

/** The field that a word before a colon names (in lower case), or null. */
export const fieldOf = (key: string): FilterField | null => KEYS.get(key) ?? null

/** Fields whose values change while a process lives: a filter about them has to be asked again and again. */
const FIXED: ReadonlySet<FilterField> = new Set<FilterField>(['uid', 'name', 'group', 'supervisor', 'host', 'label'])

export const isFixed = (field: FilterField): boolean => FIXED.has(field)

/** Sentences are searched for a part of them; names and numbers are compared whole. */
export const isProse = (field: FilterField): boolean => field === 'description' || field === 'spawnerr'
