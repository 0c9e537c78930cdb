import { sinceOf } from '../components/use-process'
import type { LiveProcess } from '../feed/live-process'
import { naturalKey } from '../feed/natural'
import { severityOf } from '../feed/states'

export type ColumnId =
  'name' | 'group' | 'supervisor' | 'host' | 'state' | 'since' | 'pid' | 'exitstatus' | 'description'

export interface Column {
  id: ColumnId
  /** A track of the grid. */
  width: string
  /** What it is sorted by: the smaller comes first. */
  keyOf: (process: LiveProcess) => string | number
  /** Whether that changes while a process lives. */
  isLive: boolean
}

export const COLUMNS: readonly Column[] = [
  { id: 'name', width: 'minmax(150px, 2fr)', keyOf: (process) => process.nameKey, isLive: false },
  { id: 'group', width: 'minmax(90px, 1.2fr)', keyOf: (process) => process.groupKey, isLive: false },
  { id: 'supervisor', width: 'minmax(90px, 1.2fr)', keyOf: (process) => process.supervisorKey, isLive: false },
  { id: 'host', width: 'minmax(90px, 1.2fr)', keyOf: ({ latest }) => naturalKey(latest.host), isLive: false },
  { id: 'state', width: '112px', keyOf: (process) => severityOf(process.kind), isLive: true },
  // The youngest first: what just happened is what one looks for.
  { id: 'since', width: '84px', keyOf: (process) => -sinceOf(process), isLive: true },
  { id: 'pid', width: '76px', keyOf: ({ latest }) => latest.pid ?? 0, isLive: true },
  { id: 'exitstatus', width: '92px', keyOf: ({ latest }) => latest.exitstatus, isLive: true },
  { id: 'description', width: 'minmax(140px, 3fr)', keyOf: ({ latest }) => latest.description, isLive: true },
]

const USUAL: readonly ColumnId[] = ['name', 'group', 'supervisor', 'state', 'since', 'pid', 'description']

/** The chosen columns in their order; the name is always there. */
export function chosenColumns(ids: readonly string[]): readonly Column[] {
  const wanted: readonly string[] = ids.length > 0 ? ids : USUAL
  return COLUMNS.filter(({ id }) => id === 'name' || wanted.includes(id))
}

/** The ids to store after one column was switched on or off. */
export function toggleColumn(ids: readonly string[], id: ColumnId): ColumnId[] {
  const shown = new Set(chosenColumns(ids).map((column) => column.id))
  if (!shown.delete(id)) shown.add(id)
  return COLUMNS.map((column) => column.id).filter((column) => shown.has(column))
}
