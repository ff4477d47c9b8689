import { Access, encodeSegment } from './access.ts'
import type { App } from './app.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { type KiiThing, registerOwner, type ThingFields, type ThingOwner } from './thing.ts'

/** The static methods of `KiiThing` in one namespace (P 14.5). */
export function createThingCalls(app: App) {
  const access = new Access(app)
  const create = (fields: ThingFields) => new app.classes.KiiThing(access, fields)
  return {
    /** @param fields `_vendorThingID`, `_password`, and whatever else is to be known of it */
    register: (fields: ThingFields, callbacks?: ErrorCallbacks<KiiThing>) =>
      registerThing(access, create, fields, callbacks),

    loadWithThingID: (thingID: string, callbacks?: ErrorCallbacks<KiiThing>) =>
      loadThing(access, create, thingID, callbacks),

    loadWithVendorThingID: (vendorThingID: string, callbacks?: ErrorCallbacks<KiiThing>) =>
      loadThing(access, create, vendorPath(vendorThingID), callbacks),

    /** Not loaded. @throws InvalidArgumentException */
    thingWithID: (thingID: string) => create({ _thingID: checkThing(thingID) }),

    ...createOwnerCalls(access),
  }
}

/** The things of an admin; they go on using its token. */
export function createAdminThingCalls(access: Access) {
  const create = (fields: ThingFields) => new access.app.classes.KiiThingWithToken(access, fields)
  return {
    registerThing: (fields: ThingFields, callbacks?: ErrorCallbacks<KiiThing>) =>
      registerThing(access, create, fields, callbacks),

    loadThingWithThingID: (thingID: string, callbacks?: ErrorCallbacks<KiiThing>) =>
      loadThing(access, create, thingID, callbacks),

    loadThingWithVendorThingID: (vendorThingID: string, callbacks?: ErrorCallbacks<KiiThing>) =>
      loadThing(access, create, vendorPath(vendorThingID), callbacks),

    /** Not loaded. @throws InvalidArgumentException */
    thingWithID: (thingID: string) => create({ _thingID: checkThing(thingID) }),

    ...createOwnerCalls(access),
  }
}

function createOwnerCalls(access: Access) {
  const bind = <Owner extends ThingOwner>(
    thing: string,
    owner: Owner,
    callbacks: ErrorCallbacks<[Owner]>,
  ): Promise<[owner: Owner]> =>
    runAction('register owner', undefined, callbacks, async () => {
      await registerOwner(access, checkThing(thing), owner)
      return [owner]
    })
  const bindWithPassword = <Owner extends ThingOwner>(
    thing: string,
    owner: Owner,
    password: string,
    callbacks: ErrorCallbacks<Owner>,
  ): Promise<Owner> =>
    runAction('register owner', undefined, callbacks, async () => {
      await registerOwner(access, checkThing(thing), owner, password)
      return owner
    })

  return {
    registerOwnerWithThingID: <Owner extends ThingOwner>(
      thingID: string,
      owner: Owner,
      callbacks?: ErrorCallbacks<[Owner]>,
    ) => bind(thingID, owner, callbacks),

    registerOwnerWithVendorThingID: <Owner extends ThingOwner>(
      vendorThingID: string,
      owner: Owner,
      callbacks?: ErrorCallbacks<[Owner]>,
    ) => bind(vendorPath(vendorThingID), owner, callbacks),

    registerOwnerWithThingIDAndPassword: <Owner extends ThingOwner>(
      thingID: string,
      owner: Owner,
      password: string,
      callbacks?: ErrorCallbacks<Owner>,
    ) => bindWithPassword(thingID, owner, password, callbacks),

    registerOwnerWithVendorThingIDAndPassword: <Owner extends ThingOwner>(
      vendorThingID: string,
      owner: Owner,
      password: string,
      callbacks?: ErrorCallbacks<Owner>,
    ) => bindWithPassword(vendorPath(vendorThingID), owner, password, callbacks),
  }
}

function registerThing(
  access: Access,
  create: (fields: ThingFields) => KiiThing,
  fields: ThingFields,
  callbacks: ErrorCallbacks<KiiThing>,
): Promise<KiiThing> {
  return runAction('register thing', undefined, callbacks, async () => {
    checkThing(fields?._vendorThingID)
    const type = 'ThingRegistrationAndAuthorizationRequest'
    // The admin's token is left out as well: it is not needed.
    const { body } = await access.send('POST', '/things', { type, body: fields, isAnonymous: true })
    return create(body as ThingFields)
  })
}

function loadThing(
  access: Access,
  create: (fields: ThingFields) => KiiThing,
  thing: string,
  callbacks: ErrorCallbacks<KiiThing>,
): Promise<KiiThing> {
  return runAction('load thing', undefined, callbacks, async () => {
    const { body } = await access.send('GET', `/things/${encodeSegment(checkThing(thing))}`)
    return create(body as ThingFields)
  })
}

function vendorPath(vendorThingID: string): string {
  return vendorThingID ? `VENDOR_THING_ID:${vendorThingID}` : ''
}

function checkThing(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id
  throw new InvalidArgumentException('the ID of the thing must be a string that is not empty')
}
