import { setImmediate } from 'node:timers/promises'
import { ENDLESS_SECONDS } from '../endless-seconds.ts'
import { createToken } from '../ids.ts'
import type { PushLimits } from '../limits.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { FoundToken, StoredToken, TokenStore } from '../ports/token-store.ts'
import type { Principal } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { principalID } from '../unauthorized.ts'
import { hashSecret, verifySecret } from './secret.ts'

export interface IssuedToken {
  /** Of the user or thing; of others a name in the place of one. */
  readonly id: string
  readonly accessToken: string
  /** From now; 2,147,483,647 = it does not end. */
  readonly expiresInSeconds: number
  /** Where the app has them switched on. */
  readonly refreshToken?: string
}

export interface TokenLife {
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
  readonly endless?: boolean
}

export interface TokensOptions {
  readonly store: TokenStore
  readonly limits: PushLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** For that long after the end of its access token a refresh token can be used: it is for those who come back late. */
const REFRESH_MS = 90 * 86_400_000
const SWEEP_PIECE = 500
const TOKEN_CHARACTERS_MAX = 128

/** Access and refresh tokens (P 2.2, 2.3). Only their hashes are kept. */
export class Tokens {
  readonly #store: TokenStore
  readonly #limits: PushLimits
  readonly #now: () => number

  constructor({ store, limits, now }: TokensOptions) {
    this.#store = store
    this.#limits = limits
    this.#now = now
  }

  /** Without a word about its life: as the app's settings have it. */
  async issue(app: PushApp, principal: Principal, life: TokenLife = {}): Promise<IssuedToken> {
    if (principal.kind === 'anonymous') return anonymousToken(app)
    const { token, issued } = this.#createToken(app, principal, life)
    await this.#store.addToken(token, { tokensMax: this.#limits.pushTokensPerPrincipalMax })
    return issued
  }

  /** WRONG_TOKEN for everything that is no token of this app now; USER_DISABLED, THING_DISABLED (P 2.3). */
  async authenticate(app: PushApp, accessToken: string): Promise<Principal> {
    if (accessToken.length > TOKEN_CHARACTERS_MAX) throw wrongToken()
    const found = await this.#store.findToken(app.appID, hashSecret(accessToken))
    if (found === undefined) return authenticateAnonymous(app, accessToken)
    if (found.expiresAt !== undefined && found.expiresAt <= this.#now()) throw wrongToken()
    requireEnabled(found)
    return found.principal
  }

  /** The old access token and the old refresh token end with it. WRONG_REFRESH_TOKEN, also for a second use. */
  async refresh(app: PushApp, refreshToken: string): Promise<IssuedToken> {
    let answer: IssuedToken | undefined
    const replace = (replaced: FoundToken): StoredToken => {
      requireEnabled(replaced)
      const { token, issued } = this.#createToken(app, replaced.principal, {})
      answer = issued
      return token
    }
    const isReplaced =
      app.settings.hasRefreshTokens &&
      refreshToken.length <= TOKEN_CHARACTERS_MAX &&
      (await this.#store.replaceToken(app.appID, hashSecret(refreshToken), replace)) !== undefined
    if (!isReplaced || answer === undefined) {
      throw new PushError('WRONG_REFRESH_TOKEN', 'The refresh token is unknown or was used')
    }
    return answer
  }

  /** All of that principal, but the one given. */
  async endAll(app: PushApp, principal: Principal, exceptToken?: string): Promise<void> {
    const except = exceptToken === undefined ? undefined : hashSecret(exceptToken)
    await this.#store.removeTokens(app.appID, principal, except)
  }

  /** Removes those that ended so long ago that nothing can come of them, in pieces that let others run in between. */
  async sweep(): Promise<void> {
    const before = this.#now() - REFRESH_MS
    while ((await this.#store.removeExpired(before, SWEEP_PIECE)) === SWEEP_PIECE) await setImmediate()
  }

  #createToken(
    app: PushApp,
    principal: Principal,
    life: TokenLife,
  ): { token: StoredToken; issued: IssuedToken } {
    const now = this.#now()
    const accessToken = createToken()
    const refreshToken = app.settings.hasRefreshTokens ? createToken() : undefined
    const seconds = lifeSeconds(life, app.settings.tokenSeconds, now)
    const expiresAt = Math.floor(life.expiresAt ?? now + seconds * 1000)
    return {
      token: {
        hash: hashSecret(accessToken),
        appID: app.appID,
        principal,
        expiresAt: seconds === ENDLESS_SECONDS ? undefined : expiresAt,
        refreshHash: refreshToken === undefined ? undefined : hashSecret(refreshToken),
        createdAt: now,
      },
      issued: {
        id: principalID(principal),
        accessToken,
        expiresInSeconds: seconds,
        ...(refreshToken !== undefined && { refreshToken }),
      },
    }
  }
}

function lifeSeconds({ expiresAt, endless }: TokenLife, defaultSeconds: number, now: number): number {
  if (endless) return ENDLESS_SECONDS
  if (expiresAt === undefined) return defaultSeconds
  return Math.min(Math.floor((expiresAt - now) / 1000), ENDLESS_SECONDS)
}

/**
 * Of the app key, which is as public: it is kept nowhere, so asking for it a million times fills nothing, and nobody's token
 * makes another's end.
 */
function anonymousToken(app: PushApp): IssuedToken {
  const accessToken = Buffer.from(hashSecret(`anonymous ${app.appID} ${app.appKey}`)).toString('base64url')
  return { id: principalID({ kind: 'anonymous' }), accessToken, expiresInSeconds: ENDLESS_SECONDS }
}

function authenticateAnonymous(app: PushApp, accessToken: string): Principal {
  if (!verifySecret(accessToken, hashSecret(anonymousToken(app).accessToken))) throw wrongToken()
  return { kind: 'anonymous' }
}

function requireEnabled({ principal, isDisabled }: FoundToken): void {
  if (!isDisabled) return
  const isThing = principal.kind === 'thing'
  throw new PushError(isThing ? 'THING_DISABLED' : 'USER_DISABLED', `This ${principal.kind} is disabled`)
}

function wrongToken(): PushError {
  return new PushError('WRONG_TOKEN', 'The access token is unknown, ended or of another app')
}
