import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Broker, openPolicy } from '@pillion/broker'
import { waitUntil } from '@pillion/testkit'
import {
  addTarget,
  admin,
  appID,
  openInstallations,
  openPushStore,
  subscribe,
  thing,
  u1,
  u2,
} from '../delivery.fixture.ts'
import type { Target } from '../ports/target-store.ts'
import type { BucketEvent } from './bucket-events.ts'
import { Events } from './events.ts'
import { Sender } from './send.ts'

const created: BucketEvent = { type: 'DATA_OBJECT_CREATED', objectID: 'o1', modifiedAt: 5 }
const deleted: BucketEvent = { type: 'BUCKET_DELETED' }

async function open(test: TestContext, limits = { pushQueuePerAppMax: 2, pushQueueMax: 2 }) {
  const store = await openPushStore(test)
  const lines: string[] = []
  const log = { info: () => {}, warn: (fields: object) => void lines.push(JSON.stringify(fields)) }
  const sender = new Sender({ store, publisher: new Broker({ policy: openPolicy }), limits, log })
  test.after(() => sender.close())
  let now = 9
  const clock = (milliseconds: number) => {
    now += milliseconds
  }
  const events = new Events({ sender, log, now: () => now })
  const received: string[] = []
  sender.onDelivery(({ subject, payload }) => {
    const { type, sender: author, when } = JSON.parse(Buffer.from(payload).toString())
    received.push(`${subject} ${type} ${author} ${when}`)
  })
  const bucket = await addTarget(store, { kind: 'bucket', name: 'readings', scope: 'user:u1' })
  return { store, events, sender, received, lines, bucket, clock }
}

async function subscribeAll({
  store,
  bucket,
}: {
  store: Awaited<ReturnType<typeof openPushStore>>
  bucket: Target
}) {
  const { installations } = openInstallations(store)
  await installations.create(u1, () => ({ deviceType: 'MQTT', development: true }))
  await installations.create(thing, () => ({ deviceType: 'MQTT' }))
  await subscribe(store, bucket, 'user:u1', `thing:th.${appID}`, 'user:u2')
}

test('tells every subscriber, development and production alike, the author included (P 10.2)', async (t) => {
  const opened = await open(t)
  await subscribeAll(opened)
  await opened.events.publish(u1, opened.bucket, created)
  await opened.sender.close()
  assert.deepEqual(opened.received, [
    'user:u1 DATA_OBJECT_CREATED u1 9',
    `thing:th.${appID} DATA_OBJECT_CREATED u1 9`,
  ])
})

test('tells of a bucket’s end before its subscriptions go with it (P 10.2)', async (t) => {
  const opened = await open(t)
  // Pages of them come before those who are installed.
  for (let index = 0; index < 600; index++) await subscribe(opened.store, opened.bucket, `user:${index}`)
  await subscribeAll(opened)
  await opened.events.publish(u2, opened.bucket, created)
  await opened.events.publish(admin, opened.bucket, deleted)
  assert.equal(opened.received.length, 4, 'all receivers were read')
  await opened.store.targets.removeTarget(opened.bucket.key)
  await opened.sender.close()
  assert.deepEqual(opened.received.slice(2), [
    'user:u1 BUCKET_DELETED undefined 9',
    `thing:th.${appID} BUCKET_DELETED undefined 9`,
  ])
})

test('takes an event in without waiting until it is delivered', async (t) => {
  const opened = await open(t)
  await subscribeAll(opened)
  await Promise.all([1, 2].map(() => opened.events.publish(u1, opened.bucket, created)))
  assert.ok(opened.sender.waiting > 0)
  await opened.sender.close()
})

test('counts events for which there is no room, throws for none, and logs once a minute', async (t) => {
  const opened = await open(t, { pushQueuePerAppMax: 1, pushQueueMax: 1 })
  await subscribeAll(opened)
  const publish = () => opened.events.publish(u1, opened.bucket, created)
  await Promise.all([publish(), publish(), publish(), opened.events.publish(u1, opened.bucket, deleted)])
  assert.equal(opened.events.lost, 3)
  assert.equal(opened.lines.length, 1)
  const drained = () => waitUntil('the queue', () => opened.sender.waiting === 0)
  await drained()
  opened.clock(59_999)
  await Promise.all([publish(), publish()])
  assert.equal(opened.lines.length, 1)
  await drained()
  opened.clock(1)
  await Promise.all([publish(), publish()])
  assert.equal(opened.events.lost, 5)
  assert.equal(opened.lines.length, 2)
})

test('does not tell an author that a change failed which lasts, when only the event is lost', async (t) => {
  const opened = await open(t)
  const subscriptions = Object.create(opened.store.subscriptions)
  subscriptions.lastPosition = () => Promise.reject(new Error('away'))
  const sender = new Sender({
    store: { ...opened.store, subscriptions },
    publisher: new Broker({ policy: openPolicy }),
    limits: { pushQueuePerAppMax: 2, pushQueueMax: 2 },
    log: { info: () => {}, warn: () => {} },
  })
  const events = new Events({ sender, log: { info: () => {}, warn: () => {} } })
  await events.publish(u1, opened.bucket, deleted)
  assert.equal(events.lost, 1)
  await sender.close()
})
