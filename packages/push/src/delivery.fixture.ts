import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { Broker, type BrokerOptions } from '@pillion/broker'
import { type OpenStore, openSqlite } from '@pillion/store'
import { RawMqttClient } from '@pillion/testkit'
import { PushAccess } from './access.ts'
import type { EndpointOptions } from './installations/endpoint.ts'
import { Installations } from './installations/installations.ts'
import { defaultPushLimits } from './limits.ts'
import type { PushApp, StoredPushApp } from './ports/push-app-store.ts'
import type { PushStore } from './ports/push-store.ts'
import type { Target } from './ports/target-store.ts'
import type { ThingRecord } from './ports/thing-store.ts'
import type { Caller, Principal, Subject } from './principal.ts'
import type { ScopeKey } from './scopes.ts'

export const endpointKey = new Uint8Array(32).fill(7)
export const appID = 'k7demo01'
export const otherAppID = 'k7other1'

/** A database of its own with two apps, each with the users u1 and u2 and a thing; closed when the test is over. */
export async function openPushStore(test: TestContext): Promise<PushStore> {
  const opened: OpenStore = await openSqlite({ file: ':memory:' })
  test.after(() => opened.close())
  const { push } = opened
  for (const id of [appID, otherAppID]) {
    await push.apps.addApp(appOf(id))
    await addUsers(push, id, ['u1', 'u2'])
    await push.things.addThing(thingOf(id), { principalsMax: 1_000 })
  }
  return push
}

export async function addUsers(store: PushStore, app: string, userIDs: readonly string[]): Promise<void> {
  const adding = userIDs.map((userID) =>
    store.users.addUser(
      {
        appID: app,
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
        createdAt: 0,
        modifiedAt: 0,
      },
      { principalsMax: 1_000_000 },
    ),
  )
  await Promise.all(adding)
}

/** Its id tells the app, for things' ids are unique among all apps. */
export function thingOf(app: string): ThingRecord {
  return {
    appID: app,
    thingID: `th.${app}`,
    vendorThingID: 'lamp',
    fields: {},
    passwordHash: '',
    isDisabled: false,
    createdAt: 0,
    online: undefined,
  }
}

export function appOf(id: string): StoredPushApp {
  return {
    appID: id,
    appKey: `${id}key`,
    clientID: `${id}client`,
    clientSecretHash: new Uint8Array(32),
    replacedSecret: undefined,
    settings: {
      tokenSeconds: 2_147_483_647,
      hasRefreshTokens: false,
      exposesUsers: false,
      ownershipNeedsPassword: false,
    },
    isDisabled: false,
    createdAt: 0,
  }
}

export function callerOf(principal: Principal, app: PushApp = appOf(appID)): Caller {
  return { app, principal }
}

export const admin = callerOf({ kind: 'admin' })
export const anonymous = callerOf({ kind: 'anonymous' })
export const u1 = callerOf({ kind: 'user', id: 'u1' })
export const u2 = callerOf({ kind: 'user', id: 'u2' })
export const thing = callerOf({ kind: 'thing', id: `th.${appID}` })

/** A topic or bucket of the admin's that anybody signed in may use. */
export async function addTarget(
  store: PushStore,
  fields: Partial<Omit<Target, 'key' | 'scope'>> & { scope?: ScopeKey } = {},
): Promise<Target> {
  const added = await store.targets.addTarget(
    {
      appID,
      scope: '',
      kind: 'topic',
      name: 'news',
      creator: undefined,
      accessList: {
        SUBSCRIBE_TO_TOPIC: ['UserID:ANY_AUTHENTICATED_USER'],
        SEND_MESSAGE_TO_TOPIC: ['UserID:ANY_AUTHENTICATED_USER'],
      },
      createdAt: 0,
      ...fields,
    },
    { perScopeMax: 1_000 },
  )
  if (added.state === 'full') throw new Error('There is no room for another target.')
  return added.target
}

export async function subscribe(store: PushStore, target: Target, ...subjects: Subject[]): Promise<void> {
  const max = { perSubjectMax: 1_000_000 }
  const adding = subjects.map((subject) =>
    store.subscriptions.addSubscription({ target, subject, restsOnRight: false }, max),
  )
  await Promise.all(adding)
}

/** What `EndConnections` was called with, as `appID subject text`. */
export interface Endings {
  readonly told: string[]
}

export function openInstallations(
  store: PushStore,
  parts: {
    now?: () => number
    endpoint?: Partial<EndpointOptions>
    installationsMax?: number
    broker?: Broker
  } = {},
): { installations: Installations } & Endings {
  const { now, endpoint, installationsMax: pushInstallationsPerSubjectMax = 2, broker } = parts
  const told: string[] = []
  const installations = new Installations({
    store,
    endpointKey,
    endpoint,
    limits: { ...defaultPushLimits, pushInstallationsPerSubjectMax },
    now,
    ended: (app, subject, text) => {
      told.push(`${app} ${subject} ${text}`)
      broker?.disconnect(({ key }) => key === `push:${app}:${subject}`, 0x87, text)
    },
  })
  return { installations, told }
}

/** A broker for installations only, on a free loopback port; closed when the test is over. */
export async function serveBroker(
  test: TestContext,
  store: PushStore,
  options: { now?: () => number } & Partial<BrokerOptions> = {},
): Promise<{ broker: Broker; port: number }> {
  const { now, ...rest } = options
  const policy = new PushAccess({ store: store.installations, endpointKey, now })
  const broker = new Broker({ policy, ...rest })
  await broker.open()
  const server = createServer((socket) => broker.attachSocket(socket, 'mqtt'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(async () => {
    server.close()
    await broker.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return { broker, port: address.port }
}

/** A client that is connected as an installation and subscribed to its topic; gone when the test is over. */
export async function connectReceiver(
  test: TestContext,
  port: number,
  { username, password, mqttTopic }: { username: string; password: string; mqttTopic: string },
  protocolVersion: 3 | 4 | 5 = 5,
): Promise<RawMqttClient> {
  const client = await RawMqttClient.open({ port, protocolVersion })
  test.after(() => client.destroy())
  const connack = await client.connect({ clientId: mqttTopic, username, password: Buffer.from(password) })
  if (connack.reasonCode !== 0) throw new Error(`Refused: ${JSON.stringify(connack)}`)
  await subscribeTo(client, mqttTopic)
  return client
}

/** @returns the reason code */
export async function subscribeTo(client: RawMqttClient, topicFilter: string): Promise<number | undefined> {
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  client.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] })
  return (await client.receive('suback')).reasonCodes[0]
}

/** The JSON of the next message. */
export async function receiveJson(client: RawMqttClient): Promise<Record<string, unknown>> {
  const { payload } = await client.receive('publish')
  return JSON.parse(Buffer.from(payload).toString())
}
