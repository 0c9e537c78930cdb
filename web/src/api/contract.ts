/** The JSON of the server, as `Multivisor.Contract` defines it. */

export interface ProcessJson {
  description: string
  exitstatus: number
  /** Whether an exit was one of `exitcodes`; absent when nobody saw it, and when the process is not EXITED. */
  expected?: boolean | null
  full_name: string
  group: string
  host: string
  logfile: string
  name: string
  /** supervisord's clock, Unix seconds; likewise start and stop, where 0 is never. */
  now: number
  pid: number | null
  running: boolean
  spawnerr: string
  /** True when this is the last known state of a process whose supervisor is not connected. */
  stale?: boolean
  start: number
  state: number | null
  statename: string
  stderr_logfile: string
  stdout_logfile: string
  stop: number
  supervisor: string
  uid: string
}

export interface LinkJson {
  agent: string | null
  agent_uid: string | null
  agent_version: string | null
  /** What happened, where, and what to do; null while connected. */
  error: string | null
  /** Where the server connects to. */
  address?: string
  /** How far supervisord's clock is before the server's, seconds; 0 while they agree as far as whole seconds tell. */
  clock_difference?: number | null
  /** `agent`, `original` for an agent of the original, `direct` for supervisord itself; null before the first contact. */
  kind?: string | null
  /** Unix seconds. Like the next two it is as old as the last change: these alone make no event. */
  last_contact?: number | null
  /** While lost: when it is tried again, Unix seconds. */
  next_attempt?: number | null
  /** How often the state is asked for, seconds; null where changes are told. */
  poll_period?: number | null
  /** Inside TLS, ssh or one machine; what is not can be read and used by everybody on its way. */
  protected?: boolean
  /** Seconds. */
  round_trip?: number | null
  since: number
  /** Its answers take so long that it is asked less often. */
  slow?: boolean
  state: string
}

export interface SupervisorJson {
  api_version: string | null
  host: string
  identification: string | null
  /** What the configuration says of it to find it by. */
  labels?: Readonly<Record<string, string>>
  link?: LinkJson | null
  name: string
  pid: number | null
  processes: Record<string, ProcessJson>
  running: boolean
  /** Only while not connected: the processes as they were last seen. */
  stale_processes?: Record<string, ProcessJson>
  supervisor_version: string | null
  url: string
}

export interface DataJson {
  name: string
  supervisors: Record<string, SupervisorJson>
}

export interface NotificationJson {
  message: string
  level: 'INFO' | 'WARNING' | 'ERROR'
  /** Unix seconds. */
  time: number
}

/** Who answers: sent first on a stream that asks for it. */
export interface HelloJson {
  /** The build of the page that this server has; null when it was built without one. */
  page: string | null
  time: number
  version: string
}

export type StreamEvent =
  | { event: 'hello'; payload: HelloJson }
  | { event: 'process_changed'; payload: ProcessJson }
  | { event: 'supervisor_changed'; payload: SupervisorJson }
  | { event: 'notification'; payload: NotificationJson }
  | { event: 'resync'; payload: { reason: string } }

export interface ActionResultJson {
  /** uid of a process or name of a supervisor. */
  target: string
  outcome: 'done' | 'failed' | 'skipped'
  message: string
  /** supervisord's fault number, when it refused. */
  fault: number | null
  seconds: number
}

export interface ActionJson {
  action: string
  done: number
  failed: number
  skipped: number
  results: ActionResultJson[]
  unknown: string[]
}

/** One state that a process was in, oldest first in `/api/process/history/<uid>`. */
export interface HistoryEntryJson {
  /** The server's clock; null for the state in which it first found the process. */
  at: number | null
  /** Only while EXITED. */
  exitstatus?: number
  expected?: boolean
  /** Found by a read: states before it may be missing. */
  gap?: boolean
  pid: number
  /** supervisord's clock, 0 is never; likewise `stop`. */
  start: number
  state: string
  stop: number
}

/** A line of an answer in `application/x-ndjson`; there are others, which say nothing that is needed here. */
export type ActionLine =
  { event: 'result'; payload: ActionResultJson } | { event: 'plan' | 'summary'; payload: unknown }

export interface AuthenticationJson {
  is_authenticated: boolean
  use_authentication: boolean
  /** There where an OpenID provider signs users in: what the button for it says, or empty. */
  oidc?: string
  /** False where nobody has a password. */
  password?: boolean
}

/** Text of a followed log; a line may be continued by the next event. Offsets are octets. */
export interface LogLinesJson {
  text: string
  from: number
  to: number
  file: string
  /** In a merged stream; likewise below. */
  uid?: string
  stream?: 'out' | 'err'
  position?: string
}

/** What follows comes from another place of the log. */
export interface LogMovedJson {
  file: string
  offset: number
  /** Octets that are left out; null when nobody knows. */
  lost: number | null
  uid?: string
  stream?: 'out' | 'err'
  position?: string
}

export interface LogEndedJson {
  reason: string
  uid?: string
  stream?: 'out' | 'err'
}
