import { computed, shallowRef } from 'vue'
import type { DataJson, ProcessJson, SupervisorJson } from '../api/contract'
import { Counter, type FleetCounts } from './counts'
import { LiveProcess } from './live-process'
import { infoOf, LiveSupervisor, processesOf } from './live-supervisor'
import { compareKeys } from './natural'
import { isProblem } from './states'
import { isSystemProcess } from './system'

/** Lists that depend on live values are made again at most this often. */
const PULSE_MS = 500

/**
 * All that the page knows of the site. Written by the feed alone: any number of `apply…`, then one {@link commit}.
 * Readers use the refs: `structure` says that members came or went, `pulse` that some live values changed (at most
 * twice a second), and each member's own `data` everything about that member, at once.
 */
export class Fleet {
  readonly siteName = shallowRef('')
  readonly structure = shallowRef(0)
  readonly pulse = shallowRef(0)
  readonly counts = shallowRef<FleetCounts>(new Counter().snapshot(0, 0))
  readonly supervisors = new Map<string, LiveSupervisor>()
  readonly processes = new Map<string, LiveProcess>()

  /** All processes by name; made again only when one came or went. */
  readonly processList = computed<readonly LiveProcess[]>(() => {
    void this.structure.value
    return [...this.processes.values()].sort(
      (a, b) => compareKeys(a.nameKey, b.nameKey) || compareKeys(a.supervisorKey, b.supervisorKey),
    )
  })

  readonly supervisorList = computed<readonly LiveSupervisor[]>(() => {
    void this.structure.value
    return [...this.supervisors.values()].sort((a, b) => compareKeys(a.nameKey, b.nameKey))
  })

  /** Everything that somebody should look at, in no order. */
  readonly problems = new Set<LiveProcess>()

  /** Called for every process that came into another state, with what it was before. */
  onProcessChange: (process: LiveProcess, before: ProcessJson) => void = () => undefined
  /** Called when a supervisor was lost or found again. */
  onSupervisorChange: (supervisor: LiveSupervisor) => void = () => undefined

  private counter = new Counter()
  private up = 0
  private structureChanged = false
  private liveChanged = false
  private lastPulse = Number.NEGATIVE_INFINITY
  private pulseTimer: ReturnType<typeof setTimeout> | null = null

  applyData(data: DataJson): void {
    this.siteName.value = data.name
    for (const name of this.supervisors.keys()) if (!(name in data.supervisors)) this.removeSupervisor(name)
    for (const json of Object.values(data.supervisors)) this.applySupervisor(json)
  }

  applySupervisor(json: SupervisorJson): void {
    let supervisor = this.supervisors.get(json.name)
    if (supervisor) {
      const wasRunning = supervisor.data.value.running
      if (wasRunning) this.up--
      supervisor.data.value = infoOf(json)
      if (wasRunning !== json.running) this.onSupervisorChange(supervisor)
    } else {
      supervisor = new LiveSupervisor(json)
      this.supervisors.set(json.name, supervisor)
      this.structureChanged = true
    }
    if (json.running) this.up++
    this.liveChanged = true

    const seen = new Set<string>()
    for (const process of processesOf(json)) {
      seen.add(process.uid)
      this.update(supervisor, process)
      this.classify(process, json)
    }
    for (const [uid, process] of supervisor.processes) if (!seen.has(uid)) this.removeProcess(supervisor, process)
  }

  applyProcess(json: ProcessJson): void {
    const supervisor = this.supervisors.get(json.supervisor)
    // A change of a supervisor that nobody told of: it comes again with the supervisor itself.
    if (supervisor) this.update(supervisor, json)
  }

  /** Tells the readers what was applied since the last time. */
  commit(): void {
    if (this.structureChanged) {
      this.structureChanged = false
      this.structure.value++
    }
    if (!this.liveChanged || this.pulseTimer) return
    const wait = this.lastPulse + PULSE_MS - performance.now()
    if (wait <= 0) this.beat()
    else this.pulseTimer = setTimeout(() => this.beat(), wait)
  }

  private beat(): void {
    this.pulseTimer = null
    this.liveChanged = false
    this.lastPulse = performance.now()
    this.counts.value = this.counter.snapshot(this.supervisors.size, this.up)
    this.pulse.value++
  }

  private update(supervisor: LiveSupervisor, json: ProcessJson): void {
    this.liveChanged = true
    supervisor.clock.observe(json.now, Date.now() / 1000)
    const process = this.processes.get(json.uid)
    if (process) {
      const before = process.latest
      this.counter.add(process, -1)
      process.set(json)
      this.count(process)
      if (before.statename !== json.statename) this.onProcessChange(process, before)
      return
    }

    const added = new LiveProcess(json, () => supervisor.data.value.labels)
    added.isSystem = isSystemProcess(json.group, json.name, false)
    this.processes.set(json.uid, added)
    supervisor.processes.set(json.uid, added)
    this.count(added)
    this.structureChanged = true
  }

  private count(process: LiveProcess): void {
    this.counter.add(process, 1)
    if (isProblem(process.kind)) this.problems.add(process)
    else this.problems.delete(process)
  }

  /** The supervisor says which of its processes is the agent. */
  private classify(json: ProcessJson, supervisor: SupervisorJson): void {
    const process = this.processes.get(json.uid)
    if (!process) return
    process.isAgent = json.uid === supervisor.link?.agent_uid
    const isSystem = isSystemProcess(json.group, json.name, process.isAgent)
    if (process.isSystem === isSystem) return
    this.counter.add(process, -1)
    process.isSystem = isSystem
    this.counter.add(process, 1)
    this.structureChanged = true
  }

  private removeProcess(supervisor: LiveSupervisor, process: LiveProcess): void {
    this.counter.add(process, -1)
    this.problems.delete(process)
    supervisor.processes.delete(process.uid)
    this.processes.delete(process.uid)
    this.structureChanged = true
    this.liveChanged = true
  }

  private removeSupervisor(name: string): void {
    const supervisor = this.supervisors.get(name)
    if (!supervisor) return
    for (const process of supervisor.processes.values()) this.removeProcess(supervisor, process)
    if (supervisor.data.value.running) this.up--
    this.supervisors.delete(name)
    this.structureChanged = true
    this.liveChanged = true
  }
}
