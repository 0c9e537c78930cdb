import { shallowRef, type ShallowRef } from 'vue'
import type { ProcessJson, SupervisorJson } from '../api/contract'
import { HostClock } from './host-clock'
import type { LiveProcess } from './live-process'
import { naturalKey } from './natural'

/** A supervisor without its processes, which live in {@link LiveSupervisor.processes}. */
export type SupervisorInfo = Omit<SupervisorJson, 'processes' | 'stale_processes'>

export class LiveSupervisor {
  readonly name: string
  readonly nameKey: string
  readonly data: ShallowRef<SupervisorInfo>
  /** By uid. To be read together with the fleet's `structure`. */
  readonly processes = new Map<string, LiveProcess>()
  readonly clock = new HostClock()

  constructor(json: SupervisorJson) {
    this.name = json.name
    this.nameKey = naturalKey(json.name)
    this.data = shallowRef(infoOf(json))
  }
}

export function infoOf(json: SupervisorJson): SupervisorInfo {
  const { processes, stale_processes, ...info } = json
  return info
}

/** The processes that a supervisor shows: as they are, or as they were last seen. */
export function processesOf(json: SupervisorJson): ProcessJson[] {
  return Object.values(json.running ? json.processes : (json.stale_processes ?? {}))
}
