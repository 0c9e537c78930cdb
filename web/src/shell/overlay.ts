import { shallowRef } from 'vue'

/** What is open above the page besides questions and menus; one at a time. */
export const overlay = shallowRef<'keys' | 'palette' | null>(null)
