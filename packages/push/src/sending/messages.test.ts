import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Broker, openPolicy } from '@pillion/broker'
import {
  addTarget,
  admin,
  anonymous,
  appID,
  appOf,
  callerOf,
  openInstallations,
  openPushStore,
  otherAppID,
  subscribe,
  thing,
  u1,
  u2,
} from '../delivery.fixture.ts'
import { defaultPushLimits } from '../limits.ts'
import type { Caller } from '../principal.ts'
import type { PushErrorCode } from '../push-error.ts'
import { Rights } from '../rights/rights.ts'
import { appScope, type Scope } from '../scopes.ts'
import { Topics } from '../targets/topics.ts'
import { Messages } from './messages.ts'
import { Sender } from './send.ts'

const log = { info: () => {}, warn: () => {} }
const hello = { data: { text: 'hello' }, mqtt: { enabled: true } }
const userScope: Scope = { kind: 'user', id: 'u1' }
const adminElsewhere = callerOf({ kind: 'admin' }, appOf(otherAppID))

/** `news`: for anybody of the app to send to; `own`: in the scope of u1, who alone may; u1 is subscribed to both, and installed. */
async function open(test: TestContext, limits = defaultPushLimits) {
  const store = await openPushStore(test)
  const rights = new Rights(store)
  const topics = new Topics({ store: store.targets, rights, limits })
  const sender = new Sender({ store, publisher: new Broker({ policy: openPolicy }), limits, log })
  test.after(() => sender.close())
  const messages = new Messages({ topics, rights, sender, limits, now: () => 1_763_719_384_112 })
  const received: Record<string, unknown>[] = []
  sender.onDelivery(({ payload }) => void received.push(JSON.parse(Buffer.from(payload).toString())))
  const news = await addTarget(store)
  await topics.create(u1, userScope, 'own')
  await openInstallations(store).installations.create(u1, () => ({ deviceType: 'MQTT' }))
  await subscribe(store, news, 'user:u1')
  return { store, messages, sender, received }
}

test('sends through a topic, and the sender gets it too if it is subscribed (P 8.3)', async (t) => {
  const { messages, sender, received } = await open(t)
  const ids = [
    await messages.toTopic(u1, appScope, 'news', () => hello),
    await messages.toTopic(thing, appScope, 'news', () => hello),
    await messages.toTopic(admin, appScope, 'news', () => hello),
  ]
  await sender.close()
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.equal(new Set(ids).size, 3)
  assert.deepEqual(
    received.map(({ senderURI }) => senderURI),
    ['kiicloud://users/u1', `kiicloud://things/th.${appID}`, 'kiicloud://admins/APP_ADMIN'],
  )
  assert.deepEqual(received[0], {
    text: 'hello',
    sender: 'u1',
    senderURI: 'kiicloud://users/u1',
    sourceURI: 'kiicloud://topics/news',
    topic: 'news',
    objectScopeType: 'APP',
    objectScopeAppID: appID,
    when: 1_763_719_384_112,
  })
})

test('sends directly what only one gets, for the admin (P 9)', async (t) => {
  const { messages, sender, received } = await open(t)
  await messages.toUser(admin, 'u1', () => hello)
  await messages.toThing(admin, `th.${appID}`, () => hello)
  await messages.toUser(adminElsewhere, 'u1', () => hello)
  await sender.close()
  assert.deepEqual(received, [
    { text: 'hello', sourceURI: 'kiicloud://users/u1', senderURI: 'kiicloud://admins/APP_ADMIN' },
  ])
})

// what | body
const forNobody: [string, object][] = [
  ['MQTT switched off', { mqtt: { enabled: false } }],
  ['only other channels', { gcm: { enabled: true }, data: { text: 'x' } }],
  ['a dry run', { mqtt: { enabled: true, dryRun: true } }],
  [
    'neither kind of installation',
    { mqtt: { enabled: true }, sendToDevelopment: false, sendToProduction: false },
  ],
  ['development only', { mqtt: { enabled: true }, sendToProduction: false }],
]

for (const [what, body] of forNobody) {
  test(`accepts a message that reaches nobody: ${what} (P 8.1)`, async (t) => {
    const { messages, sender, received } = await open(t)
    assert.notEqual(await messages.toTopic(u1, appScope, 'news', () => body), '')
    assert.notEqual(await messages.toUser(admin, 'u1', () => body), '')
    await sender.close()
    assert.deepEqual(received, [])
  })
}

const unread = () => assert.fail('the body was read')
type Send = (messages: Messages, body: () => unknown) => Promise<string>
const toTopic =
  (caller: Caller, scope: Scope, topicID: string): Send =>
  (messages, body) =>
    messages.toTopic(caller, scope, topicID, body)

// what | send | code
const refusals: [string, Send, PushErrorCode][] = [
  ['a topic that is not there', toTopic(u1, appScope, 'other'), 'TOPIC_NOT_FOUND'],
  ['a topic of another app', toTopic(adminElsewhere, appScope, 'news'), 'TOPIC_NOT_FOUND'],
  ['a topic of another scope', toTopic(admin, userScope, 'news'), 'TOPIC_NOT_FOUND'],
  ['a topic of another user', toTopic(u2, userScope, 'own'), 'UNAUTHORIZED'],
  ['nothing, in the scope of another user', toTopic(u2, userScope, 'other'), 'UNAUTHORIZED'],
  ['nobody at all', toTopic(anonymous, appScope, 'news'), 'UNAUTHORIZED'],
  ['a user for a user', (messages, body) => messages.toUser(u2, 'u1', body), 'UNAUTHORIZED'],
  ['a user for itself', (messages, body) => messages.toUser(u1, 'u1', body), 'UNAUTHORIZED'],
  ['a thing for itself', (messages, body) => messages.toThing(thing, `th.${appID}`, body), 'UNAUTHORIZED'],
  ['nobody for a thing', (messages, body) => messages.toThing(anonymous, 'x', body), 'UNAUTHORIZED'],
]

for (const [what, send, code] of refusals) {
  test(`refuses before it reads the body: ${what}, with ${code} (P 2.3, 2.4)`, async (t) => {
    const { messages } = await open(t)
    await assert.rejects(send(messages, unread), { code })
  })
}

test('tells a stranger who it was taken for (P 2.3)', async (t) => {
  const { messages } = await open(t)
  await assert.rejects(messages.toTopic(u2, userScope, 'own', unread), {
    details: { authenticatedAppID: appID, authenticatedPrincipalID: 'u2' },
  })
})

test('sends nothing of what is wrong or too large, a dry run included (P 8.2)', async (t) => {
  const { messages, sender, received } = await open(t)
  const large = { text: 'x'.repeat(4_096) }
  for (const body of [
    { data: { a: null }, mqtt: { enabled: true } },
    { data: large, mqtt: { enabled: true } },
    { mqtt: { enabled: true, dryRun: true, data: large } },
  ]) {
    await assert.rejects(
      messages.toTopic(u1, appScope, 'news', () => body),
      { code: 'INVALID_INPUT_DATA' },
    )
    await assert.rejects(
      messages.toUser(admin, 'u1', () => body),
      { code: 'INVALID_INPUT_DATA' },
    )
  }
  await messages.toTopic(u1, appScope, 'news', () => ({ data: large, mqtt: { enabled: false } }))
  await sender.close()
  assert.deepEqual(received, [])
})

test('says so when too much waits already (P 15)', async (t) => {
  const { messages } = await open(t, { ...defaultPushLimits, pushQueuePerAppMax: 2 })
  const sends = [1, 2, 3].map(() => messages.toTopic(u1, appScope, 'news', () => hello))
  const answers = await Promise.allSettled(sends)
  const last = answers[2]
  assert.ok(last?.status === 'rejected')
  assert.equal(last.reason.code, 'TEMPORARY_UNAVAILABLE_ERROR')
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
})
