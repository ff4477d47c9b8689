import type { App } from '@pillion/schema'

/** `token`: it was refused, and has to be asked for again. */
export type InstallAnswer =
  | { readonly kind: 'installed'; readonly app: App }
  | { readonly kind: 'token' }
  | { readonly kind: 'refused'; readonly text: string }

const key = 'pillion.admin-token'

/** For this tab only, until it is closed. */
export function keptToken(): string {
  return sessionStorage.getItem(key) ?? ''
}

/** PUT /admin/v1/apps/:idApp/package. Never throws. */
export async function installPackage(idApp: string, archive: Blob, token: string): Promise<InstallAnswer> {
  try {
    const response = await fetch(`/admin/v1/apps/${encodeURIComponent(idApp)}/package`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/octet-stream' },
      body: archive,
      credentials: 'omit',
    })
    return await readAnswer(response, token.trim())
  } catch {
    return { kind: 'refused', text: 'The server cannot be reached.' }
  }
}

async function readAnswer(response: Response, token: string): Promise<InstallAnswer> {
  if (response.status === 401) {
    sessionStorage.removeItem(key)
    return { kind: 'token' }
  }
  sessionStorage.setItem(key, token)
  const body = await response.json().catch(() => ({}))
  if (response.ok) return { kind: 'installed', app: body }
  return { kind: 'refused', text: describeProblem(body, response.status) }
}

/** RFC 9457. */
function describeProblem(body: { title?: unknown; detail?: unknown }, status: number): string {
  const texts = [body.title, body.detail].filter((text) => typeof text === 'string' && text !== '')
  return texts.length > 0 ? texts.join(' ') : `The server answered with status ${status}.`
}
