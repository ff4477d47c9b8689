import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Broker, type BrokerLog, openPolicy, type Publisher } from '@pillion/broker'
import {
  addTarget,
  addUsers,
  appID,
  callerOf,
  connectReceiver,
  openInstallations,
  openPushStore,
  otherAppID,
  receiveJson,
  serveBroker,
  subscribe,
  u1,
  u2,
} from '../delivery.fixture.ts'
import { defaultPushLimits } from '../limits.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Target } from '../ports/target-store.ts'
import { subjectOf } from '../principal.ts'
import type { Audience } from './audience.ts'
import { type Delivery, Sender, type SenderOptions } from './send.ts'

const silent: BrokerLog = { info: () => {}, warn: () => {} }
/** Nobody is connected: it takes everything, and reaches no one. */
const emptyBroker = new Broker({ policy: openPolicy })
const app = { appID }
const otherApp = { appID: otherAppID }
const payload = Buffer.from('{}')

function openSender(test: TestContext, store: PushStore, options: Partial<SenderOptions> = {}) {
  const sender = new Sender({
    store,
    publisher: emptyBroker,
    limits: defaultPushLimits,
    log: silent,
    ...options,
  })
  test.after(() => sender.close())
  const deliveries: Delivery[] = []
  sender.onDelivery((delivery) => void deliveries.push(delivery))
  return { sender, deliveries }
}

const subscribersOf = ({ key }: Target): Audience => ({
  kind: 'subscribers',
  targetKey: key,
  development: true,
  production: true,
})

/** A topic with so many users who are subscribed and installed. */
async function addCrowd(
  store: PushStore,
  count: number,
  fields: Parameters<typeof addTarget>[1] = {},
): Promise<Target> {
  const target = await addTarget(store, fields)
  const { installations } = openInstallations(store)
  const userIDs = Array.from({ length: count }, (_, index) => `crowd-${index}`)
  await addUsers(store, target.appID, userIDs)
  const installing = userIDs.map((id) => {
    const caller = { ...callerOf({ kind: 'user', id }), app: { ...u1.app, appID: target.appID } }
    return installations.create(caller, () => ({ deviceType: 'MQTT' }))
  })
  await Promise.all(installing)
  await subscribe(store, target, ...userIDs.map((id) => `user:${id}` as const))
  return target
}

test('hands a payload to the connection of each installation, and says where it went (P 8.3)', async (t) => {
  const store = await openPushStore(t)
  const { broker, port } = await serveBroker(t, store)
  const { sender, deliveries } = openSender(t, store, { publisher: broker, now: () => 77 })
  const { installations } = openInstallations(store)
  const topic = await addTarget(store)
  await subscribe(store, topic, 'user:u1', 'user:u2')
  const [here, away] = [
    await installations.create(u1, () => ({ deviceType: 'MQTT' })),
    await installations.create(u2, () => ({ deviceType: 'MQTT' })),
  ]
  const client = await connectReceiver(t, port, await installations.endpoint(u1, here.installationID))
  const { done } = await sender.enqueue(app, subscribersOf(topic), Buffer.from('{"a":"é"}'))
  assert.deepEqual(await receiveJson(client), { a: 'é' })
  await done
  assert.deepEqual(
    deliveries.map(({ payload: bytes, ...rest }) => ({ ...rest, text: Buffer.from(bytes).toString() })),
    [
      {
        at: 77,
        appID,
        subject: 'user:u1',
        installationID: here.installationID,
        connections: 1,
        text: '{"a":"é"}',
      },
      {
        at: 77,
        appID,
        subject: 'user:u2',
        installationID: away.installationID,
        connections: 0,
        text: '{"a":"é"}',
      },
    ],
  )
  assert.equal(deliveries[0]?.payload, deliveries[1]?.payload, 'made once for all')
  assert.deepEqual(sender.counters(), { accepted: 1, refused: 0, failed: 0, delivered: 1, not_connected: 1 })
})

// development? | the flags | reached?
const kinds: [boolean, Pick<Audience, 'development' | 'production'>, boolean][] = [
  [false, { development: true, production: true }, true],
  [false, { development: false, production: true }, true],
  [false, { development: true, production: false }, false],
  [true, { development: true, production: true }, true],
  [true, { development: true, production: false }, true],
  [true, { development: false, production: true }, false],
  [true, { development: false, production: false }, false],
]

for (const [development, flags, isReached] of kinds) {
  const what = development ? 'development' : 'production'
  test(`${isReached ? 'reaches' : 'passes over'} a ${what} installation with ${JSON.stringify(flags)} (P 8.1)`, async (t) => {
    const store = await openPushStore(t)
    const { sender, deliveries } = openSender(t, store)
    const topic = await addTarget(store)
    await subscribe(store, topic, 'user:u1')
    await openInstallations(store).installations.create(u1, () => ({ deviceType: 'MQTT', development }))
    for (const whom of [
      { kind: 'subscribers', targetKey: topic.key },
      { kind: 'subject', subject: 'user:u1' },
    ] as const) {
      const { done } = await sender.enqueue(app, { ...whom, ...flags }, payload)
      await done
    }
    assert.equal(deliveries.length, isReached ? 2 : 0)
  })
}

test('a direct push reaches the one, in its app, by MQTT only (P 9)', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const { installations } = openInstallations(store)
  const elsewhere = callerOf({ kind: 'user', id: 'u1' }, { ...u1.app, appID: otherAppID })
  for (const caller of [u1, u2, elsewhere]) await installations.create(caller, () => ({ deviceType: 'MQTT' }))
  await installations.create(u1, () => ({ deviceType: 'ANDROID', installationRegistrationID: 'a' }))
  const audience: Audience = { kind: 'subject', subject: 'user:u1', development: true, production: true }
  await (await sender.enqueue(app, audience, payload)).done
  assert.deepEqual(
    deliveries.map((delivery) => `${delivery.appID} ${delivery.subject}`),
    [`${appID} user:u1`],
  )
})

test('sends in the order of acceptance, whether or not anybody waits for the answers (P 8.3)', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addCrowd(store, 300)
  const direct: Audience = { kind: 'subject', subject: 'user:crowd-0', development: true, production: true }
  const accepted = Array.from({ length: 40 }, (_, index) =>
    sender.enqueue(app, index % 3 === 0 ? direct : subscribersOf(topic), Buffer.from(String(index))),
  )
  for (const { done } of await Promise.all(accepted)) await done
  const received = deliveries
    .filter(({ subject }) => subject === 'user:crowd-0')
    .map((delivery) => Number(Buffer.from(delivery.payload)))
  assert.deepEqual(
    received,
    Array.from({ length: 40 }, (_, index) => index),
  )
})

test('reaches everybody once, over many pages, and nobody who came after it was accepted (P 8.3)', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addCrowd(store, 6_000)
  const { installations } = openInstallations(store)
  for (const caller of [u1, u2]) await installations.create(caller, () => ({ deviceType: 'MQTT' }))
  const { done } = await sender.enqueue(app, subscribersOf(topic), payload)
  const first = subjectOf({ kind: 'user', id: 'crowd-0' }) ?? 'user:'
  // One comes, and one who has it already goes and comes back, behind those who are still to get it.
  await subscribe(store, topic, 'user:u1')
  await store.subscriptions.removeSubscription(topic.key, first)
  await subscribe(store, topic, first)
  assert.equal(sender.waiting, 1, 'the message is still on its way')
  await done
  const subjects = deliveries.map(({ subject }) => subject)
  assert.equal(new Set(subjects).size, subjects.length, 'nobody twice')
  assert.equal(subjects.length, 6_000)
  assert.ok(!subjects.includes('user:u1'))
})

test('the answer does not wait for delivery', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addCrowd(store, 1_100)
  const { done } = await sender.enqueue(app, subscribersOf(topic), payload)
  assert.ok(deliveries.length < 1_100, `${deliveries.length}`)
  await done
  assert.equal(deliveries.length, 1_100)
})

test('apps take turns: a crowd in one does not hold up another', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const [crowd, few] = [await addCrowd(store, 1_100), await addCrowd(store, 1, { appID: otherAppID })]
  const large = await sender.enqueue(app, subscribersOf(crowd), payload)
  const small = await sender.enqueue(otherApp, subscribersOf(few), payload)
  await small.done
  assert.equal(sender.waiting, 1)
  assert.ok(deliveries.length < 1_100, `${deliveries.length}`)
  await large.done
})

test('a message for nobody is done at once', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addTarget(store)
  await (await sender.enqueue(app, subscribersOf(topic), payload)).done
  await (await sender.enqueue(app, subscribersOf({ ...topic, key: 9_999 }), payload)).done
  assert.deepEqual([deliveries.length, sender.waiting, sender.counters().accepted], [0, 0, 2])
})

test('takes as many as may wait, of one app and of all, and one again when one has gone', async (t) => {
  const store = await openPushStore(t)
  const limits = { pushQueuePerAppMax: 3, pushQueueMax: 4 }
  const { sender } = openSender(t, store, { limits })
  const topic = await addCrowd(store, 1)
  const send = (to: { appID: string }) => sender.enqueue(to, subscribersOf(topic), payload)
  const isFull = { code: 'TEMPORARY_UNAVAILABLE_ERROR', retryAfterSeconds: 1 }
  const accepted = [send(app), send(app), send(app)]
  await assert.rejects(send(app), isFull)
  const others = [...accepted, send(otherApp)]
  await assert.rejects(send({ appID: 'third' }), isFull)
  await Promise.all(others.map(async (each) => (await each).done))
  await (await send(app)).done
  assert.partialDeepStrictEqual(sender.counters(), { accepted: 5, refused: 2, failed: 0 })
})

/** The real store, whose pages fail so many times. */
function failing(store: PushStore, failures: number): Pick<PushStore, 'subscriptions' | 'installations'> {
  let left = failures
  const subscriptions = Object.create(store.subscriptions) as PushStore['subscriptions']
  subscriptions.pageReceivers = (...page) =>
    left-- > 0 ? Promise.reject(new Error('away')) : store.subscriptions.pageReceivers(...page)
  subscriptions.lastPosition = (key) => store.subscriptions.lastPosition(key)
  return { subscriptions, installations: store.installations }
}

test('asks a store that fails three times more, and nobody gets anything twice for it', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store, { store: failing(store, 3) })
  const topic = await addCrowd(store, 300)
  await (await sender.enqueue(app, subscribersOf(topic), payload)).done
  assert.equal(deliveries.length, 300)
  assert.equal(sender.counters().failed, 0)
})

test('gives up a message after that, counts and logs it, and goes on with the next', async (t) => {
  const store = await openPushStore(t)
  const lines: object[] = []
  const log: BrokerLog = { info: () => {}, warn: (fields) => void lines.push(fields) }
  const { sender, deliveries } = openSender(t, store, { store: failing(store, 4), log })
  const topic = await addCrowd(store, 1)
  const [first, second] = [
    sender.enqueue(app, subscribersOf(topic), Buffer.from('1')),
    sender.enqueue(app, subscribersOf(topic), Buffer.from('2')),
  ]
  await (await first).done
  await (await second).done
  assert.deepEqual(
    deliveries.map((delivery) => Buffer.from(delivery.payload).toString()),
    ['2'],
  )
  assert.partialDeepStrictEqual(sender.counters(), { accepted: 2, failed: 1, not_connected: 1 })
  assert.deepEqual(lines, [{ appID, error: 'Error: away' }])
})

test('does not accept what it cannot place among the subscriptions, and does not stop for it', async (t) => {
  const store = await openPushStore(t)
  const topic = await addCrowd(store, 1)
  const broken = failing(store, 0)
  let fails = true
  broken.subscriptions.lastPosition = (key) =>
    fails ? Promise.reject(new Error('away')) : store.subscriptions.lastPosition(key)
  const { sender, deliveries } = openSender(t, store, { store: broken })
  await assert.rejects(sender.enqueue(app, subscribersOf(topic), payload), /away/)
  fails = false
  await (await sender.enqueue(app, subscribersOf(topic), payload)).done
  assert.equal(deliveries.length, 1)
  assert.partialDeepStrictEqual(sender.counters(), { accepted: 1, failed: 0 })
})

test('lets others run while it sends, however slow a receiver is to be handed something', async (t) => {
  const store = await openPushStore(t)
  const slow: Publisher = {
    publish: () => {
      const end = performance.now() + 1
      while (performance.now() < end);
      return 0
    },
  }
  const { sender } = openSender(t, store, { publisher: slow })
  const topic = await addCrowd(store, 200)
  let turns = 0
  const count = () => {
    turns++
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  const { done } = await sender.enqueue(app, subscribersOf(topic), payload)
  await done
  clearImmediate(counting)
  // 200 ms of work in pieces of some 5 ms.
  assert.ok(turns >= 20, `${turns}`)
})

test('a listener that fails costs nobody a message, and one that has ended hears nothing', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addCrowd(store, 3)
  let heard = 0
  const end = sender.onDelivery(() => {
    heard++
    throw new Error('a listener’s bug')
  })
  await (await sender.enqueue(app, subscribersOf(topic), payload)).done
  end()
  await (await sender.enqueue(app, subscribersOf(topic), payload)).done
  assert.deepEqual([heard, deliveries.length, sender.counters().failed], [3, 6, 0])
})

test('sends what waits before it closes, and takes nothing more', async (t) => {
  const store = await openPushStore(t)
  const { sender, deliveries } = openSender(t, store)
  const topic = await addCrowd(store, 300)
  await sender.enqueue(app, subscribersOf(topic), payload)
  await sender.close()
  assert.equal(deliveries.length, 300)
  await assert.rejects(sender.enqueue(app, subscribersOf(topic), payload), {
    code: 'TEMPORARY_UNAVAILABLE_ERROR',
  })
  await sender.close()
  assert.equal(sender.counters().failed, 0)
})

test('counts what it cannot send before its time is over, and sends nothing afterwards', async (t) => {
  const store = await openPushStore(t)
  const broken = failing(store, 1)
  const { sender, deliveries } = openSender(t, store, { store: broken })
  const topic = await addCrowd(store, 1)
  const sent = [1, 2].map(() => sender.enqueue(app, subscribersOf(topic), payload))
  const [first, second] = await Promise.all(sent)
  await sender.close(10)
  await Promise.all([first?.done, second?.done])
  assert.partialDeepStrictEqual(sender.counters(), { accepted: 2, failed: 2 })
  await wait(100)
  assert.deepEqual([deliveries.length, sender.waiting], [0, 0])
})
