import type { Access } from './access.ts'

export interface Token {
  readonly access_token: string
  readonly expires_at: Date
}

/** A token, and the ID of whom it stands for. */
export interface IssuedToken extends Token {
  readonly id: string
}

const millisecondsMax = 8_640_000_000_000_000

/** The last moment a Date can name: of tokens that do not expire. */
export const never = new Date(millisecondsMax)

/**
 * Of a user, for as long as the app set for later log-ins (P 14.2). The ID, and the token as `getAccessTokenObject` has it.
 * @throws RequestFailure
 */
export async function requestUserToken(
  access: Access,
  username: string,
  password: string,
): Promise<{ readonly id: string; readonly token: Token }> {
  const { tokenSeconds } = access.app
  const end = tokenSeconds === undefined ? {} : { expiresAt: Date.now() + tokenSeconds * 1000 }
  const { id, ...token } = await requestToken(access, { username, password, ...end })
  return { id, token }
}

/**
 * Asks the token resource (P 2.2).
 * @throws RequestFailure
 */
export async function requestToken(
  access: Access,
  credentials: Readonly<Record<string, string | number>>,
  type?: string,
): Promise<IssuedToken> {
  const { body } = await access.requestToken(credentials, type)
  const { id, access_token, expires_in } = body as { id: string; access_token: string; expires_in: number }
  return { id, access_token, expires_at: new Date(Date.now() + expires_in * 1000) }
}
