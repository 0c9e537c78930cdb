import { shallowRef } from 'vue'
import type { LiveProcess } from '../feed/live-process'

/** A question that names exactly what an action will touch. */
export interface Question {
  title: string
  text?: string
  /** What will be touched. */
  processes: readonly LiveProcess[]
  /** Supervisors that are touched as a whole. */
  supervisors?: readonly string[]
  /** What was chosen and is left alone, each with its reason. */
  leftOut?: readonly { label: string; reason: string }[]
  confirm: string
  isDangerous: boolean
  /** Asks for a signal as well. */
  wantsSignal?: boolean
}

interface Pending {
  question: Question
  /** With the signal, or an empty text; null means no. */
  answer: (value: string | null) => void
}

export const pending = shallowRef<Pending | null>(null)

/** Null when the reader said no. */
export function ask(question: Question): Promise<string | null> {
  pending.value?.answer(null)
  return new Promise((resolve) => {
    pending.value = {
      question,
      answer: (value) => {
        pending.value = null
        resolve(value)
      },
    }
  })
}
