import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { SessionBounds, SessionStore, StoredOperator } from '@pillion/store'
import type { Limits } from '../limits.ts'

export interface SessionsOptions {
  readonly store: SessionStore
  readonly limits: Pick<
    Limits,
    'operatorSessionSeconds' | 'operatorSessionIdleSeconds' | 'operatorSessionsMax'
  >
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
  readonly #now: () => number

  constructor({ store, limits, now = Date.now }: SessionsOptions) {
    this.#store = store
    this.#limits = limits
    this.#now = now
  }

  /** For somebody whose password was just checked. Undefined: meanwhile it was changed, or the operator disabled or removed. */
  async begin(operator: StoredOperator): Promise<{ token: string; session: OpenSession } | undefined> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const createdAt = this.#now()
    const expiresAt = createdAt + this.#limits.operatorSessionSeconds * 1_000
    const hash = hashOf(token)
    const stored = { hash, operator: operator.name, createdAt, usedAt: createdAt, expiresAt }
    const { passwordHash } = operator
    const max = this.#limits.operatorSessionsMax
    if (!(await this.#store.begin(stored, passwordHash, this.#bounds, max))) return undefined
    return { token, session: { operator, hash, csrfToken: csrfTokenOf(token), expiresAt } }
  }

  /** Undefined: it never was, or has ended. It is not idle any more, unless nobody is there (`isUse`): a page that asks by itself. */
  async find(token: string, { isUse = true } = {}): Promise<OpenSession | undefined> {
    const hash = hashOf(token)
    const found = await this.#store.find(hash, this.#bounds)
    if (found === undefined) return undefined
    const { operator, session } = found
    const now = this.#now()
    if (isUse && now - session.usedAt >= USED_EVERY_MS) await this.#store.use(hash, now)
    return { operator, hash, csrfToken: csrfTokenOf(token), expiresAt: session.expiresAt }
  }

  /** Does not count as use. */
  async isOpen(hash: Uint8Array): Promise<boolean> {
    return (await this.#store.find(hash, this.#bounds)) !== undefined
  }

  end(hash: Uint8Array): Promise<void> {
    return this.#store.end(hash)
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
