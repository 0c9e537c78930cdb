import { ref, watch, type Ref } from 'vue'

/**
 * A setting that this browser keeps. What is stored was perhaps written by another version: only what `isValid`
 * accepts is taken.
 */
export function stored<T>(key: string, initial: T, isValid: (value: unknown) => value is T): Ref<T> {
  const setting = ref(read(key, initial, isValid)) as Ref<T>
  watch(setting, (value) => write(key, value), { deep: true })
  return setting
}

export function oneOf<T extends string>(...values: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => (values as readonly unknown[]).includes(value)
}

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

export const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function read<T>(key: string, initial: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`multivisor.${key}`) ?? 'null')
    return isValid(value) ? value : initial
  } catch {
    return initial
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`multivisor.${key}`, JSON.stringify(value))
  } catch {
    // Storage is full or forbidden: the setting holds until the page is closed.
  }
}
