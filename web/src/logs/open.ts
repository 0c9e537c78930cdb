import { shallowRef } from 'vue'
import type { LiveProcess } from '../feed/live-process'

export type LogChannel = 'out' | 'err'

export interface OpenLog {
  process: LiveProcess
  channel: LogChannel
}

/** The log in the panel at the foot; null while it is closed. */
export const openLog = shallowRef<OpenLog | null>(null)

/** Opens stdout where the process has one, else stderr. */
export function showLog(process: LiveProcess): void {
  const { logfile, stdout_logfile } = process.data.value
  openLog.value = { process, channel: stdout_logfile || logfile ? 'out' : 'err' }
}
