import type { EndConnections } from '../end-connections.ts'
import type { Groups } from '../groups/groups.ts'
import { createUserID } from '../ids.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { requirePassword } from '../passwords/require-password.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { UserChange, UserIdentityField, UserRecord, UserStore } from '../ports/user-store.ts'
import type { Caller, Principal, Subject } from '../principal.ts'
import { PushError } from '../push-error.ts'
import type { SubscriptionReview } from '../targets/subscription-review.ts'
import type { IssuedToken, Tokens } from '../tokens/tokens.ts'
import { requireToken, unauthorized } from '../unauthorized.ts'
import { hasIdentity, type ReadUser, readUser } from './read-user.ts'
import type { NewUser, PasswordChange, UserUpdate } from './user-input.ts'
import { parseUserRef, userNotFound } from './user-ref.ts'

export interface UsersOptions {
  readonly store: UserStore
  readonly tokens: Tokens
  readonly passwords: Passwords
  readonly groups: Groups
  readonly review: SubscriptionReview
  readonly limits: PushLimits
  readonly ended: EndConnections
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * The users of an app (P 3). `ref` is what a path has: `me`, a userID, `LOGIN_NAME:…`, `EMAIL:…` or `PHONE:…`. Bodies are asked
 * for when everything else has been checked (P 2.3).
 */
export class Users {
  readonly #options: UsersOptions

  constructor(options: UsersOptions) {
    this.#options = options
  }

  /** With password and identity (P 3.1). INVALID_INPUT_DATA, USER_ALREADY_EXISTS. */
  async register(app: PushApp, body: () => NewUser): Promise<UserRecord> {
    const input = body()
    if (input.password === undefined) throw invalidInput('password', 'A password is needed')
    return this.#add(app, input)
  }

  /** As `register`; and a user without password and identity is a pseudo user, whose token does not end (P 3.2). */
  async registerWithToken(
    app: PushApp,
    body: () => NewUser,
  ): Promise<{ user: UserRecord; token: IssuedToken }> {
    const user = await this.#add(app, body())
    const isPseudo = user.passwordHash === undefined
    return { user, token: await this.#options.tokens.issue(app, principalOf(user), { endless: isPseudo }) }
  }

  /** USER_NOT_FOUND; UNAUTHORIZED for `me` of somebody who is no user. */
  async resolve({ app, principal }: Caller, ref: string): Promise<UserRecord> {
    if (ref === 'me' && principal.kind !== 'user') {
      throw unauthorized({ app, principal }, 'Only a user has a me')
    }
    const key = ref === 'me' && principal.kind === 'user' ? { userID: principal.id } : parseUserRef(ref)
    const user = key && (await this.#options.store.findUser(app.appID, key))
    if (user === undefined) throw userNotFound(app, ref)
    return user
  }

  /** `isFull`: may the caller see more of it than userID, loginName and displayName (P 3.3)? */
  async read(caller: Caller, ref: string): Promise<{ user: UserRecord; isFull: boolean }> {
    requireToken(caller)
    const user = await this.resolve(caller, ref)
    return { user, isFull: caller.app.settings.exposesUsers || isSelfOrAdmin(caller, user) }
  }

  /** Custom fields are replaced as a whole, predefined members that are absent stay (P 3.4, 17 row 26). */
  async update(caller: Caller, ref: string, body: () => UserUpdate): Promise<UserRecord> {
    const user = await this.#resolveOwn(caller, ref)
    const input = body()
    const { members, fields } = readUser(input, user, this.#options.limits)
    const password = this.#readPassword(user, input, members)
    return this.#change(caller.app, user, {
      ...members,
      fields,
      ...(password !== undefined && { passwordHash: await this.#options.passwords.hash(password) }),
    })
  }

  /** The user's tokens end, but the one that the caller used. WRONG_PASSWORD. */
  async changePassword(
    caller: Caller,
    token: string | undefined,
    ref: string,
    body: () => PasswordChange,
  ): Promise<void> {
    const { tokens, passwords } = this.#options
    const { app, principal } = caller
    const user = await this.#resolveOwn(caller, ref)
    const { oldPassword, newPassword } = body()
    requirePassword(newPassword, 'newPassword')
    if (oldPassword === undefined && principal.kind !== 'admin') {
      throw invalidInput('oldPassword', 'The present password is needed')
    }
    if (!hasIdentity(user)) {
      throw invalidInput('newPassword', 'A pseudo user gets a password together with a name, by an update')
    }
    if (oldPassword !== undefined && !(await passwords.verify(oldPassword, user.passwordHash))) {
      throw new PushError('WRONG_PASSWORD', 'The present password is wrong')
    }
    await this.#change(app, user, { passwordHash: await passwords.hash(newPassword) })
    await tokens.endAll(app, principalOf(user), principal.kind === 'user' ? token : undefined)
  }

  /** With everything of it, the groups that it owns included; its connections end. */
  async remove(caller: Caller, ref: string): Promise<void> {
    const { store, groups, review, ended } = this.#options
    const { app } = caller
    const { userID } = await this.#resolveOwn(caller, ref)
    await groups.removeOwnedBy(app, userID)
    const things = await this.#thingsAround(app, userID)
    if (!(await store.removeUser(app.appID, userID))) throw userNotFound(app, ref)
    ended(app.appID, `user:${userID}`, 'The user was deleted')
    for (const thing of things) await review.reviewSubject(app, thing)
  }

  /** Those that it owns, by itself or through a group: what they are subscribed to may rest on its rights. */
  async #thingsAround(app: PushApp, userID: string): Promise<Set<Subject>> {
    const { groups, review } = this.#options
    const things = new Set(await review.thingsOf(app, `user:${userID}`))
    for (const groupID of await groups.groupsOf(app, userID))
      for (const thing of await review.thingsOf(app, `group:${groupID}`)) things.add(thing)
    return things
  }

  /** Only the user itself and the admin have a right to what follows (P 2.4). */
  async #resolveOwn(caller: Caller, ref: string): Promise<UserRecord> {
    requireToken(caller)
    const user = await this.resolve(caller, ref)
    if (!isSelfOrAdmin(caller, user)) throw unauthorized(caller, 'Only the user itself may do this')
    return user
  }

  async #add(app: PushApp, input: NewUser): Promise<UserRecord> {
    const { store, passwords, limits, now } = this.#options
    const { members, fields } = readUser(input, { country: undefined }, limits)
    const { password } = input
    if ((password !== undefined) !== hasIdentity(members)) {
      const missing = password === undefined ? 'password' : 'loginName'
      throw invalidInput(
        missing,
        'A password takes a login name, an address or a number, and the other way round',
      )
    }
    const passwordHash =
      password === undefined ? undefined : await passwords.hash(requirePassword(password, 'password'))
    const at = now()
    const user = await store.addUser(
      {
        appID: app.appID,
        userID: createUserID(),
        ...toColumns(members),
        fields,
        passwordHash,
        isDisabled: false,
        createdAt: at,
        modifiedAt: at,
      },
      { principalsMax: limits.pushPrincipalsPerAppMax },
    )
    if (user === 'full') throw new PushError('OPERATION_NOT_ALLOWED', 'The app has as many users as may be')
    return requireFree(user, members)
  }

  /** Undefined: none was given, or the user has one, which is not changed in this way. */
  #readPassword(
    user: UserRecord,
    { password }: UserUpdate,
    members: ReadUser['members'],
  ): string | undefined {
    if (user.passwordHash !== undefined) return undefined
    const becomesNamed = hasIdentity(user) || hasIdentity(members)
    if (becomesNamed !== (password !== undefined)) {
      const missing = password === undefined ? 'password' : 'loginName'
      throw invalidInput(missing, 'A pseudo user gets a password and a name at one time')
    }
    return password === undefined ? undefined : requirePassword(password, 'password')
  }

  async #change(app: PushApp, { userID }: UserRecord, change: UserChange): Promise<UserRecord> {
    const { store, now } = this.#options
    const changed = await store.changeUser(app.appID, userID, { ...change, modifiedAt: now() })
    if (changed === undefined) throw userNotFound(app, userID)
    return requireFree(changed, change)
  }
}

function isSelfOrAdmin({ principal }: Caller, { userID }: UserRecord): boolean {
  return principal.kind === 'admin' || (principal.kind === 'user' && principal.id === userID)
}

function principalOf({ userID }: UserRecord): Principal {
  return { kind: 'user', id: userID }
}

function toColumns(members: ReadUser['members']) {
  const { loginName, emailAddress, phoneNumber, displayName, country, locale } = members
  return { loginName, emailAddress, phoneNumber, displayName, country, locale }
}

function requireFree(
  answer: UserRecord | { readonly taken: UserIdentityField },
  given: { readonly [field in UserIdentityField]?: string | undefined },
): UserRecord {
  if (!('taken' in answer)) return answer
  const { taken: field } = answer
  throw new PushError('USER_ALREADY_EXISTS', `There is a user with that ${field} already`, {
    details: { field, value: given[field] },
  })
}
