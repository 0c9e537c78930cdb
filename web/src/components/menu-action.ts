export interface MenuAction {
  label: string
  hint?: string
  /** Why it cannot work now. */
  why?: string | null
  isDangerous?: boolean
  /** Makes it something to switch on and off. */
  isChecked?: boolean
  act: () => unknown
}
