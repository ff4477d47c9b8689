import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dropReasons } from './drop-reasons.ts'
import { ROOT, TestHost, VIN } from './test-host.ts'

const topic = `${ROOT}/to/uid/P/opa/${VIN}/`
const applicative = { idApp: 'alpha', popup: false, content: 1 }
const popup = { idApp: 'alpha', popup: true, popupText: 'Hello' }

interface DropRow {
  readonly name: string
  readonly topicName?: string
  readonly payload: unknown
  readonly reason: keyof typeof dropReasons
}

const drops: DropRow[] = [
  { name: 'not JSON', payload: '{"idApp":', reason: 'payload_not_json' },
  { name: 'empty', payload: '', reason: 'payload_not_json' },
  { name: 'an array', payload: [applicative], reason: 'payload_not_object' },
  { name: 'null', payload: null, reason: 'payload_not_object' },
  { name: 'text', payload: '"hello"', reason: 'payload_not_object' },
  { name: 'nested deeper than 256 levels', payload: deep(256), reason: 'payload_too_deep' },
  { name: 'nested as deep as there is room', payload: deep(65_000), reason: 'payload_too_deep' },
  {
    name: 'a popup nested too deep',
    payload: deep(256, '"popup":true,"popupText":"Hello"'),
    reason: 'payload_too_deep',
  },
  { name: 'idApp absent', payload: { popup: false }, reason: 'id_app_malformed' },
  { name: 'idApp a number', payload: { ...applicative, idApp: 7 }, reason: 'id_app_malformed' },
  { name: 'idApp unknown', payload: { ...applicative, idApp: 'nobody' }, reason: 'id_app_unknown' },
  {
    name: 'idApp of another partner',
    payload: { ...applicative, idApp: 'other' },
    reason: 'app_of_other_partner',
  },
  { name: 'popup a string', payload: { ...applicative, popup: 'true' }, reason: 'popup_malformed' },
  { name: 'popup 1', payload: { ...applicative, popup: 1 }, reason: 'popup_malformed' },
  { name: 'popupText absent', payload: { idApp: 'alpha', popup: true }, reason: 'popup_text_malformed' },
  { name: 'popupText empty', payload: { ...popup, popupText: '' }, reason: 'popup_text_malformed' },
  { name: 'popupText a number', payload: { ...popup, popupText: 5 }, reason: 'popup_text_malformed' },
  {
    name: 'the VIN of another vehicle',
    topicName: `${ROOT}/to/uid/P/opa/ABCDEFGHIJKLMNOPQ/`,
    payload: applicative,
    reason: 'vin_of_other_vehicle',
  },
  {
    name: 'a malformed VIN',
    topicName: `${ROOT}/to/uid/P/opa/ABC/`,
    payload: applicative,
    reason: 'vin_malformed',
  },
  {
    name: 'a malformed UID',
    topicName: `${ROOT}/to/uid/P P/opa/${VIN}/`,
    payload: applicative,
    reason: 'uid_malformed',
  },
  {
    name: 'another root',
    topicName: `psa/Elsewhere/to/uid/P/opa/${VIN}/`,
    payload: applicative,
    reason: 'topic_outside_portal',
  },
  {
    name: 'a subtopic with an empty level',
    topicName: `${topic}a//b`,
    payload: applicative,
    reason: 'subtopic_malformed',
  },
  {
    name: 'a subtopic of 257 bytes',
    topicName: topic + 'x'.repeat(257),
    payload: applicative,
    reason: 'subtopic_malformed',
  },
]

describe('W 3.1, 3.2 what is dropped', () => {
  for (const { name, topicName = topic, payload, reason } of drops) {
    test(`${name}: ${reason}, logged and counted`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      bench.transport.deliver(topicName, payload)
      assert.deepEqual(bench.host.view.drops, { [reason]: 1 })
      const entry = bench.log.at(-1)
      assert.deepEqual([entry?.kind, entry?.reason, entry?.text], ['dropped', reason, dropReasons[reason]])
      assert.deepEqual(app.messages, [])
      assert.equal(bench.host.view.popup, undefined)
      assert.equal(bench.pendingOf('alpha'), 0)
    })
  }

  test('bytes that are not UTF-8: payload_not_json', () => {
    const bench = new TestHost()
    const bytes = new TextEncoder().encode(JSON.stringify({ ...applicative, content: 'é' }))
    bench.transport.deliverBytes(
      topic,
      bytes.map((byte) => (byte === 0xc3 ? 0xff : byte)),
    )
    assert.deepEqual(bench.host.view.drops, { payload_not_json: 1 })
  })

  test('131,072 bytes pass, 131,073 do not (W 2.9)', () => {
    const bench = new TestHost()
    const empty = JSON.stringify({ ...applicative, content: '' })
    bench.receive({ ...applicative, content: 'x'.repeat(131_072 - empty.length) })
    assert.equal(bench.pendingOf('alpha'), 1)
    bench.receive({ ...applicative, content: 'x'.repeat(131_073 - empty.length) })
    assert.equal(bench.pendingOf('alpha'), 1)
    assert.deepEqual(bench.host.view.drops, { payload_too_large: 1 })
  })
})

describe('W 3.1 applicative messages', () => {
  for (const [name, payload] of [
    ['popup absent is read as false', { idApp: 'alpha', content: { a: 1 } }],
    ['popup null is read as false', { idApp: 'alpha', popup: null, content: 1 }],
    ['content absent stays absent', { idApp: 'alpha', popup: false }],
    ['any JSON value is content', { idApp: 'alpha', popup: false, content: [1, null, 'x', true] }],
    ['unknown fields reach the app unchanged', { ...applicative, extra: { deep: [1] }, type: 'x' }],
  ] as const) {
    test(`${name}: the app gets the whole payload (W 3.4)`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      bench.receive(payload)
      assert.deepEqual(app.received, [payload])
    })
  }

  test('never carry popupAction, even if the sender wrote one (W 3.4)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.receive({ ...applicative, popupAction: 'WebPortal.okBtnPopupRequestClicked' })
    assert.deepEqual(app.messages, [
      { type: 'WebPortal.onCurrentNotificationReceived', value: applicative },
      { type: 'WebPortal.MQTT.evt.messageReceived', payload: JSON.stringify(applicative), subtopic: '' },
    ])
  })
})

describe('W 6.1 foreground delivery', () => {
  test('is one onCurrentNotificationReceived, then one messageReceived with the raw text, for each message in order', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    const raw = '{ "idApp" : "alpha", "popup": false, "content": 1.0 }'
    bench.receive(raw)
    bench.send('alpha', 2)
    assert.deepEqual(app.messages, [
      { type: 'WebPortal.onCurrentNotificationReceived', value: applicative },
      { type: 'WebPortal.MQTT.evt.messageReceived', payload: raw, subtopic: '' },
      { type: 'WebPortal.onCurrentNotificationReceived', value: { ...applicative, content: 2 } },
      {
        type: 'WebPortal.MQTT.evt.messageReceived',
        payload: JSON.stringify({ ...applicative, content: 2 }),
        subtopic: '',
      },
    ])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('tells the subtopic without its slashes (W 2.3)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.send('alpha', 1, 'a/b/')
    const message = app.messages[1]
    assert.ok(message?.type === 'WebPortal.MQTT.evt.messageReceived')
    assert.equal(message.subtopic, 'a/b')
  })

  for (const ending of ['', '/']) {
    test(`takes a topic name that ends in ${VIN}${ending} (W 2.3)`, () => {
      const bench = new TestHost()
      bench.transport.deliver(`${ROOT}/to/uid/P/opa/${VIN}${ending}`, applicative)
      assert.equal(bench.pendingOf('alpha'), 1)
    })
  }

  test('goes to the app on screen alone', () => {
    const bench = new TestHost()
    const hidden = bench.launchHidden('beta')
    bench.launch('alpha')
    bench.send('beta', 1)
    assert.deepEqual(hidden.messages, [])
    assert.equal(bench.pendingOf('beta'), 1)
  })

  test('ends at the moment onApplicationHide is posted, and begins with onApplicationShow (W 4.2)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.onMessage = ({ type }) => {
      if (type === 'WebPortal.onApplicationShow') bench.send('alpha', 'after show')
    }
    bench.host.showModule('media')
    bench.send('alpha', 'after hide')
    bench.host.showModule('web')
    assert.deepEqual(
      app.received.map(({ content }) => content),
      ['after show'],
    )
    assert.equal(bench.pendingOf('alpha'), 1)
  })
})

/** Content of so many arrays within each other. */
function deep(levels: number, fields = '"popup":false'): string {
  return `{"idApp":"alpha",${fields},"content":${'['.repeat(levels)}${']'.repeat(levels)}}`
}
