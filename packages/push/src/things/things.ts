import type { EndConnections } from '../end-connections.ts'
import type { Groups } from '../groups/groups.ts'
import { createThingID } from '../ids.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { requirePassword } from '../passwords/require-password.ts'
import type { OwnerStore } from '../ports/owner-store.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { ThingChange, ThingRecord, ThingStore } from '../ports/thing-store.ts'
import type { Caller, Principal } from '../principal.ts'
import { PushError } from '../push-error.ts'
import type { IssuedToken, Tokens } from '../tokens/tokens.ts'
import { requireToken, unauthorized } from '../unauthorized.ts'
import { readThingFields } from './read-thing.ts'
import type { NewThing, ThingPasswordChange, ThingStatus, ThingUpdate } from './thing-input.ts'
import { parseThingRef, thingNotFound, vendorThingIDPattern } from './thing-ref.ts'

/** Which things are connected, newer than the store has it. */
export interface KnownPresence {
  /** Undefined: nothing newer than in the store. `modifiedAt`: milliseconds since 1970. */
  of(thingID: string): { readonly isOnline: boolean; readonly modifiedAt: number } | undefined
}

export interface ThingsOptions {
  readonly store: ThingStore
  readonly owners: OwnerStore
  readonly groups: Pick<Groups, 'isMember'>
  readonly tokens: Tokens
  readonly passwords: Passwords
  readonly presence: KnownPresence
  readonly limits: PushLimits
  readonly ended: EndConnections
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * The things of an app (P 4). `ref` is what a path has: a thingID or `VENDOR_THING_ID:…`. Bodies are asked for when everything
 * else has been checked (P 2.3).
 */
export class Things {
  readonly #options: ThingsOptions

  constructor(options: ThingsOptions) {
    this.#options = options
  }

  /** INVALID_INPUT_DATA, THING_ALREADY_EXISTS. */
  async register(app: PushApp, body: () => NewThing): Promise<ThingRecord> {
    const { store, passwords, limits, now } = this.#options
    const { _vendorThingID: vendorThingID, _password: password, ...input } = body()
    if (!vendorThingIDPattern.test(vendorThingID)) {
      throw invalidInput(
        '_vendorThingID',
        'A vendor thing ID has 1 to 200 letters, digits, dots, hyphens, underscores',
      )
    }
    const thing: ThingRecord = {
      appID: app.appID,
      thingID: createThingID(),
      vendorThingID,
      fields: readThingFields({}, input, limits),
      passwordHash: await passwords.hash(requirePassword(password, '_password')),
      isDisabled: false,
      createdAt: now(),
      online: undefined,
    }
    const answer = await store.addThing(thing, { principalsMax: limits.pushPrincipalsPerAppMax })
    if (answer === 'full')
      throw new PushError('OPERATION_NOT_ALLOWED', 'The app has as many things as may be')
    if (answer === 'taken') {
      throw new PushError('THING_ALREADY_EXISTS', 'There is a thing with that vendor thing ID already', {
        details: { field: '_vendorThingID', value: vendorThingID },
      })
    }
    return thing
  }

  /** The token does not end (P 4.1). */
  async registerWithToken(
    app: PushApp,
    body: () => NewThing,
  ): Promise<{ thing: ThingRecord; token: IssuedToken }> {
    const thing = await this.register(app, body)
    const principal: Principal = { kind: 'thing', id: thing.thingID }
    return { thing, token: await this.#options.tokens.issue(app, principal, { endless: true }) }
  }

  /** THING_NOT_FOUND. */
  async resolve(asked: Caller | PushApp, ref: string): Promise<ThingRecord> {
    const { appID } = 'app' in asked ? asked.app : asked
    const key = parseThingRef(ref)
    const thing = key && (await this.#options.store.findThing(appID, key))
    if (thing === undefined) throw thingNotFound(appID, ref)
    return thing
  }

  /** For itself, its owners, the admin. */
  async read(caller: Caller, ref: string): Promise<ThingRecord> {
    const thing = await this.#resolveOwn(caller, ref)
    return { ...thing, online: this.#options.presence.of(thing.thingID) ?? thing.online }
  }

  /** Given members replace, absent ones stay, null removes (P 4.3). */
  async update(caller: Caller, ref: string, body: () => ThingUpdate): Promise<ThingRecord> {
    const thing = await this.#resolveOwn(caller, ref)
    const input = body()
    // From the fields as they are then: of two updates at once, neither loses what the other has given.
    return this.#change(thing, ({ fields }) => ({
      fields: readThingFields(fields, input, this.#options.limits),
    }))
  }

  /** With everything of it; its connection ends. */
  async remove(caller: Caller, ref: string): Promise<void> {
    const { store, ended } = this.#options
    const { appID, thingID } = await this.#resolveOwn(caller, ref)
    if (!(await store.removeThing(appID, thingID))) throw thingNotFound(appID, ref)
    ended(appID, `thing:${thingID}`, 'The thing was deleted')
  }

  /** For its owners and the admin. The connection of a disabled thing ends. */
  async setDisabled(caller: Caller, ref: string, body: () => ThingStatus): Promise<ThingRecord> {
    requireToken(caller)
    const thing = await this.resolve(caller, ref)
    if (!(await this.isOwnerOrAdmin(caller, thing.thingID))) {
      throw unauthorized(caller, 'Only owners of the thing may do this')
    }
    const { disabled: isDisabled } = body()
    const changed = await this.#change(thing, () => ({ isDisabled }))
    if (isDisabled) this.#options.ended(thing.appID, `thing:${thing.thingID}`, 'The thing was disabled')
    return changed
  }

  /** For the admin. Tokens of the thing stay. */
  async changePassword(caller: Caller, ref: string, body: () => ThingPasswordChange): Promise<void> {
    requireToken(caller)
    const thing = await this.resolve(caller, ref)
    if (caller.principal.kind !== 'admin') throw unauthorized(caller, 'Only the admin may do this')
    const password = requirePassword(body().newPassword, 'newPassword')
    const passwordHash = await this.#options.passwords.hash(password)
    await this.#change(thing, () => ({ passwordHash }))
  }

  /** Directly or through a group (P 4.4). */
  async isOwner(app: PushApp, thingID: string, principal: Principal): Promise<boolean> {
    if (principal.kind !== 'user') return false
    const { owners, groups } = this.#options
    const all = await owners.listOwners(app.appID, thingID)
    if (all.includes(`user:${principal.id}`)) return true
    for (const owner of all) {
      if (!owner.startsWith('group:')) continue
      if (await groups.isMember(app, owner.slice('group:'.length), principal.id)) return true
    }
    return false
  }

  async isOwnerOrAdmin({ app, principal }: Caller, thingID: string): Promise<boolean> {
    return principal.kind === 'admin' || (await this.isOwner(app, thingID, principal))
  }

  async #resolveOwn(caller: Caller, ref: string): Promise<ThingRecord> {
    requireToken(caller)
    const thing = await this.resolve(caller, ref)
    const { principal } = caller
    const isSelf = principal.kind === 'thing' && principal.id === thing.thingID
    if (isSelf || (await this.isOwnerOrAdmin(caller, thing.thingID))) return thing
    throw unauthorized(caller, 'Only the thing itself and its owners may do this')
  }

  async #change(
    { appID, thingID }: ThingRecord,
    change: (thing: ThingRecord) => ThingChange,
  ): Promise<ThingRecord> {
    const changed = await this.#options.store.changeThing(appID, thingID, change)
    if (changed === undefined) throw thingNotFound(appID, thingID)
    return changed
  }
}
