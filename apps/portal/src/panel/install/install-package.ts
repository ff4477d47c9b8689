import type { App, Partner } from '@pillion/schema'

/**
 * `token`: it was refused, and has to be asked for again. `unowned`: there is no app of that id yet, and one of these partners has
 * to be named as its owner.
 */
export type InstallAnswer =
  | { readonly kind: 'installed'; readonly app: App }
  | { readonly kind: 'token' }
  | { readonly kind: 'unowned'; readonly partners: readonly string[] }
  | { readonly kind: 'refused'; readonly text: string }

export interface Installation {
  readonly idApp: string
  readonly archive: Blob
  /** UID of the partner that the app is added for if it is new; undefined: it is not to be added. */
  readonly uid: string | undefined
  /** Subscribed to the app afterwards; undefined: it is already. */
  readonly vin: string | undefined
}

const key = 'pillion.admin-token'

/** For this tab only, until it is closed. */
export function keptToken(): string {
  return sessionStorage.getItem(key) ?? ''
}

/** Installs the package, and puts the app on the vehicle's wall. Never throws. */
export async function installPackage(installation: Installation, token: string): Promise<InstallAnswer> {
  const { idApp, archive, uid, vin } = installation
  const path = `/apps/${encodeURIComponent(idApp)}`
  const query = uid === undefined ? '' : `?${new URLSearchParams({ uid })}`
  try {
    const upload = await ask(token, 'PUT', `${path}/package${query}`, archive)
    if (!upload.ok) return upload.code === 'APP_NOT_FOUND' ? await findOwners(token, idApp) : refusal(upload)
    if (vin === undefined) return { kind: 'installed', app: upload.body as App }
    const subscription = await ask(token, 'POST', `${path}/subscriptions`, JSON.stringify({ vins: [vin] }))
    return subscription.ok ? { kind: 'installed', app: upload.body as App } : refusal(subscription)
  } catch {
    return { kind: 'refused', text: 'The server cannot be reached.' }
  }
}

async function findOwners(token: string, idApp: string): Promise<InstallAnswer> {
  const answer = await ask(token, 'GET', '/partners')
  if (!answer.ok) return refusal(answer)
  const partners = (answer.body as Partner[]).map(({ uid }) => uid)
  if (partners.length > 0) return { kind: 'unowned', partners }
  const text = `There is no app ${idApp}, and no partner who could own it. Run: pillion partner add UID`
  return { kind: 'refused', text }
}

interface Answer {
  readonly ok: boolean
  readonly status: number
  readonly body: unknown
  /** Of a refusal (RFC 9457). */
  readonly code?: unknown
}

/** Of `/admin/v1`. */
async function ask(token: string, method: string, path: string, body?: Blob | string): Promise<Answer> {
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  const response = await fetch(`/admin/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token.trim()}`,
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    body: body ?? null,
    credentials: 'omit',
  })
  if (response.status === 401) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, token.trim())
  const answer = await response.json().catch(() => ({}))
  return { ok: response.ok, status: response.status, body: answer, code: answer.code }
}

function refusal({ status, body }: Answer): InstallAnswer {
  if (status === 401) return { kind: 'token' }
  const { title, detail } = body as { title?: unknown; detail?: unknown }
  const texts = [title, detail].filter((text) => typeof text === 'string' && text !== '')
  const text = texts.length > 0 ? texts.join(' ') : `The server answered with status ${status}.`
  return { kind: 'refused', text }
}
