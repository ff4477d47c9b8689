import type { Principal } from '../principal.ts'

export interface StoredToken {
  /** SHA-256 of the access token. */
  readonly hash: Uint8Array
  readonly appID: string
  readonly principal: Principal
  /** Milliseconds since 1970; undefined: it does not end. */
  readonly expiresAt: number | undefined
  /** SHA-256 of the refresh token. */
  readonly refreshHash: Uint8Array | undefined
  readonly createdAt: number
}

export interface FoundToken extends StoredToken {
  /** Is its user or thing disabled? */
  readonly isDisabled: boolean
}

export interface TokenStore {
  /** Of its principal's tokens the oldest beyond `tokensMax` end. */
  addToken(token: StoredToken, limits: { tokensMax: number }): Promise<void>
  /** Expired or not; undefined also if its user or thing is gone. */
  findToken(appID: string, hash: Uint8Array): Promise<FoundToken | undefined>
  /**
   * Puts `token` in the place of the one with that refresh token, which it resolves to. Undefined if there is none: of two at
   * once, one gets it. If `token` throws, nothing is replaced.
   */
  replaceToken(
    appID: string,
    refreshHash: Uint8Array,
    token: (replaced: FoundToken) => StoredToken,
  ): Promise<FoundToken | undefined>
  /** All of a principal, but the one with that hash. */
  removeTokens(appID: string, principal: Principal, except?: Uint8Array): Promise<void>
  /** At most `max` that ended before; how many it were. */
  removeExpired(now: number, max: number): Promise<number>
}
