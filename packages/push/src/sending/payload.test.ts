import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../principal.ts'
import type { ScopeKey } from '../scopes.ts'
import type { BucketEvent } from './bucket-events.ts'
import { readMessage } from './message.ts'
import { buildDirectPayload, buildEventPayload, buildTopicPayload } from './payload.ts'

const mqtt = { enabled: true }
const appID = 'k7demo01'
const when = 1_763_719_384_112
const user: Principal = { kind: 'user', id: '2f7a41c0' }
const fromUser = { sender: '2f7a41c0', senderURI: 'kiicloud://users/2f7a41c0' }
const ofUser = {
  objectScopeType: 'APP_AND_USER',
  objectScopeAppID: appID,
  objectScopeUserID: 'u1',
}
const sourceURI = 'kiicloud://users/u1/topics/news'

function topicPayload(body: object, sender = user, scope: ScopeKey = 'user:u1'): unknown {
  const message = readMessage({ mqtt, ...body })
  return read(buildTopicPayload(message, { appID, scope, name: 'news' }, sender, when, 4_096))
}

const read = (payload: Uint8Array): unknown => JSON.parse(Buffer.from(payload).toString())

test('builds the example of the contract (P 12.1)', () => {
  const message = readMessage({
    data: { text: 'Ferry 3 is late', minutes: 20 },
    mqtt: { enabled: true, data: { minutes: 25 } },
    gcm: { enabled: false },
    apns: { enabled: false },
    pushMessageType: 'delay',
  })
  const topic = { appID, scope: 'group:q8w2harbour', name: 'timetable' } as const
  assert.deepEqual(read(buildTopicPayload(message, topic, user, when, 4_096)), {
    text: 'Ferry 3 is late',
    minutes: 25,
    type: 'delay',
    sender: '2f7a41c0',
    senderURI: 'kiicloud://users/2f7a41c0',
    sourceURI: 'kiicloud://groups/q8w2harbour/topics/timetable',
    topic: 'timetable',
    objectScopeType: 'APP_AND_GROUP',
    objectScopeAppID: appID,
    objectScopeGroupID: 'q8w2harbour',
    when,
  })
})

const full = { ...fromUser, sourceURI, topic: 'news', ...ofUser, when }
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(full).filter(([name]) => !names.includes(name)))

// flags | payload
const flags: [object, object][] = [
  [{}, full],
  [{ sendAppID: true }, { ...full, appID }],
  [{ sendSender: false }, without('sender', 'senderURI')],
  [{ sendWhen: false }, without('when')],
  [{ sendWhen: true }, full],
  [{ sendOrigin: true }, { ...full, origin: 'EXPLICIT' }],
  [{ sendObjectScope: false }, without('objectScopeType', 'objectScopeAppID', 'objectScopeUserID')],
  [{ sendTopicID: false }, without('topic')],
  [{ pushMessageType: 'delay' }, { ...full, type: 'delay' }],
  [{ sendSender: false, sendWhen: false, sendObjectScope: false, sendTopicID: false }, { sourceURI }],
]

for (const [body, expected] of flags) {
  test(`sends ${JSON.stringify(body)} with what it switches (P 8.1, 12.1)`, () => {
    assert.deepEqual(topicPayload(body), expected)
  })
}

// scope | its URI | its members
const scopes: [ScopeKey, string, object][] = [
  ['', 'kiicloud://topics/news', { objectScopeType: 'APP' }],
  ['user:u', 'kiicloud://users/u/topics/news', { objectScopeType: 'APP_AND_USER', objectScopeUserID: 'u' }],
  [
    'group:g',
    'kiicloud://groups/g/topics/news',
    { objectScopeType: 'APP_AND_GROUP', objectScopeGroupID: 'g' },
  ],
  [
    'thing:th.1',
    'kiicloud://things/th.1/topics/news',
    { objectScopeType: 'APP_AND_THING', objectScopeThingID: 'th.1' },
  ],
]

for (const [scope, uri, members] of scopes) {
  test(`names the scope '${scope}' by its plain id (P 7.1)`, () => {
    const expected = { ...fromUser, sourceURI: uri, topic: 'news', ...members, objectScopeAppID: appID, when }
    assert.deepEqual(topicPayload({}, user, scope), expected)
  })
}

// sender | its members
const senders: [Principal, object][] = [
  [
    { kind: 'thing', id: 'th.1' },
    { sender: 'th.1', senderURI: 'kiicloud://things/th.1' },
  ],
  [{ kind: 'admin' }, { senderURI: 'kiicloud://admins/APP_ADMIN' }],
  [{ kind: 'anonymous' }, {}],
]

for (const [sender, members] of senders) {
  test(`names the ${sender.kind} as sender as the contract does (P 12.1)`, () => {
    const expected = { ...without('sender', 'senderURI'), ...members }
    assert.deepEqual(topicPayload({}, sender), expected)
  })
}

test('lets no key of the app hide what the server says, and shields no name of what is switched off (P 12.5)', () => {
  const data = Object.fromEntries(
    [...Object.keys(full), 'appID', 'origin', 'type'].map((name) => [name, 'app']),
  )
  assert.deepEqual(topicPayload({ data, pushMessageType: 'delay', sendTopicID: false, sendAppID: true }), {
    ...full,
    topic: 'app',
    appID,
    origin: 'app',
    type: 'delay',
  })
})

const receiver = 'user:u1'
const directPayload = (body: object) =>
  read(buildDirectPayload(readMessage({ mqtt, ...body }), { appID, receiver }, when, 4_096))
const direct = { sourceURI: 'kiicloud://users/u1', senderURI: 'kiicloud://admins/APP_ADMIN' }

// flags | payload
const directFlags: [object, object][] = [
  [
    { data: { text: 'Your locker is open', locker: 12 } },
    { text: 'Your locker is open', locker: 12, ...direct },
  ],
  [
    { sendAppID: true, sendOrigin: true, sendWhen: true, pushMessageType: 't' },
    { ...direct, appID, origin: 'EXPLICIT', when, type: 't' },
  ],
  [{ sendSender: false, sendObjectScope: true, sendTopicID: true }, direct],
  [{ data: { senderURI: 'app', topic: 'app', when: 'app' } }, { ...direct, topic: 'app', when: 'app' }],
]

for (const [body, expected] of directFlags) {
  test(`sends ${JSON.stringify(body)} directly with what has an effect there (P 9, 12.3)`, () => {
    assert.deepEqual(directPayload(body), expected)
  })
}

test('names a thing as the source of what it gets directly (P 12.3)', () => {
  const payload = buildDirectPayload(readMessage({ mqtt }), { appID, receiver: 'thing:th.1' }, when, 4_096)
  assert.deepEqual(read(payload), { ...direct, sourceURI: 'kiicloud://things/th.1' })
})

const bucketMembers = {
  origin: 'EVENT',
  appID,
  objectScopeType: 'APP_AND_THING',
  objectScopeAppID: appID,
  objectScopeThingID: 'th.1',
  bucketID: 'readings',
  bucketType: 'rw',
  sender: 'th.1',
  when,
}
const bucketUri = 'kiicloud://things/th.1/buckets/readings'
const objectMembers = { objectID: 'o1', sourceURI: `${bucketUri}/objects/o1` }

// event | members of its own
const events: [BucketEvent, object][] = [
  [
    { type: 'DATA_OBJECT_CREATED', objectID: 'o1', modifiedAt: 5 },
    { ...objectMembers, modifiedAt: 5 },
  ],
  [
    { type: 'DATA_OBJECT_UPDATED', objectID: 'o1', modifiedAt: 6 },
    { ...objectMembers, modifiedAt: 6 },
  ],
  [{ type: 'DATA_OBJECT_DELETED', objectID: 'o1' }, objectMembers],
  [{ type: 'DATA_OBJECT_ACL_MODIFIED', objectID: 'o1' }, objectMembers],
  [{ type: 'BUCKET_DELETED' }, { sourceURI: bucketUri }],
]
const bucket = { appID, scope: 'thing:th.1', name: 'readings' } as const

for (const [event, members] of events) {
  test(`tells of ${event.type} without anything of the object (P 12.2)`, () => {
    const payload = buildEventPayload(event, bucket, { kind: 'thing', id: 'th.1' }, when)
    assert.deepEqual(read(payload), { type: event.type, ...bucketMembers, ...members })
  })
}

for (const kind of ['admin', 'anonymous'] as const) {
  test(`names no sender of an event that the ${kind} caused (P 12.2)`, () => {
    const payload = buildEventPayload({ type: 'BUCKET_DELETED' }, { ...bucket, scope: '' }, { kind }, when)
    assert.deepEqual(read(payload), {
      type: 'BUCKET_DELETED',
      origin: 'EVENT',
      appID,
      objectScopeType: 'APP',
      objectScopeAppID: appID,
      bucketID: 'readings',
      bucketType: 'rw',
      sourceURI: 'kiicloud://buckets/readings',
      when,
    })
  })
}

test('takes a finished payload of 4096 bytes and refuses one more, the server’s members counted (P 8.2)', () => {
  const build = (characters: number, text: string) => {
    const message = readMessage({ data: { k: text.repeat(characters) }, mqtt })
    return buildTopicPayload(message, { appID, scope: '', name: 'news' }, user, when, 4_096)
  }
  const room = 4_096 - build(0, '').length
  assert.equal(build(room, 'x').length, 4_096)
  assert.throws(() => build(room + 1, 'x'), { code: 'INVALID_INPUT_DATA' })
  const wide = Math.floor(room / 2)
  assert.ok(build(wide, 'é').length > 4_094)
  assert.throws(() => build(wide + 1, 'é'), { code: 'INVALID_INPUT_DATA' })
})

test('writes half a character as JSON that everybody can read', () => {
  assert.deepEqual((topicPayload({ data: { k: '\ud800' } }) as { k: string }).k, '\ud800')
})
