import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Row, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'zoe'], things: ['lamp'] })
await stage.connect('mia')
await stage.connect('tom', true)
await stage.connect('lamp')
await stage.connect('zoe')
await stage.must('mia', 'PUT', '/groups/crew', { body: { name: 'Crew', members: [stage.fill('{tom}')] } })
await stage.must('mia', 'PUT', '/groups/crew/topics/news')
await stage.must('admin', 'PUT', '/topics/all')
for (const name of ['mia', 'tom'])
  await stage.must('admin', 'PUT', stage.fill(`/groups/crew/topics/news/push/subscriptions/users/{${name}}`))
await stage.must('admin', 'PUT', stage.fill('/groups/crew/topics/news/push/subscriptions/things/{lamp}'))

const post = 'POST /groups/crew/topics/news/push/messages'
const type = 'SendPushMessageRequest'
/** Every system member off, so that only the rest is compared here; payloads.test.ts has the members themselves. */
const bare = { sendSender: false, sendWhen: false, sendObjectScope: false, sendTopicID: false }
const sourceURI = 'kiicloud://groups/crew/topics/news'
const on = { mqtt: { enabled: true } }
const message = (members: object) => ({ body: { data: { n: 1 }, ...bare, ...members }, type })
const accepted = { equals: { pushMessageID: String }, media: 'SendPushMessageResponse' }
const got = (data: object = { n: 1 }) => [{ ...data, sourceURI }]
const everyone = (data?: object) => ({
  events: { mia: got(data), tom: got(data), lamp: got(data) },
  silent: ['zoe'],
})
const nobody = { silent: ['mia', 'tom', 'lamp', 'zoe'] }

// biome-ignore format: a line a row
runTable(stage, 'who gets it (P 8.1, 8.3)', [
  ['all subscribers, once, the sender too', 'mia', post, 201, { ...message(on), ...accepted, ...everyone() }],
  ['from a member', 'tom', post, 201, { ...message(on), ...everyone() }],
  ['from the admin', 'admin', post, 201, { ...message(on), ...everyone() }],
  ['as plain JSON', 'mia', post, 201, { ...message(on), type: 'application/json', ...everyone() }],
  ['with the message of the SDK’s builder', 'mia', post, 201, { ...message({ gcm: { enabled: true }, apns: { enabled: true }, jpush: { enabled: true }, ...on }), ...everyone() }],
  ['without data', 'mia', post, 201, { body: { ...bare, ...on }, ...everyone({}) }],
  ['data of both', 'mia', post, 201, { ...message({ data: { a: 1, b: 'x', c: true }, mqtt: { enabled: true, data: { b: 2.5 } } }), ...everyone({ a: 1, b: 2.5, c: true }) }],
  ['data of other channels not', 'mia', post, 201, { ...message({ gcm: { enabled: true, data: { g: 'x' } }, fcm: { enabled: true, data: { f: 'x' } }, apns: { enabled: true, data: { a: 1 }, alert: 'x' }, jpush: { enabled: true, data: { j: 1 } }, ...on }), ...everyone() }],
  ['development only', 'mia', post, 201, { ...message({ ...on, sendToProduction: false }), events: { tom: got() }, silent: ['mia', 'lamp'] }],
  ['production only', 'mia', post, 201, { ...message({ ...on, sendToDevelopment: false }), events: { mia: got(), lamp: got() }, silent: ['tom'] }],
  ['both said', 'mia', post, 201, { ...message({ ...on, sendToDevelopment: true, sendToProduction: true }), ...everyone() }],
  ['neither', 'mia', post, 201, { ...message({ ...on, sendToDevelopment: false, sendToProduction: false }), ...accepted, ...nobody }],
  ['nobody, MQTT being off', 'mia', post, 201, { ...message({ mqtt: { enabled: false } }), ...accepted, ...nobody }],
  ['nobody, MQTT saying nothing', 'mia', post, 201, { ...message({ mqtt: {} }), ...nobody }],
  ['nobody, there being other channels only', 'mia', post, 201, { ...message({ gcm: { enabled: true } }), ...nobody }],
  ['nobody, of a dry run', 'mia', post, 201, { ...message({ mqtt: { enabled: true, dryRun: true } }), ...accepted, ...nobody }],
  ['whatever qos and retain say', 'mia', post, 201, { ...message({ mqtt: { enabled: true, qos: 2, retain: true } }), ...everyone() }],
  ['whatever unknown members say', 'mia', post, 201, { ...message({ ...on, colour: { a: 1 } }), ...everyone() }],
  ['who has unsubscribed', 'mia', 'DELETE /groups/crew/topics/news/push/subscriptions/users/{mia}', 204],
  ['not who has unsubscribed', 'mia', post, 201, { ...message(on), events: { tom: got(), lamp: got() }, silent: ['mia'] }],
  ['who has subscribed again', 'mia', 'PUT /groups/crew/topics/news/push/subscriptions/users/{mia}', 204],
  ['a topic without subscribers', 'admin', 'POST /topics/all/push/messages', 201, { ...message(on), ...accepted, ...nobody }],
])

const refused = (name: string, members: object, code = 'INVALID_INPUT_DATA'): Row => [
  name,
  'mia',
  post,
  code,
  { ...message(members), silent: ['mia'] },
]
const values = (member: string, wrong: readonly unknown[], shape: (value: unknown) => object): Row[] =>
  wrong.map((value) => refused(`${member} ${JSON.stringify(value).slice(0, 30)}`, shape(value)))
const off = { gcm: { enabled: false } }
runTable(stage, 'what is refused (P 8.1, 8.2)', [
  refused('no channel', {}),
  ...values('data', ['text', 7, [], true, null], (data) => ({ ...on, data })),
  ...values('data.n', [{ a: 1 }, {}, [], ['a'], null], (n) => ({ ...on, data: { n } })),
  ...values('mqtt.data.n', [{ a: 1 }, [], null], (n) => ({ mqtt: { enabled: true, data: { n } } })),
  ...values('mqtt.data', ['text', []], (data) => ({ mqtt: { enabled: true, data } })),
  ...values('jpush.data.n', [{ a: 1 }], (n) => ({ ...on, jpush: { enabled: true, data: { n } } })),
  ...values('apns.data.n', [{ a: 1 }, null], (n) => ({ ...on, apns: { enabled: true, data: { n } } })),
  ...values('gcm.data.n', [1, true, {}, null], (n) => ({ ...on, gcm: { enabled: true, data: { n } } })),
  ...values('fcm.data.n', [1, false, []], (n) => ({ ...on, fcm: { enabled: true, data: { n } } })),
  ...values('mqtt', [true, 'on', [], 1], (mqtt) => ({ mqtt })),
  ...values('mqtt.enabled', ['true', 1, {}], (enabled) => ({ mqtt: { enabled } })),
  ...['gcm', 'fcm', 'apns'].flatMap((channel) => [
    refused(`${channel} without enabled`, { ...on, [channel]: {} }),
    refused(`${channel}.enabled as a text`, { ...on, [channel]: { enabled: 'true' } }),
    refused(`${channel} as a flag`, { ...on, [channel]: true }),
  ]),
  ...['sendToDevelopment', 'sendToProduction', 'sendAppID', 'sendSender', 'sendWhen', 'sendOrigin'].map(
    (flag) => refused(`${flag} as a text`, { ...on, [flag]: 'true' }),
  ),
  ...['sendObjectScope', 'sendTopicID'].map((flag) => refused(`${flag} as a number`, { ...on, [flag]: 1 })),
  refused('pushMessageType as a number', { ...on, pushMessageType: 7 }),
  ...['google.x', 'from', 'registration_ids', 'collapse_key', 'data', 'delay_while_idle', 'time_to_live'].map(
    (key) => refused(`${key} in data for GCM`, { ...on, gcm: { enabled: true }, data: { [key]: 'x' } }),
  ),
  ...['restricted_package_name', 'dry_run', 'google.'].map((key) =>
    refused(`${key} in the data of GCM`, { ...on, gcm: { enabled: true, data: { [key]: 'x' } } }),
  ),
  ...['google.x', 'gcm.x', 'from', 'message_type', 'collapse_key', 'priority', 'ttl', 'notification'].map(
    (key) => refused(`${key} in data for FCM`, { ...on, fcm: { enabled: true }, data: { [key]: 'x' } }),
  ),
  ...['restricted_package_name', 'fcm_options', 'direct_boot_ok'].map((key) =>
    refused(`${key} in the data of FCM`, { ...on, fcm: { enabled: true, data: { [key]: 'x' } } }),
  ),
  refused('a dry run of GCM beside APNs', {
    ...on,
    gcm: { enabled: true, dryRun: true },
    apns: { enabled: true },
  }),
  refused('4097 bytes of GCM', { gcm: { enabled: true }, data: { t: 'x'.repeat(4_097 - 8) } }),
  refused('4097 bytes of FCM', { fcm: { enabled: true }, data: { t: 'x'.repeat(4_097 - 8) } }),
  refused('too much for APNs', { apns: { enabled: true }, data: { t: 'x'.repeat(2_048) } }),
])

// biome-ignore format: a line a row
runTable(stage, 'what is not refused (P 8.2)', [
  ['reserved keys while GCM is off', 'mia', post, 201, { ...message({ ...on, ...off, data: { from: 'x' } }), ...everyone({ from: 'x' }) }],
  ['numbers in data while GCM is on', 'mia', post, 201, { ...message({ ...on, gcm: { enabled: true } }), ...everyone() }],
  ['a dry run of GCM alone', 'mia', post, 201, { ...message({ ...on, gcm: { enabled: true, dryRun: true }, apns: { enabled: false } }), ...everyone() }],
  ['4096 bytes of GCM', 'mia', post, 201, { ...message({ gcm: { enabled: true }, data: { t: 'x'.repeat(4_096 - 8) } }), ...nobody }],
  ['much data, with GCM and APNs off', 'mia', post, 201, { ...message({ ...off, apns: { enabled: false }, mqtt: { enabled: false }, data: { t: 'x'.repeat(5_000) } }), ...nobody }],
  ['2048 bytes for GCM and MQTT while APNs is off', 'mia', post, 201, { ...message({ ...on, gcm: { enabled: true }, data: { t: 'x'.repeat(2_048) } }), ...everyone({ t: 'x'.repeat(2_048) }) }],
])

// biome-ignore format: a line a row
runTable(stage, 'who may not, and what is not there (P 8.2, 2.4)', [
  ['no topic', 'mia', 'POST /groups/crew/topics/none/push/messages', 'TOPIC_NOT_FOUND', { ...message(on), json: { topicID: 'none', objectScope: { appID: '{app}', type: 'APP_AND_GROUP', groupID: 'crew' } } }],
  ['no group', 'mia', 'POST /groups/none/topics/news/push/messages', 'GROUP_NOT_FOUND', message(on)],
  ['a stranger', 'zoe', post, 'UNAUTHORIZED', { ...message(on), silent: ['mia'] }],
  ['a thing', 'lamp', post, 'UNAUTHORIZED', { ...message(on), silent: ['mia'] }],
  ['nobody', 'anonymous', post, 'UNAUTHORIZED', message(on)],
  ['a wrong token', 'impostor', post, 'WRONG_TOKEN', message(on)],
  ['a user to the app’s topic', 'mia', 'POST /topics/all/push/messages', 'UNAUTHORIZED', message(on)],
  ['nothing sent', 'mia', post, 'INVALID_INPUT_DATA|MISSING_DATA', { type }],
  ['no object', 'mia', post, 'INVALID_INPUT_DATA', { body: [on] }],
  ['no JSON', 'mia', post, 'INVALID_JSON', { raw: '{"data":' }],
  ['more than 16 KB', 'mia', post, 'INVALID_INPUT_DATA', message({ mqtt: { enabled: true }, gcm: { enabled: false, collapseKey: 'x'.repeat(17_000) } })],
  ['what comes after all that', 'mia', post, 201, { ...message(on), ...everyone() }],
])

test('messages come in the order in which they were accepted (P 8.3)', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => n)
  for (const n of numbers)
    await stage.must('mia', 'POST', post.slice(5), { body: { ...bare, ...on, data: { n } } })
  for (const name of ['mia', 'tom', 'lamp'])
    assert.deepEqual(
      (await stage.received(name)).map(({ n }) => n),
      numbers,
    )
})
