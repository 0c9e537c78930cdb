import { fleet } from '../feed'
import type { LiveProcess } from '../feed/live-process'
import type { LiveSupervisor } from '../feed/live-supervisor'
import { text } from '../i18n'
import { targetsOf, whyNot } from './availability'
import { ask, type Question } from './confirm'
import { useRuns } from './runs'
import type { ProcessVerb, SupervisorVerb } from './verbs'

/**
 * An action on one process or on many. What stops more than one, and every signal, asks first; the question names what
 * is touched and what is left out. True when it was sent.
 */
export async function performOnProcesses(processes: readonly LiveProcess[], verb: ProcessVerb): Promise<boolean> {
  // One process that was chosen by itself is asked for as it is: the server knows best whether it can be done.
  const targets = processes.length === 1 ? [...processes] : targetsOf(processes, verb)
  if (targets.length === 0) return false

  let signal = ''
  if (verb === 'signal' || (targets.length > 1 && verb !== 'start')) {
    const answer = await ask(questionOf(targets, processes, verb))
    if (answer === null) return false
    signal = answer
  }
  const uids = targets.map((target) => target.uid)
  void useRuns().start(`process/${verb}`, uids, { uid: uids.join(','), ...(signal ? { signal } : {}) })
  return true
}

function questionOf(targets: LiveProcess[], chosen: readonly LiveProcess[], verb: ProcessVerb): Question {
  const t = text()
  const included = new Set(targets)
  return {
    title: t.confirm[verb](targets.length),
    processes: targets,
    leftOut: chosen
      .filter((process) => !included.has(process))
      .map((process) => ({
        label: `${process.label} · ${process.supervisor}`,
        reason: whyNot(process, verb) ?? t.unavailable.agent,
      })),
    confirm: t.actions[verb],
    isDangerous: verb === 'stop' || verb === 'restart',
    wantsSignal: verb === 'signal',
  }
}

/** Restart, shutdown and update ask first; a reread changes nothing and does not. */
export async function performOnSupervisor(supervisor: LiveSupervisor, verb: SupervisorVerb): Promise<boolean> {
  const t = text()
  const processes = [...(fleet.supervisors.get(supervisor.name)?.processes.values() ?? [])]
  if (verb !== 'reread') {
    const titles = {
      restart: t.confirm.supervisorRestart,
      shutdown: t.confirm.supervisorShutdown,
      update: t.confirm.supervisorUpdate,
    }
    const texts = { restart: t.confirm.restartText, shutdown: t.confirm.shutdownText, update: t.confirm.updateText }
    const answer = await ask({
      title: titles[verb](1),
      text: texts[verb],
      processes,
      supervisors: [supervisor.name],
      confirm: t.actions[verb],
      isDangerous: verb !== 'update',
    })
    if (answer === null) return false
  }
  void useRuns().start(`supervisor/${verb}`, [supervisor.name], { supervisor: supervisor.name })
  return true
}
