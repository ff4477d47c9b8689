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
 * Asks the token resource (P 2.2).
 * @throws RequestFailure
 */
export async function requestToken(
  access: Access,
  credentials: Readonly<Record<string, string>>,
  type?: string,
): Promise<IssuedToken> {
  const { tokenSeconds } = access.app
  const expiresAt = tokenSeconds === undefined ? {} : { expiresAt: Date.now() + tokenSeconds * 1000 }
  const { body } = await access.requestToken({ ...credentials, ...expiresAt }, type)
  const { id, access_token, expires_in } = body as { id: string; access_token: string; expires_in: number }
  return { id, access_token, expires_at: new Date(Date.now() + expires_in * 1000) }
}
