import { shallowRef } from 'vue'

const media = matchMedia('(width < 600px)')

/** Whether the page is as narrow as a phone. The same limit is in the styles. */
export const isNarrow = shallowRef(media.matches)
media.addEventListener('change', () => (isNarrow.value = media.matches))
