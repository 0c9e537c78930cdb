/** An answer that is no success, or none at all (status 0). The message is the server's own where it gave one. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** Where the server is when it is not at the root: it says so in the document. */
const base = (
  (typeof document === 'undefined' ? null : document.querySelector('base')?.getAttribute('href')) ?? ''
).replace(/\/$/, '')

/** An address of the server as a link of the page has it. */
export const linkTo = (path: string): string => base + path

type Listener = () => void
const signedOutListeners = new Set<Listener>()

/** Called whenever the server says that a sign-in is needed. Returns what takes the listener away again. */
export function onSignedOut(listener: Listener): Listener {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

/** Like `fetch`, but every answer that is no success is an {@link ApiError}. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(linkTo(path), { ...options, credentials: 'same-origin' })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError(0, error instanceof Error ? error.message : String(error))
  }

  if (response.ok) return response
  if (response.status === 401) signedOutListeners.forEach((listener) => listener())
  throw await errorOf(response)
}

export async function getJson<T>(path: string, options: RequestInit = {}): Promise<T> {
  const response = await request(path, { headers: { accept: 'application/json' }, ...options })
  return (await response.json()) as T
}

export function postForm(path: string, fields: Record<string, string>, options: RequestInit = {}): Promise<Response> {
  return request(path, { ...options, method: 'POST', body: new URLSearchParams(fields) })
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // A proxy answered, in HTML: its status says enough.
  }
  const message = (body as { message?: unknown } | null)?.message
  return new ApiError(
    response.status,
    typeof message === 'string' ? message : `${response.status} ${response.statusText}`.trim(),
    body,
  )
}
