import { sinceOf } from '../components/use-process'
import type { LiveProcess } from '../feed/live-process'
import { naturalKey } from '../feed/natural'
import { severityOf } from '../feed/states'

export type ColumnId =
  'name' | 'group' | 'supervisor' | 'host' | 'state' | 'since' | 'pid' | 'exitstatus' | 'description'

export interface Column {
  id: ColumnId
  /** In pixels; where they are not there together, some columns are left out. */
  least: number
  /** Its part of what is left, as against the others; 0 for a column that does not grow. */
  share: number
  /** What it is sorted by: the smaller comes first. */
  keyOf: (process: LiveProcess) => string | number
  /** Whether that changes while a process lives. */
  isLive: boolean
}

export const COLUMNS: readonly Column[] = [
  { id: 'name', least: 150, share: 2, keyOf: (process) => process.nameKey, isLive: false },
  { id: 'group', least: 90, share: 1.2, keyOf: (process) => process.groupKey, isLive: false },
  { id: 'supervisor', least: 90, share: 1.2, keyOf: (process) => process.supervisorKey, isLive: false },
  { id: 'host', least: 90, share: 1.2, keyOf: ({ latest }) => naturalKey(latest.host), isLive: false },
  { id: 'state', least: 112, share: 0, keyOf: (process) => severityOf(process.kind), isLive: true },
  // The youngest first: what just happened is what one looks for.
  { id: 'since', least: 84, share: 0, keyOf: (process) => -sinceOf(process), isLive: true },
  { id: 'pid', least: 76, share: 0, keyOf: ({ latest }) => latest.pid ?? 0, isLive: true },
  { id: 'exitstatus', least: 92, share: 0, keyOf: ({ latest }) => latest.exitstatus, isLive: true },
  { id: 'description', least: 140, share: 3, keyOf: ({ latest }) => latest.description, isLive: true },
]

const USUAL: readonly ColumnId[] = ['name', 'group', 'supervisor', 'state', 'since', 'pid', 'description']

/** The chosen columns in their order; the name is always there. */
export function chosenColumns(ids: readonly string[]): readonly Column[] {
  const wanted: readonly string[] = ids.length > 0 ? ids : USUAL
  return COLUMNS.filter(({ id }) => id === 'name' || wanted.includes(id))
}

/** What a narrow window does without first; the details of a process have it all. */
const LEAST_WANTED: readonly ColumnId[] = ['description', 'host', 'exitstatus', 'pid', 'group', 'since', 'supervisor']
const CHECK_BOX = 36
const GAP = 12
const EDGES = 24

/** Those of the columns that have room in a width in pixels. */
export function fittingColumns(columns: readonly Column[], width: number): readonly Column[] {
  const shown = new Set(columns)
  const needed = () => [...shown].reduce((sum, { least }) => sum + GAP + least, CHECK_BOX + GAP + EDGES)
  for (const id of LEAST_WANTED) {
    if (needed() <= width) break
    for (const column of shown) if (column.id === id) shown.delete(column)
  }
  return columns.filter((column) => shown.has(column))
}

/** The tracks of the grid that rows and head are. */
export const tracksOf = (columns: readonly Column[]): string =>
  [
    `${String(CHECK_BOX)}px`,
    ...columns.map(({ least, share }) =>
      share ? `minmax(${String(least)}px, ${String(share)}fr)` : `${String(least)}px`,
    ),
  ].join(' ')

/** The ids to store after one column was switched on or off. */
export function toggleColumn(ids: readonly string[], id: ColumnId): ColumnId[] {
  const shown = new Set(chosenColumns(ids).map((column) => column.id))
  if (!shown.delete(id)) shown.add(id)
  return COLUMNS.map((column) => column.id).filter((column) => shown.has(column))
}
