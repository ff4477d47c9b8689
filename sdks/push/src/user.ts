import { type Access, encodeSegment } from './access.ts'
import type { KiiBucket } from './bucket.ts'
import {
  IllegalStateException,
  InvalidArgumentException,
  UnsupportedOperationException,
} from './exceptions.ts'
import type { KiiGroup } from './group.ts'
import {
  checkCountry,
  checkDisplayName,
  checkPassword,
  type Identity,
  type IdentityData,
  readIdentity,
} from './identity.ts'
import { type ErrorCallbacks, runCall, runUserCall, type TextCallbacks } from './outcome.ts'
import { KiiPushInstallation } from './push-installation.ts'
import { createPushSubscription, type KiiPushSubscription } from './push-subscription.ts'
import { scopeOf, Targets, type TopicPage } from './scope.ts'
import { requestUserToken, type Token } from './token.ts'
import type { KiiTopic } from './topic.ts'

export type UserFields = Readonly<Record<string, unknown>>

/** For methods of a user that resolve with it. */
export type UserCallbacks<Value = KiiUser> = TextCallbacks<Value, KiiUser>

/** Members of a user that no update sends, besides those that start with "_" (P 3.4). */
const readOnlyFields = ['userID', 'internalUserID', 'emailAddressVerified', 'phoneNumberVerified']

/** A user (P 3, 14.3), logged in or not, loaded or only known by ID. */
export class KiiUser {
  readonly #access: Access
  /** As the server has them. */
  #fields: UserFields
  /** Set here since the last save. */
  #changes: Record<string, unknown> = {}
  #password: string | undefined
  #token: Token | undefined
  readonly #targets: Targets

  constructor(access: Access, fields: UserFields, secrets: { password?: string; token?: Token } = {}) {
    this.#access = access
    this.#fields = fields
    this.#password = secrets.password
    this.#token = secrets.token
    this.#targets = new Targets(access, () => scopeOf('users', this.#knownID()), this)
  }

  getID(): string | undefined {
    return this.#text('userID')
  }

  getUUID(): string | undefined {
    return this.getID()
  }

  getUsername(): string | undefined {
    return this.#text('loginName')
  }

  getEmailAddress(): string | undefined {
    return this.#text('emailAddress')
  }

  getPhoneNumber(): string | undefined {
    return this.#text('phoneNumber')
  }

  getDisplayName(): string | undefined {
    return this.#text('displayName')
  }

  /** Takes effect with `update`, `save` or `register`. @throws InvalidDisplayNameException */
  setDisplayName(displayName: string): void {
    this.#changes.displayName = checkDisplayName(displayName)
  }

  getCountry(): string | undefined {
    return this.#text('country')
  }

  /** @throws InvalidCountryException */
  setCountry(country: string): void {
    this.#changes.country = checkCountry(country)
  }

  getLocale(): string | undefined {
    return this.#text('locale')
  }

  setLocale(locale: string): void {
    this.#changes.locale = locale
  }

  get<Value = unknown>(key: string): Value | undefined {
    const fields = Object.hasOwn(this.#changes, key) ? this.#changes : this.#fields
    return fields[key] as Value | undefined
  }

  /** Takes effect with `update`, `save` or `register`. Names that only the server sets are ignored. */
  set(key: string, value: unknown): void {
    if (typeof key === 'string' && key !== '' && isWritable(key)) this.#changes[key] = value
  }

  getAccessToken(): string | undefined {
    return this.#token?.access_token
  }

  getAccessTokenObject(): Token | null {
    return this.#token ?? null
  }

  isPseudoUser(): boolean {
    return this.#fields._hasPassword === false
  }

  disabled(): boolean {
    return this.#fields._disabled === true
  }

  /** null until registered. */
  objectURI(): string | null {
    const id = this.getID()
    return id === undefined ? null : `kiicloud://users/${id}`
  }

  /** Registers, logs in, and makes this the current user. */
  register(callbacks?: UserCallbacks): Promise<KiiUser> {
    return runCall(this, callbacks, async () => {
      const password = this.#password
      if (password === undefined)
        throw new IllegalStateException('make the user with a method that takes a password')
      const body: UserFields = { ...this.#fields, ...this.#changes, password }
      const request = { type: 'RegistrationRequest', body, isAnonymous: true }
      const answer = await this.#access.send('POST', '/users', request)
      this.#fields = answer.body as UserFields
      this.#changes = {}
      this.#token = (await requestUserToken(this.#access, loginOf(body), password)).token
      this.#password = undefined
      this.#access.app.currentUser = this
      return this
    })
  }

  /** Makes a pseudo user one that can log in. @param removeFields names of custom fields to remove */
  putIdentity(
    identityData: IdentityData,
    password: string,
    callbacks?: UserCallbacks,
    userFields?: UserFields | null,
    removeFields?: readonly string[] | null,
  ): Promise<KiiUser> {
    return runUserCall('put identity', this, callbacks, async () => {
      const identity = readIdentity(identityData)
      if (Object.keys(identity).length === 0)
        throw new InvalidArgumentException('a login name, e-mail address or phone number is needed')
      return this.#update({ ...identity, ...userFields, password: checkPassword(password) }, removeFields)
    })
  }

  /** Also sends what was set on this object. @param removeFields names of custom fields to remove */
  update(
    identityData?: IdentityData | null,
    callbacks?: UserCallbacks,
    userFields?: UserFields | null,
    removeFields?: readonly string[] | null,
  ): Promise<KiiUser> {
    return runUserCall('update user', this, callbacks, async () =>
      this.#update({ ...readIdentity(identityData), ...userFields }, removeFields),
    )
  }

  /** Sends what was set on this object. */
  save(callbacks?: UserCallbacks): Promise<KiiUser> {
    return runUserCall('update user', this, callbacks, () => this.#update({}, undefined))
  }

  updatePassword(oldPassword: string, newPassword: string, callbacks?: UserCallbacks): Promise<KiiUser> {
    return runCall(this, callbacks, async () => {
      const body = { oldPassword, newPassword: checkPassword(newPassword) }
      await this.#access.send('PUT', `${this.#path()}/password`, { type: 'ChangePasswordRequest', body })
      return this
    })
  }

  refresh(callbacks?: UserCallbacks): Promise<KiiUser> {
    return runCall(this, callbacks, async () => {
      this.#fields = (await this.#access.send('GET', this.#path())).body as UserFields
      return this
    })
  }

  /** Logs out too, if this is the current user. */
  delete(callbacks?: UserCallbacks): Promise<KiiUser> {
    return runCall(this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path())
      const { app } = this.#access
      if (app.currentUser === this) app.currentUser = null
      return this
    })
  }

  memberOfGroups(
    callbacks?: UserCallbacks<[KiiUser, KiiGroup[]]>,
  ): Promise<[user: KiiUser, groups: KiiGroup[]]> {
    return runCall(this, callbacks, () => this.#groups('is_member'))
  }

  ownerOfGroups(
    callbacks?: UserCallbacks<[KiiUser, KiiGroup[]]>,
  ): Promise<[user: KiiUser, groups: KiiGroup[]]> {
    return runCall(this, callbacks, () => this.#groups('owner'))
  }

  topicWithName(name: string): KiiTopic {
    return this.#targets.topic(name)
  }

  listTopics(callbacks?: ErrorCallbacks<TopicPage>, paginationKey?: string | null): Promise<TopicPage> {
    return this.#targets.listTopics(callbacks, paginationKey)
  }

  bucketWithName(name: string): KiiBucket {
    return this.#targets.bucket(name)
  }

  /** Works for whoever is logged in, not necessarily this user. @throws UnsupportedOperationException under an admin */
  pushInstallation(): KiiPushInstallation {
    if (this.#access.isFixed)
      throw new UnsupportedOperationException('an admin cannot install for a user; ask the REST resource')
    return new KiiPushInstallation(this.#access)
  }

  pushSubscription(): KiiPushSubscription<KiiUser> {
    return createPushSubscription(this.#access, this, () => `users/${encodeSegment(this.#knownID())}`)
  }

  /** The server replaces all custom fields by the given ones (P 3.4): hence it is read first. */
  async #update(changes: UserFields, removeFields: readonly string[] | null | undefined): Promise<KiiUser> {
    const remote = (await this.#access.send('GET', this.#path())).body as UserFields
    if ('password' in changes && remote._hasPassword === true)
      throw new IllegalStateException('the user has an identity already')
    const sent: Record<string, unknown> = { ...writable(remote), ...this.#changes, ...changes }
    for (const name of removeFields ?? []) delete sent[name]
    await this.#access.send('POST', this.#path(), { type: 'UserUpdateRequest', body: sent })
    const { password, ...kept } = sent
    const own = Object.entries(remote).filter(([name]) => !isWritable(name))
    this.#fields = {
      ...Object.fromEntries(own),
      ...kept,
      ...(password !== undefined && { _hasPassword: true }),
    }
    this.#changes = {}
    return this
  }

  async #groups(query: 'is_member' | 'owner'): Promise<[KiiUser, KiiGroup[]]> {
    const { KiiGroup } = this.#access.app.classes
    const id = encodeSegment(this.#knownID())
    const { body } = await this.#access.send('GET', `/groups?${query}=${id}`)
    const { groups } = body as { groups: { groupID: string; name?: string; owner?: string }[] }
    return [this, groups.map((group) => new KiiGroup(this.#access, group))]
  }

  #path(): string {
    return `/users/${encodeSegment(this.#knownID())}`
  }

  #knownID(): string {
    const id = this.getID()
    if (id === undefined) throw new IllegalStateException('the user is not registered yet')
    return id
  }

  #text(key: string): string | undefined {
    return this.get<string>(key)
  }
}

/** What the token resource takes as `username` for a user with these members. */
function loginOf(fields: UserFields): string {
  const { loginName, emailAddress, phoneNumber, country }: Identity & { country?: string } = fields
  if (loginName !== undefined) return loginName
  if (emailAddress !== undefined) return emailAddress
  if (phoneNumber === undefined) throw new IllegalStateException('the user has no identity')
  return phoneNumber.startsWith('+') ? phoneNumber : `PHONE:${country}-${phoneNumber}`
}

function writable(fields: UserFields): UserFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWritable(name)))
}

function isWritable(name: string): boolean {
  return !name.startsWith('_') && !readOnlyFields.includes(name)
}
