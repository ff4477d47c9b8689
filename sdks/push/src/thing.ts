import { type Access, encodeSegment } from './access.ts'
import type { KiiBucket } from './bucket.ts'
import { IllegalStateException, InvalidArgumentException } from './exceptions.ts'
import { KiiGroup } from './group.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { createPushSubscription, type KiiPushSubscription } from './push-subscription.ts'
import { RequestFailure } from './request-failure.ts'
import { scopeOf, Targets, type TopicPage } from './scope.ts'
import type { KiiTopic } from './topic.ts'
import { KiiUser } from './user.ts'

export type ThingFields = Record<string, unknown>

/** Who a thing can belong to (P 4.4). */
export type ThingOwner = KiiUser | KiiGroup

/** Kept by the server; ignored when sent back (P 4.3), and not among the fields that apps see. */
const ownFields = [
  '_thingID',
  '_vendorThingID',
  '_created',
  '_disabled',
  '_online',
  '_onlineStatusModifiedAt',
]

/** A thing (P 4, 14.5); its calls go out with the token of whoever is logged in. */
export class KiiThing {
  /** What apps set, as last read; change it before `update`. */
  fields: ThingFields
  /** All of it as last read, what the server keeps included. */
  #own: ThingFields
  readonly #access: Access
  readonly #accessToken: string | undefined
  readonly #targets: Targets

  constructor(access: Access, { _accessToken, ...fields }: ThingFields) {
    this.#access = access
    this.#accessToken = _accessToken as string | undefined
    this.fields = without(fields, ownFields)
    this.#own = fields
    this.#targets = new Targets(access, () => scopeOf('things', this.getThingID()), this)
  }

  getThingID(): string {
    return this.#own._thingID as string
  }

  getVendorThingID(): string | undefined {
    return this.#own._vendorThingID as string | undefined
  }

  /** The thing's own, right after it was registered. */
  getAccessToken(): string | undefined {
    return this.#accessToken
  }

  getCreated(): Date | undefined {
    return dateOf(this.#own._created)
  }

  getDisabled(): boolean | undefined {
    return this.#own._disabled as boolean | undefined
  }

  /** Is its MQTT connection open? undefined before the first one. */
  isOnline(): boolean | undefined {
    return this.#own._online as boolean | undefined
  }

  getOnlineStatusModifiedAt(): Date | undefined {
    return dateOf(this.#own._onlineStatusModifiedAt)
  }

  refresh(callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return runAction('refresh thing', this, callbacks, async () => {
      this.fields = await this.#read()
      return this
    })
  }

  /** Sends `fields`, over what the server has. */
  update(callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return runAction('update thing', this, callbacks, async () => {
      const body = { ...(await this.#read()), ...without(this.fields, ownFields) }
      await this.#access.send('PATCH', this.#path(), { type: 'ThingUpdateRequest', body })
      this.fields = body
      return this
    })
  }

  deleteThing(callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return runAction('delete thing', this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path())
      return this
    })
  }

  enable(callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return this.#setDisabled(false, callbacks)
  }

  disable(callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return this.#setDisabled(true, callbacks)
  }

  isOwner<Owner extends ThingOwner>(
    owner: Owner,
    callbacks?: ErrorCallbacks<[KiiThing, Owner, boolean]>,
  ): Promise<[thing: KiiThing, owner: Owner, isOwner: boolean]> {
    return runAction('check owner', this, callbacks, async () => {
      try {
        await this.#access.send('HEAD', `${this.#path()}/ownership/${ownerPath(owner)}`)
        return [this, owner, true]
      } catch (error) {
        if (error instanceof RequestFailure && error.status === 404) return [this, owner, false]
        throw error
      }
    })
  }

  registerOwner<Owner extends ThingOwner>(
    owner: Owner,
    callbacks?: ErrorCallbacks<[KiiThing, Owner]>,
  ): Promise<[thing: KiiThing, owner: Owner]> {
    return runAction('register owner', this, callbacks, async () => {
      await registerOwner(this.#access, this.getThingID(), owner)
      return [this, owner]
    })
  }

  /** Where the app wants the thing's password of whoever binds it. */
  registerOwnerWithPassword<Owner extends ThingOwner>(
    owner: Owner,
    password: string,
    callbacks?: ErrorCallbacks<[KiiThing, Owner]>,
  ): Promise<[thing: KiiThing, owner: Owner]> {
    return runAction('register owner', this, callbacks, async () => {
      await registerOwner(this.#access, this.getThingID(), owner, password)
      return [this, owner]
    })
  }

  unregisterOwner<Owner extends ThingOwner>(
    owner: Owner,
    callbacks?: ErrorCallbacks<[KiiThing, Owner]>,
  ): Promise<[thing: KiiThing, owner: Owner]> {
    return runAction('unregister owner', this, callbacks, async () => {
      await this.#access.send('DELETE', `${this.#path()}/ownership/${ownerPath(owner)}`)
      return [this, owner]
    })
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

  pushSubscription(): KiiPushSubscription<this> {
    return createPushSubscription(this.#access, this, () => `things/${encodeSegment(this.getThingID())}`)
  }

  #setDisabled(disabled: boolean, callbacks: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return runAction('update thing', this, callbacks, async () => {
      const request = { type: 'ThingStatusUpdateRequest', body: { disabled } }
      await this.#access.send('PUT', `${this.#path()}/status`, request)
      this.#own = { ...this.#own, _disabled: disabled }
      return this
    })
  }

  /** @returns the fields that apps set */
  async #read(): Promise<ThingFields> {
    const { _accessToken, ...fields } = (await this.#access.send('GET', this.#path())).body as ThingFields
    this.#own = fields
    return without(fields, ownFields)
  }

  #path(): string {
    return `/things/${encodeSegment(this.getThingID())}`
  }
}

/** A thing whose calls go out with the token it was made with: the thing's own, or an admin's. */
export class KiiThingWithToken extends KiiThing {
  readonly #fixed: Access

  constructor(access: Access, fields: ThingFields) {
    super(access, fields)
    this.#fixed = access
  }

  /** For the admin only. */
  updatePassword(password: string, callbacks?: ErrorCallbacks<KiiThing>): Promise<KiiThing> {
    return runAction('update thing', this, callbacks, async () => {
      const request = { type: 'ChangeThingPasswordRequest', body: { newPassword: password } }
      await this.#fixed.send('PUT', `/things/${encodeSegment(this.getThingID())}/password`, request)
      return this
    })
  }
}

/**
 * @param thing thingID or `VENDOR_THING_ID:…`
 * @param password the thing's, if the app wants it
 */
export async function registerOwner(
  access: Access,
  thing: string,
  owner: ThingOwner,
  password?: string,
): Promise<void> {
  const path = `/things/${encodeSegment(thing)}/ownership`
  if (password === undefined) {
    await access.send('PUT', `${path}/${ownerPath(owner)}`)
    return
  }
  const member = owner instanceof KiiGroup ? 'groupID' : 'userID'
  const body = { [member]: ownerID(owner), thingPassword: password }
  await access.send('POST', path, { type: 'ThingOwnershipRequest', body })
}

function ownerPath(owner: ThingOwner): string {
  const kind = owner instanceof KiiGroup ? 'group' : 'user'
  return `${kind}:${encodeSegment(ownerID(owner))}`
}

function ownerID(owner: ThingOwner): string {
  if (!(owner instanceof KiiUser) && !(owner instanceof KiiGroup))
    throw new InvalidArgumentException('the owner must be a KiiUser or a KiiGroup')
  const id = owner.getID()
  if (id === undefined) throw new IllegalStateException('the owner is not saved yet')
  return id
}

function without(fields: ThingFields, names: readonly string[]): ThingFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

function dateOf(milliseconds: unknown): Date | undefined {
  return typeof milliseconds === 'number' ? new Date(milliseconds) : undefined
}
