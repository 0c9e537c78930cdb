import { computed, shallowRef, watch } from 'vue'
import { fleet } from '../feed'
import { useSettings } from '../settings/settings'
import { filterText } from './current'
import { labelText } from './labels'
import { STATES, suggest, WORDS, type Suggestion, type Values } from './suggest'

/** Filters that are kept at most. */
const MOST_SAVED = 30

/** The list below the box: open while one types, walked with the arrow keys. */
export function useSuggestions() {
  const settings = useSettings()
  const isWanted = shallowRef(false)
  const at = shallowRef(-1)

  const values = computed<Values>(() => {
    void fleet.structure.value
    const groups = new Set<string>()
    const hosts = new Set<string>()
    const labels = new Set<string>()
    if (isWanted.value) {
      for (const process of fleet.processList.value) {
        groups.add(process.group)
        hosts.add(process.latest.host)
      }
      for (const supervisor of fleet.supervisorList.value) {
        const own = Object.entries(supervisor.data.value.labels ?? {})
        for (const [name, value] of own) labels.add(labelText(name, value))
      }
    }
    const supervisor = fleet.supervisorList.value.map(({ name }) => name)
    return { group: [...groups], host: [...hosts], supervisor, label: [...labels], state: STATES, is: WORDS }
  })
  const items = computed(() => (isWanted.value ? suggest(filterText.value, values.value, settings.savedFilters) : []))
  const isOpen = computed(() => items.value.length > 0)
  const isSaved = computed(() => settings.savedFilters.includes(filterText.value.trim()))
  watch(filterText, () => (at.value = -1))

  function walk(step: 1 | -1): void {
    isWanted.value = true
    const { length } = items.value
    // One place before the first is the box itself.
    if (length > 0) at.value = ((at.value + 1 + step + length + 1) % (length + 1)) - 1
  }

  function take(item: Suggestion): void {
    filterText.value = item.text
    at.value = -1
    // A field without a value, and what may be followed by more, goes on.
    isWanted.value = !item.isSaved
  }

  function toggleSaved(): void {
    const text = filterText.value.trim()
    if (!text) return
    settings.savedFilters = isSaved.value
      ? settings.savedFilters.filter((one) => one !== text)
      : [text, ...settings.savedFilters].slice(0, MOST_SAVED)
  }

  function close(): void {
    isWanted.value = false
    at.value = -1
  }

  return { items, at, isOpen, isSaved, walk, take, toggleSaved, open: () => (isWanted.value = true), close }
}
