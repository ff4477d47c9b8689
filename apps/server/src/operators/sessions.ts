import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Session } from '@pillion/schema'
import type { SessionBounds, SessionStore, StoredOperator, StoredSession } from '@pillion/store'
import type { Limits } from '../limits.ts'

export interface SessionsOptions {
  readonly store: SessionStore
  readonly limits: Pick<
    Limits,
    'operatorSessionSeconds' | 'operatorSessionIdleSeconds' | 'operatorSessionsMax'
  >
  /** Do operators without one have to turn it on before anything else? Asked for each request. */
  readonly isFactorRequired?: () => boolean
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface OpenSession {
  readonly operator: StoredOperator
  /** SHA-256 of the token. */
  readonly hash: Uint8Array
  readonly csrfToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly secondFactor: Session['secondFactor']
}

const TOKEN_BYTES = 32
/** A session that is in use all the time is written this often. */
const USED_EVERY_MS = 60_000

/**
 * Operators that are signed in. Nothing of it is kept here: the store is asked for each request, so that a session that ends
 * ends on every node at once.
 */
export class Sessions {
  readonly #store: SessionStore
  readonly #limits: SessionsOptions['limits']
  readonly #isFactorRequired: () => boolean
  readonly #now: () => number

  constructor({ store, limits, isFactorRequired = () => false, now = Date.now }: SessionsOptions) {
    this.#store = store
    this.#limits = limits
    this.#isFactorRequired = isFactorRequired
    this.#now = now
  }

  /**
   * For somebody whose password, and code if there is a second factor, was just checked. Undefined: meanwhile either was changed, or
   * the operator disabled or removed.
   */
  async begin(
    operator: StoredOperator,
    address?: string,
  ): Promise<{ token: string; session: OpenSession } | undefined> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const createdAt = this.#now()
    const expiresAt = createdAt + this.#limits.operatorSessionSeconds * 1_000
    const hash = hashOf(token)
    const stored = { hash, createdAt, usedAt: createdAt, expiresAt, address }
    const max = this.#limits.operatorSessionsMax
    if (!(await this.#store.begin(stored, operator, this.#bounds, max))) return undefined
    return { token, session: this.#open(operator, stored, token) }
  }

  /** Undefined: it never was, or has ended. It is not idle any more, unless nobody is there (`isUse`): a page that asks by itself. */
  async find(token: string, { isUse = true } = {}): Promise<OpenSession | undefined> {
    const hash = hashOf(token)
    const found = await this.#store.find(hash, this.#bounds)
    if (found === undefined) return undefined
    const { operator, session } = found
    const now = this.#now()
    if (isUse && now - session.usedAt >= USED_EVERY_MS) await this.#store.use(hash, now)
    return this.#open(operator, session, token)
  }

  /** In force, of one operator, the newest first. */
  list(operator: string): Promise<StoredSession[]> {
    return this.#store.list(operator, this.#bounds)
  }

  /** Does not count as use. */
  async isOpen(hash: Uint8Array): Promise<boolean> {
    return (await this.#store.find(hash, this.#bounds)) !== undefined
  }

  end(hash: Uint8Array): Promise<void> {
    return this.#store.end(hash)
  }

  /** All of its operator's but this one. */
  endOthers({ operator, hash }: OpenSession): Promise<void> {
    return this.#store.endOthers(operator.name, hash)
  }

  #open(
    operator: StoredOperator,
    { hash, expiresAt }: Pick<StoredSession, 'hash' | 'expiresAt'>,
    token: string,
  ): OpenSession {
    const without = this.#isFactorRequired() ? 'missing' : 'off'
    const secondFactor = operator.factor === undefined ? without : 'on'
    return { operator, hash, csrfToken: csrfTokenOf(token), expiresAt, secondFactor }
  }

  get #bounds(): SessionBounds {
    const now = this.#now()
    return { now, usedSince: now - this.#limits.operatorSessionIdleSeconds * 1_000 }
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Made of the token, which no script can read; so there is nothing more to keep, and it ends with the session. */
function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('pillion csrf').digest('base64url')
}
