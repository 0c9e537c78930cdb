import { quote } from './edit'
import { fold } from './fold'

/** What the configuration says of a supervisor to find it by. */
export type Labels = Readonly<Record<string, string>>

/** A thousand processes share the labels of their supervisor. */
const known = new WeakMap<Labels, readonly string[]>()

/** What `label:` may be compared with: the value of each label, its name, and both as `name=value`. */
export function labelTexts(labels: Labels | undefined): readonly string[] {
  if (!labels) return []
  let texts = known.get(labels)
  if (!texts) {
    texts = Object.entries(labels).flatMap(([name, value]) => [fold(value), fold(name), fold(`${name}=${value}`)])
    known.set(labels, texts)
  }
  return texts
}

/** A label as one reads it. */
export const labelText = (name: string, value: string): string => (value ? `${name}=${value}` : name)

/** The term that finds what has this label. */
export const labelTerm = (name: string, value: string): string => `label:${quote(labelText(name, value))}`
