import { computed } from 'vue'
import { feed } from '../feed'
import { isOutdated } from './outdated'

/** The build of this page, as the server wrote it into the document; empty in development. */
const own = document.querySelector<HTMLMetaElement>('meta[name="multivisor-page"]')?.content ?? ''

/** The build that the server has now. */
export const serverBuild = computed(() => feed.server.value?.page ?? null)

/** Whether a reload would bring another page. */
export const hasNewerPage = computed(() => isOutdated(serverBuild.value, own))

export function reload(): void {
  location.reload()
}
