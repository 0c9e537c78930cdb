import { shallowRef } from 'vue'
import type { Router } from 'vue-router'
import type { AuthenticationJson } from '../api/contract'
import { ApiError, getJson, linkTo, onSignedOut, postForm } from '../api/http'
import { feed } from '../feed'

/** Whether this server has a sign-in at all; null until it said so. */
export const usesSignIn = shallowRef<boolean | null>(null)

/** The ways to sign in; the label of an OpenID provider may be empty. */
export const signInWays = shallowRef<{ password: boolean; oidc?: string | undefined }>({ password: true })

/**
 * Starts the feed, and sends the reader to the sign-in whenever the server asks for one. The feed itself finds out
 * whether it may read; that saves every other visitor a round trip before the first paint.
 */
export function startSession(router: Router): void {
  onSignedOut(() => {
    usesSignIn.value = true
    feed.stop()
    const { name, fullPath } = router.currentRoute.value
    if (name !== 'login') void router.replace({ name: 'login', query: fullPath === '/' ? {} : { to: fullPath } })
  })
  router.beforeEach(async (to) => {
    if (to.name !== 'login') return true
    const isNeeded = await isSignInNeeded()
    return isNeeded ? true : { path: '/' }
  })
  void router.isReady().then(() => {
    if (router.currentRoute.value.name !== 'login') feed.start()
    void isSignInNeeded()
  })
}

/** True where the server cannot be asked: then the form says why. */
async function isSignInNeeded(): Promise<boolean> {
  try {
    const answer = await getJson<AuthenticationJson>('/api/auth')
    usesSignIn.value = answer.use_authentication
    signInWays.value = { password: answer.password ?? true, oidc: answer.oidc }
    return answer.use_authentication && !answer.is_authenticated
  } catch {
    return true
  }
}

/** What is wrong with each field; empty after a success. */
export type SignInErrors = Record<string, string>

export async function signIn(username: string, password: string): Promise<SignInErrors> {
  try {
    await postForm('/api/login', { username, password })
  } catch (error) {
    const errors = error instanceof ApiError ? (error.body as { errors?: SignInErrors } | null)?.errors : undefined
    if (errors) return errors
    throw error
  }
  feed.start()
  return {}
}

/** Where an OpenID provider signs the reader in, who is then led to an address of the page. */
export const oidcAddress = (to: string): string => linkTo(`/api/oidc/login?to=${encodeURIComponent(to)}`)

/** Ends the session and this document with it: nothing that was shown stays in memory, or a step back in the browser. */
export async function signOut(): Promise<void> {
  feed.stop()
  try {
    await postForm('/api/logout', {})
  } catch (error) {
    feed.start()
    throw error
  }
  addEventListener('pageshow', () => location.reload())
  document.body.replaceChildren()
  location.replace(linkTo('/login'))
}
