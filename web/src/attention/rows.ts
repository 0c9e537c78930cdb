/** Rows on a desk: more would push the groups out of sight. */
const ON_A_DESK = { supervisors: 4, processes: 6 }
/** Rows of both kinds on a phone, where each takes the height of two. */
const ON_A_PHONE = 3
/** Who asks for all gets so many of each kind; the rest is in the views that can hold it. */
const AT_MOST = 50

/** How many supervisors and processes "Needs attention" shows. */
export function fittingRows(
  supervisors: number,
  processes: number,
  { isNarrow, showsAll }: { isNarrow: boolean; showsAll: boolean },
): { supervisors: number; processes: number } {
  if (showsAll) return { supervisors: Math.min(supervisors, AT_MOST), processes: Math.min(processes, AT_MOST) }
  if (!isNarrow) {
    return {
      supervisors: Math.min(supervisors, ON_A_DESK.supervisors),
      processes: Math.min(processes, ON_A_DESK.processes),
    }
  }
  // A place is kept for a process: it may be wrong on a host that can be reached.
  const up = Math.min(supervisors, processes > 0 ? ON_A_PHONE - 1 : ON_A_PHONE)
  return { supervisors: up, processes: Math.min(processes, ON_A_PHONE - up) }
}
