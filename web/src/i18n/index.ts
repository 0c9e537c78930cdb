import { computed, shallowRef, type ComputedRef } from 'vue'
import { en, type Messages } from './messages/en'

export type { Messages }

/**
 * Languages besides English, each a file of its own that is loaded when it is chosen. A language is complete because
 * its object has the type {@link Messages}; a text with a number in it is a function, so that each language counts in
 * its own way. No library does this with less, or checks it at all at compile time.
 */
const LOADERS: Readonly<Record<string, () => Promise<Messages>>> = {
  de: async () => (await import('./messages/de')).de,
  zh: async () => (await import('./messages/zh')).zh,
}

/** Codes of what can be chosen, each with its own name for itself. */
export const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', de: 'Deutsch', zh: '中文' }

const messages = shallowRef<Messages>(en)
const code = shallowRef('en')

/** The texts in the chosen language: `t.actions.start` in a template, `t.value.actions.start` in a script. */
export function useText(): ComputedRef<Messages> {
  return computed(() => messages.value)
}

/** The texts outside of components. */
export const text = (): Messages => messages.value

/** The chosen language, for `Intl`: in the reader's own variety of it, who may write dates and times as in `en-GB`. */
export const language = (): string => navigator.languages.find((tag) => baseOf(tag) === code.value) ?? code.value

const baseOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? ''

/** The first language of the browser that there is, else English. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): string {
  const codes = wanted.map(baseOf)
  return codes.find((candidate) => candidate in LANGUAGES) ?? 'en'
}

export const loadLanguage = async (chosen: string): Promise<Messages> => (await LOADERS[chosen]?.()) ?? en

let wanted = 'en'

export async function setLanguage(chosen: string): Promise<void> {
  wanted = chosen
  const loaded = await loadLanguage(chosen)
  // Another one was chosen while this one was on its way.
  if (wanted !== chosen) return
  messages.value = loaded
  code.value = chosen in LOADERS ? chosen : 'en'
  document.documentElement.lang = code.value
}
