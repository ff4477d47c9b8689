import type { GroupRecord } from './group-store.ts'
import type { InstallationRecord } from './installation-store.ts'
import type { ObjectRecord } from './object-store.ts'
import type { StoredPushApp } from './push-app-store.ts'
import type { PushStore } from './push-store.ts'
import type { Target } from './target-store.ts'
import type { ThingRecord } from './thing-store.ts'
import type { StoredToken } from './token-store.ts'
import type { UserRecord } from './user-store.ts'

/** Gives an empty store. */
export type OpenPushStore = () => Promise<{ readonly store: PushStore; close(): Promise<void> }>

/** Nothing of one is ever reached from the other. */
export const appID = 'k7demo01'
export const otherAppID = 'k7other2'

/** Those two apps, and nothing in them. */
export async function openWithApps(open: OpenPushStore): Promise<PushStore & AsyncDisposable> {
  const { store, close } = await open()
  await store.apps.addApp(pushApp())
  await store.apps.addApp(pushApp({ appID: otherAppID, clientID: 'other-client' }))
  const { apps, tokens, users, things, owners, groups, targets, subscriptions, objects } = store
  return {
    ...{ apps, tokens, users, things, owners, groups, targets, subscriptions, objects },
    installations: store.installations,
    directory: store.directory,
    [Symbol.asyncDispose]: close,
  }
}

/** 32 bytes, as a hash has. */
export const hash = (fill: number) => new Uint8Array(32).fill(fill)

export function pushApp(more: Partial<StoredPushApp> = {}): StoredPushApp {
  const settings = {
    tokenSeconds: 2_147_483_647,
    hasRefreshTokens: false,
    exposesUsers: false,
    ownershipNeedsPassword: true,
  }
  return {
    appID,
    appKey: 'key',
    clientID: 'client',
    clientSecretHash: hash(1),
    replacedSecret: undefined,
    settings,
    isDisabled: false,
    createdAt: Date.UTC(2026, 0, 1),
    ...more,
  }
}

export function user(userID: string, more: Partial<UserRecord> = {}): Omit<UserRecord, 'number'> {
  return {
    appID,
    userID,
    loginName: undefined,
    emailAddress: undefined,
    phoneNumber: undefined,
    displayName: undefined,
    country: undefined,
    locale: undefined,
    fields: {},
    passwordHash: undefined,
    isDisabled: false,
    createdAt: Date.UTC(2026, 0, 2),
    modifiedAt: Date.UTC(2026, 0, 3),
    ...more,
  }
}

export function thing(thingID: string, more: Partial<ThingRecord> = {}): ThingRecord {
  return {
    appID,
    thingID,
    vendorThingID: `vendor.${thingID}`,
    fields: {},
    passwordHash: 'scrypt',
    isDisabled: false,
    createdAt: Date.UTC(2026, 0, 2),
    online: undefined,
    ...more,
  }
}

export function group(groupID: string, more: Partial<GroupRecord> = {}): GroupRecord {
  return {
    appID,
    groupID,
    key: `key of ${groupID}`,
    name: groupID,
    owner: undefined,
    createdAt: 1,
    modifiedAt: 2,
    ...more,
  }
}

export function token(fill: number, more: Partial<StoredToken> = {}): StoredToken {
  return {
    hash: hash(fill),
    appID,
    principal: { kind: 'admin' },
    expiresAt: undefined,
    refreshHash: undefined,
    createdAt: fill,
    ...more,
  }
}

export function target(name: string, more: Partial<Target> = {}): Omit<Target, 'key'> {
  const base = { appID, scope: '', kind: 'topic', creator: undefined, accessList: {}, createdAt: 1 } as const
  return { ...base, name, ...more }
}

export async function addTarget(store: PushStore, wanted: Omit<Target, 'key'>): Promise<Target> {
  const added = await store.targets.addTarget(wanted, { perScopeMax: 1_000_000 })
  if (added.state !== 'added') throw new Error(added.state)
  return added.target
}

export function object(objectID: string, more: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    objectID,
    fields: {},
    dataType: undefined,
    creator: undefined,
    version: 1,
    createdAt: 1,
    modifiedAt: 2,
    accessList: {},
    ...more,
  }
}

/** Of type MQTT, with an endpoint, if nothing else is said. */
export function installation(
  installationID: string,
  more: Partial<InstallationRecord> = {},
): InstallationRecord {
  return {
    appID,
    installationID,
    registrationID: `registration-${installationID}`,
    deviceType: 'MQTT',
    isDevelopment: false,
    subject: 'user:mia',
    endpoint: { mqttTopic: `topic-${installationID}`, readyAt: 5, expiresAt: undefined },
    createdAt: 1,
    ...more,
  }
}
