import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrokerLog, Identity } from '@pillion/broker'
import { waitUntil } from '@pillion/testkit'
import {
  admin,
  appID,
  connectReceiver,
  openInstallations,
  openPushStore,
  otherAppID,
  serveBroker,
  thing,
  u1,
} from './delivery.fixture.ts'
import type { OnlineChange } from './ports/thing-store.ts'
import { ThingPresence } from './presence.ts'

const silent: BrokerLog = { info: () => {}, warn: () => {} }
const thingID = `th.${appID}`
const identityOf = (key: string): Identity => ({ key, role: 'installation', name: 'i' })
const lamp = identityOf(`push:${appID}:thing:${thingID}`)

/** Keeps what is written; `fails`: how often not. */
class Writes {
  readonly written: (readonly OnlineChange[])[] = []
  nodes: string[] = []
  fails = 0
  meanwhile = () => {}
  async setOnline(changes: readonly OnlineChange[], node: string): Promise<void> {
    this.meanwhile()
    if (this.fails-- > 0) throw new Error('away')
    this.written.push(changes)
    this.nodes.push(node)
  }
}

test('writes at most once a second, each thing as it is by then (P 4.3)', async () => {
  const store = new Writes()
  let now = 100
  const presence = new ThingPresence({ store, log: silent, now: () => now })
  presence.connected(lamp)
  now = 200
  presence.disconnected(lamp)
  presence.connected(identityOf(`push:${appID}:thing:th.2`))
  assert.deepEqual(store.written, [])
  assert.deepEqual(presence.of(thingID), { isOnline: false, modifiedAt: 200 })
  await waitUntil('the batch', () => store.written.length === 1)
  assert.deepEqual(store.written, [
    [
      { thingID, isOnline: false, at: 200 },
      { thingID: 'th.2', isOnline: true, at: 200 },
    ],
  ])
  assert.equal(presence.of(thingID), undefined, 'the store knows')
  await presence.close()
  assert.equal(store.written.length, 1)
})

test('is told of things only: users and others are not online or offline', async () => {
  const store = new Writes()
  const presence = new ThingPresence({ store, log: silent })
  for (const key of [`push:${appID}:user:th.1`, 'vehicle:thing:x', `account:push:${appID}:thing:th.1`])
    presence.connected(identityOf(key))
  await presence.close()
  assert.deepEqual(store.written, [])
})

test('writes again what a store that was away did not take, unless there is news', async () => {
  const store = new Writes()
  store.fails = 1
  const presence = new ThingPresence({ store, log: silent, now: () => 5 })
  presence.connected(lamp)
  presence.connected(identityOf(`push:${appID}:thing:th.2`))
  store.meanwhile = () => {
    assert.equal(presence.of('th.2')?.isOnline, true, 'known while it is being written')
    if (store.fails === 1) presence.disconnected(lamp)
  }
  await waitUntil('the batch', () => store.written.length === 1)
  const states = store.written[0]?.map(({ thingID: id, isOnline }) => [id, isOnline])
  assert.deepEqual(states, [
    [thingID, false],
    ['th.2', true],
  ])
  await presence.close()
})

test('writes what is pending when it closes, with the node it is', async () => {
  const store = new Writes()
  const presence = new ThingPresence({ store, node: 'n1', log: silent, now: () => 5 })
  presence.connected(lamp)
  await presence.close()
  assert.deepEqual(store.written, [[{ thingID, isOnline: true, at: 5 }]])
  assert.deepEqual(store.nodes, ['n1'])
})

test('follows the connection of a thing, and nothing else (P 13.1)', async (t) => {
  const store = await openPushStore(t)
  const presence = new ThingPresence({ store: store.things, log: silent })
  const { broker, port } = await serveBroker(t, store, { presence })
  const { installations } = openInstallations(store, { broker })
  const online = async (app: string) =>
    presence.of(`th.${app}`) ?? (await store.things.findThing(app, { thingID: `th.${app}` }))?.online
  assert.equal(await online(appID), undefined, 'neither before its first connection')
  const { installationID } = await installations.create(thing, () => ({ deviceType: 'MQTT' }))
  const ofUser = await installations.create(u1, () => ({ deviceType: 'MQTT' }))
  const endpoint = await installations.endpoint(thing, installationID)
  await connectReceiver(t, port, await installations.endpoint(u1, ofUser.installationID))
  await connectReceiver(t, port, endpoint)
  assert.equal((await online(appID))?.isOnline, true)
  // A second connection takes over; the first one's end does not count.
  const second = await connectReceiver(t, port, endpoint)
  await wait(20)
  assert.equal((await online(appID))?.isOnline, true)
  second.destroy()
  await waitUntil('offline', () => presence.of(thingID)?.isOnline === false)
  await presence.close()
  assert.equal((await store.things.findThing(appID, { thingID }))?.online?.isOnline, false)
  assert.equal(await online(otherAppID), undefined)
  await installations.remove(admin, installationID)
})
