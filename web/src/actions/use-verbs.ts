import { computed, shallowRef } from 'vue'
import type { LiveProcess } from '../feed/live-process'
import { verbsOf, whyNot } from './availability'
import { useRuns } from './runs'
import type { ProcessVerb } from './verbs'

/**
 * The actions on one process as buttons. A button that goes takes the focus with it, and a restart goes through states
 * that offer none: a button stays while it has the focus, and all stay while something is being done. Start and stop
 * have one key, so that one button turns into the other.
 */
export function useVerbs(process: () => LiveProcess, { withSignal = false } = {}) {
  const runs = useRuns()
  const focused = shallowRef<ProcessVerb | null>(null)

  const verbs = computed(() => {
    const { running } = process().data.value
    const usual = verbsOf(process())
    const isBusy = runs.isBusy(process().uid)
    const keeps = (verb: ProcessVerb) => usual.includes(verb) || focused.value === verb || isBusy
    const shown: ProcessVerb[] = [
      ...(keeps('restart') ? (['restart'] as const) : []),
      ...usual.filter((verb) => verb !== 'restart'),
      ...(withSignal && (running || keeps('signal')) ? (['signal'] as const) : []),
    ]
    return shown.map((verb) => ({
      verb,
      key: verb === 'start' || verb === 'stop' ? 'toggle' : verb,
      why: whyNot(process(), verb),
    }))
  })

  return {
    verbs,
    enter: (verb: ProcessVerb) => (focused.value = verb),
    leave: () => (focused.value = null),
  }
}
