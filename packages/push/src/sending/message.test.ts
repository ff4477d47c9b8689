import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PushError } from '../push-error.ts'
import { readMessage } from './message.ts'

const mqtt = { enabled: true }
/** With it a merged `{"k":"…"}` has so many bytes as JSON. */
const dataOf = (bytes: number) => ({ k: 'x'.repeat(bytes - '{"k":""}'.length) })
/** Two bytes each in UTF-8. */
const wideDataOf = (bytes: number) => ({ k: 'é'.repeat((bytes - '{"k":""}'.length) / 2) })
/** An APNs payload holds `,"aps":{}` beside the data. */
const apnsDataOf = (bytes: number) => dataOf(bytes - ',"aps":{}'.length)

// what | body | field of the refusal; undefined = taken
const bodies: [string, unknown, string?][] = [
  ['only mqtt', { mqtt }],
  ['only gcm, switched off', { gcm: { enabled: false } }],
  ['only fcm', { fcm: { enabled: true } }],
  ['only apns', { apns: { enabled: true } }],
  ['only jpush, which may leave enabled out', { jpush: {} }],
  ['mqtt without enabled', { mqtt: {} }],
  ['strings, numbers and booleans as data', { data: { s: '', n: -1.5, b: false }, mqtt }],
  ['members that nobody knows', { mqtt: { ...mqtt, qos: 2, retain: true }, other: [null] }],
  ['what the SDK builds', { data: {}, gcm: mqtt, apns: mqtt, jpush: mqtt, mqtt, sendToProduction: true }],

  ['no channel', { data: { a: 1 } }, 'body'],
  ['an empty body', {}, 'body'],
  ['an array', [], 'body'],
  ['text', '"mqtt"', 'body'],
  ['null', null, 'body'],
  ['a channel that is null', { mqtt: null }, 'mqtt'],
  ['a channel that is true', { mqtt: true }, 'mqtt'],
  ['a channel that is an array', { mqtt, apns: [] }, 'apns'],
  ['data that is a string', { data: 'x', mqtt }, 'data'],
  ['data that is an array', { data: [1], mqtt }, 'data'],
  ['data that is null', { data: null, mqtt }, 'data'],
  ['an object in data', { data: { a: {} }, mqtt }, 'data.a'],
  ['an array in data', { data: { a: [] }, mqtt }, 'data.a'],
  ['null in data', { data: { a: null }, mqtt }, 'data.a'],
  ['a number in data that no double holds', JSON.parse('{"data":{"a":1e999},"mqtt":{}}'), 'data.a'],
  ['an object in mqtt.data', { mqtt: { data: { a: {} } } }, 'mqtt.data.a'],
  ['an object in gcm.data', { gcm: { enabled: false, data: { a: {} } } }, 'gcm.data.a'],
  ['an array in fcm.data', { fcm: { enabled: false, data: { a: [] } } }, 'fcm.data.a'],
  ['null in apns.data', { apns: { enabled: false, data: { a: null } } }, 'apns.data.a'],
  ['an object in jpush.data', { jpush: { data: { a: {} } } }, 'jpush.data.a'],
  ['an object under the name __proto__', JSON.parse('{"data":{"__proto__":{}},"mqtt":{}}'), 'data.__proto__'],

  ['a number in gcm.data', { gcm: { enabled: false, data: { a: 1 } } }, 'gcm.data.a'],
  ['a boolean in fcm.data', { fcm: { enabled: false, data: { a: true } } }, 'fcm.data.a'],
  ['a number in the data of all, with gcm on', { data: { a: 1 }, gcm: mqtt }],

  ...['from', 'registration_ids', 'collapse_key', 'data', 'delay_while_idle', 'time_to_live'].map(
    (key): [string, unknown, string] => [`${key}, with gcm on`, { data: { [key]: 'x' }, gcm: mqtt }, key],
  ),
  ['dry_run in gcm.data', { gcm: { enabled: true, data: { dry_run: 'x' } } }, 'dry_run'],
  [
    'restricted_package_name, with gcm on',
    { data: { restricted_package_name: '' }, gcm: mqtt },
    'restricted_package_name',
  ],
  ['google.x, with gcm on', { data: { 'google.x': 1 }, gcm: mqtt }, 'google.x'],
  ['gcm.x, with gcm on', { data: { 'gcm.x': 1 }, gcm: mqtt }],
  ['message_type, with gcm on', { data: { message_type: 1 }, gcm: mqtt }],
  ['from, with gcm off', { data: { from: 'x' }, gcm: { enabled: false }, mqtt }],
  ['from, in mqtt.data', { gcm: mqtt, mqtt: { ...mqtt, data: { from: 'x' } } }],
  ...[
    'from',
    'message_type',
    'collapse_key',
    'priority',
    'ttl',
    'restricted_package_name',
    'notification',
  ].map((key): [string, unknown, string] => [
    `${key}, with fcm on`,
    { data: { [key]: 'x' }, fcm: mqtt },
    key,
  ]),
  ['fcm_options, with fcm on', { data: { fcm_options: 1 }, fcm: mqtt }, 'fcm_options'],
  ['direct_boot_ok in fcm.data', { fcm: { enabled: true, data: { direct_boot_ok: '' } } }, 'direct_boot_ok'],
  ['google.x, with fcm on', { data: { 'google.x': 1 }, fcm: mqtt }, 'google.x'],
  ['gcm.x, with fcm on', { data: { 'gcm.x': 1 }, fcm: mqtt }, 'gcm.x'],
  ['dry_run, with fcm on', { data: { dry_run: 1 }, fcm: mqtt }],

  ['a dry run of gcm with apns on', { gcm: { enabled: true, dryRun: true }, apns: mqtt }, 'gcm.dryRun'],
  ['a dry run of gcm with apns off', { gcm: { enabled: true, dryRun: true }, apns: { enabled: false } }],
  ['gcm without enabled', { gcm: {}, mqtt }, 'gcm.enabled'],
  ['fcm without enabled', { fcm: { data: {} }, mqtt }, 'fcm.enabled'],
  ['apns without enabled', { apns: { alert: 'x' }, mqtt }, 'apns.enabled'],
  ['apns enabled by a string', { apns: { enabled: 'true' }, mqtt }, 'apns.enabled'],
  ['mqtt enabled by a number', { mqtt: { enabled: 1 } }, 'mqtt.enabled'],
  ['an alert that is a number', { apns: { enabled: true, alert: 1 } }, 'apns.alert'],
  ['an alert of parts', { apns: { enabled: true, alert: { body: 'x', locArgs: ['y'] } } }],

  ['gcm data of 4096 bytes', { data: dataOf(4_096), gcm: mqtt }],
  ['gcm data of 4097 bytes', { data: dataOf(4_097), gcm: mqtt }, 'gcm.data'],
  ['gcm data of 4098 bytes, half as many characters', { data: wideDataOf(4_098), gcm: mqtt }, 'gcm.data'],
  ['gcm data of 4097 bytes, switched off', { data: dataOf(4_097), gcm: { enabled: false } }],
  ['fcm data of 4096 bytes', { fcm: { enabled: true, data: dataOf(4_096) } }],
  ['fcm data of 4097 bytes', { fcm: { enabled: true, data: dataOf(4_097) } }, 'fcm.data'],
  [
    'gcm data too large before its own overlays it',
    { data: dataOf(5_000), gcm: { enabled: true, data: { k: '' } } },
  ],
  ['an apns payload of 2048 bytes', { data: apnsDataOf(2_048), apns: mqtt }],
  ['an apns payload of 2049 bytes', { data: apnsDataOf(2_049), apns: mqtt }, 'apns'],
  ['an apns payload too large by its alert', { apns: { enabled: true, alert: 'x'.repeat(2_048) } }, 'apns'],
  ['an apns payload of 2049 bytes, switched off', { data: apnsDataOf(2_049), apns: { enabled: false } }],

  ...['sendToDevelopment', 'sendToProduction', 'sendAppID', 'sendSender', 'sendWhen', 'sendOrigin'].map(
    (name): [string, unknown, string] => [`${name} as a string`, { mqtt, [name]: 'true' }, name],
  ),
  ['sendObjectScope as null', { mqtt, sendObjectScope: null }, 'sendObjectScope'],
  ['sendTopicID as 0', { mqtt, sendTopicID: 0 }, 'sendTopicID'],
  ['a pushMessageType that is a number', { mqtt, pushMessageType: 7 }, 'pushMessageType'],
  ['mqtt.dryRun as a string', { mqtt: { dryRun: 'true' } }, 'mqtt.dryRun'],
]

for (const [what, body, field] of bodies) {
  test(`${field === undefined ? 'takes' : 'refuses'} ${what} (P 8.2)`, () => {
    if (field === undefined) return void readMessage(body)
    assert.throws(
      () => readMessage(body),
      (error) => {
        assert.ok(error instanceof PushError)
        assert.equal(error.code, 'INVALID_INPUT_DATA')
        assert.equal(error.details.field, field)
        return true
      },
    )
  })
}

test('reads no body as missing', () => {
  assert.throws(() => readMessage(undefined), { code: 'MISSING_DATA' })
})

test('has the defaults of the contract, with MQTT off where nothing is said of it (P 8.1)', () => {
  assert.deepEqual(readMessage({ gcm: { enabled: true } }), {
    data: {},
    isForMqtt: false,
    isDryRun: false,
    development: true,
    production: true,
    type: undefined,
    sendsAppID: false,
    sendsSender: true,
    sendsWhen: undefined,
    sendsOrigin: false,
    sendsObjectScope: true,
    sendsTopicID: true,
  })
})

test('overlays the data of all with that of MQTT, and with that of no other channel (P 12.5)', () => {
  const { data } = readMessage({
    data: { a: 1, b: 1 },
    mqtt: { data: { b: 2, c: 2 } },
    apns: { enabled: true, data: { a: 3, d: 3 } },
  })
  assert.deepEqual(data, { a: 1, b: 2, c: 2 })
})

test('keeps a key that is called __proto__ as a key', () => {
  const { data } = readMessage(JSON.parse('{"data":{"__proto__":"x"},"mqtt":{}}'))
  assert.equal(JSON.stringify(data), '{"__proto__":"x"}')
})

test('tells of a key as long as a message in one short line', () => {
  const body = { data: { [`\n${'x'.repeat(5_000)}`]: null }, mqtt }
  assert.throws(() => readMessage(body), /^PushError: data\. x{1,100}… must be [^\n]+$/)
})
