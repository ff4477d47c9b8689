import type { PushApps } from '../apps/push-apps.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { ThingStore } from '../ports/thing-store.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { Principal } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { parseThingRef } from '../things/thing-ref.ts'
import { parseUsername } from '../users/user-ref.ts'
import type { IssuedToken, Tokens } from './tokens.ts'

export interface SignInOptions {
  readonly users: UserStore
  readonly things: ThingStore
  readonly apps: PushApps
  readonly tokens: Tokens
  readonly passwords: Passwords
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Candidate {
  readonly principal: Principal
  /** Undefined: a user without password, who is nobody here. */
  readonly passwordHash: string | undefined
  readonly isDisabled: boolean
}

/** Credentials to tokens (P 2.2). */
export class SignIn {
  readonly #options: SignInOptions

  constructor(options: SignInOptions) {
    this.#options = options
  }

  /**
   * A user or thing. invalid_grant whoever is unknown or gives a wrong password, after the same work; only who knows the
   * password learns of USER_DISABLED or THING_DISABLED.
   *
   * @param expiresAt end of the token, milliseconds since 1970; in the past: INVALID_INPUT_DATA
   */
  async withPassword(
    app: PushApp,
    username: string,
    password: string,
    expiresAt?: number,
  ): Promise<IssuedToken> {
    this.#requireFuture(expiresAt)
    const { tokens, passwords } = this.#options
    const found = await this.#find(app, username)
    const isRight = await passwords.verify(password, found?.passwordHash)
    if (found === undefined || !isRight) {
      throw new PushError('invalid_grant', 'Unknown user or wrong password')
    }
    if (found.isDisabled) {
      const { kind } = found.principal
      throw new PushError(kind === 'thing' ? 'THING_DISABLED' : 'USER_DISABLED', `This ${kind} is disabled`)
    }
    return tokens.issue(app, found.principal, expiresAt === undefined ? {} : { expiresAt })
  }

  /** The app's admin; or nobody, with app id and app key (P 2.2). invalid_client. */
  async withClient(app: PushApp, clientID: string, clientSecret: string): Promise<IssuedToken> {
    const { apps, tokens } = this.#options
    if (clientID === app.appID && clientSecret === app.appKey) {
      return tokens.issue(app, { kind: 'anonymous' })
    }
    if (await apps.verifyAdmin(app.appID, clientID, clientSecret)) {
      return tokens.issue(app, { kind: 'admin' })
    }
    throw new PushError('invalid_client', 'Wrong client ID or client secret')
  }

  /** One for every way in which a name can be written: for whoever counts wrong passwords by name. */
  nameOf(username: string): string {
    const key = parseUsername(username)
    // Of a thing there is one way only; of a name that nobody can have it does not matter.
    if (key === undefined) return username
    const [[field, value] = ['', '']] = Object.entries(key)
    return `${field}:${field === 'emailAddress' ? value.toLowerCase() : value}`
  }

  #requireFuture(expiresAt: number | undefined): void {
    if (expiresAt === undefined || expiresAt > this.#options.now()) return
    throw new PushError('INVALID_INPUT_DATA', 'expiresAt must be a time to come, in milliseconds', {
      details: { field: 'expiresAt' },
    })
  }

  async #find({ appID }: PushApp, username: string): Promise<Candidate | undefined> {
    if (username.startsWith('VENDOR_THING_ID:')) {
      const key = parseThingRef(username)
      const thing = key && (await this.#options.things.findThing(appID, key))
      return thing && { ...thing, principal: { kind: 'thing', id: thing.thingID } }
    }
    const key = parseUsername(username)
    const user = key && (await this.#options.users.findUser(appID, key))
    return user && { ...user, principal: { kind: 'user', id: user.userID } }
  }
}
