import type { DataJson, ProcessJson, SupervisorJson } from '../src/api/contract'

export function process(uid: string, change: Partial<ProcessJson> = {}): ProcessJson {
  const [supervisor = '', group = '', name = ''] = uid.split(':')
  return {
    description: '',
    exitstatus: 0,
    full_name: `${group}:${name}`,
    group,
    host: supervisor,
    logfile: '',
    name,
    now: 1000,
    pid: 1,
    running: true,
    spawnerr: '',
    start: 900,
    state: 20,
    statename: 'RUNNING',
    stderr_logfile: '',
    stdout_logfile: '',
    stop: 0,
    supervisor,
    uid,
    ...change,
  }
}

export function supervisor(
  name: string,
  processes: ProcessJson[],
  change: Partial<SupervisorJson> = {},
): SupervisorJson {
  return {
    api_version: '3.0',
    host: name,
    identification: name,
    name,
    pid: 1,
    processes: Object.fromEntries(processes.map((one) => [one.uid, one])),
    running: true,
    supervisor_version: '4.2.5',
    url: '',
    ...change,
  }
}

export const data = (...supervisors: SupervisorJson[]): DataJson => ({
  name: 'site',
  supervisors: Object.fromEntries(supervisors.map((one) => [one.name, one])),
})
