import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { FakeApp } from '@pillion/testkit'
import { ROOT, TestHost, VIN } from './test-host.ts'

const base = `${ROOT}/from/uid/P/opa/${VIN}/`

/** What the app was told of its `MQTT.publish` requests: `<id> delivered` or `<id> not delivered`, and the subtopic if any. */
function answers(app: FakeApp): string[] {
  return app.messages.flatMap((message) => {
    if (message.type === 'WebPortal.MQTT.evt.messageDelivered')
      return `${message.messageId} delivered ${message.subtopic}`.trim()
    if (message.type === 'WebPortal.MQTT.evt.messageNotDelivered')
      return `${message.messageId} not delivered ${message.subtopic}`.trim()
    return []
  })
}

describe('W 6.4 topics and payloads', () => {
  const rows: [name: string, posted: unknown, topicName: string, text: string][] = [
    [
      'onSendNotificationRequest',
      { type: 'WebPortal.onSendNotificationRequest', value: { a: [1] } },
      base,
      '{"content":{"a":[1]}}',
    ],
    ['value null', { type: 'WebPortal.onSendNotificationRequest', value: null }, base, '{"content":null}'],
    ['value absent', { type: 'WebPortal.onSendNotificationRequest' }, base, '{"content":null}'],
    ['value a number', { type: 'WebPortal.onSendNotificationRequest', value: 0 }, base, '{"content":0}'],
    ['value a string', { type: 'WebPortal.onSendNotificationRequest', value: 'x' }, base, '{"content":"x"}'],
    [
      'value that has content itself',
      { type: 'WebPortal.onSendNotificationRequest', value: { content: 1 } },
      base,
      '{"content":{"content":1}}',
    ],
    [
      'topic, the older form of the subtopic',
      { type: 'WebPortal.onSendNotificationRequest', value: 1, topic: '/a/b/' },
      `${base}a/b`,
      '{"content":1}',
    ],
    [
      'topic empty',
      { type: 'WebPortal.onSendNotificationRequest', value: 1, topic: '' },
      base,
      '{"content":1}',
    ],
    [
      'topic null',
      { type: 'WebPortal.onSendNotificationRequest', value: 1, topic: null },
      base,
      '{"content":1}',
    ],
    [
      'subtopic null',
      { type: 'WebPortal.MQTT.publish', payload: 'x', subtopic: null },
      base,
      '{"content":"x"}',
    ],
    ['the older form without type', { content: { a: 1 } }, base, '{"content":{"a":1}}'],
    ['the older form, content false', { content: false }, base, '{"content":false}'],
    [
      'MQTT.publish of an object with content',
      { type: 'WebPortal.MQTT.publish', payload: '{ "content": 1.0, "more": 2 }' },
      base,
      '{ "content": 1.0, "more": 2 }',
    ],
    [
      'MQTT.publish of an object without content',
      { type: 'WebPortal.MQTT.publish', payload: '{"a":1}' },
      base,
      '{"content":"{\\"a\\":1}"}',
    ],
    [
      'MQTT.publish of an array',
      { type: 'WebPortal.MQTT.publish', payload: '["content"]' },
      base,
      '{"content":"[\\"content\\"]"}',
    ],
    [
      'MQTT.publish of text',
      { type: 'WebPortal.MQTT.publish', payload: 'hello' },
      base,
      '{"content":"hello"}',
    ],
    [
      'MQTT.publish with subtopic',
      { type: 'WebPortal.MQTT.publish', payload: 'x', subtopic: 'a/b' },
      `${base}a/b`,
      '{"content":"x"}',
    ],
    [
      'MQTT.publish of what is no string',
      { type: 'WebPortal.MQTT.publish', payload: { content: 1 } },
      base,
      '{"content":{"content":1}}',
    ],
  ]
  for (const [name, posted, topicName, text] of rows) {
    test(name, () => {
      const bench = new TestHost()
      bench.launch('alpha').post(posted)
      assert.deepEqual(
        bench.transport.published.map((published) => [published.topicName, published.text]),
        [[topicName, text]],
      )
    })
  }

  test('the UID is that of the app', () => {
    const bench = new TestHost()
    bench.launch('other').send(1)
    assert.equal(bench.transport.published[0]?.topicName, `${ROOT}/from/uid/Q/opa/${VIN}/`)
  })

  test('an app may send while it loads, while it is hidden and in its grace', async () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    app.send('loading')
    app.announce()
    bench.host.pressHome()
    app.send('hidden')
    bench.host.reloadApp('alpha')
    app.send('grace')
    assert.deepEqual(
      bench.transport.published.map(({ text }) => JSON.parse(text).content),
      ['loading', 'hidden', 'grace'],
    )
  })
})

describe('W 6.4 events', () => {
  test('broker acknowledged within 10 s: nothing for onSendNotificationRequest, messageDelivered for MQTT.publish', async () => {
    const bench = new TestHost()
    bench.transport.acknowledges = false
    const app = bench.launch('alpha')
    app.send(1)
    app.publish('x', 'sub')
    bench.clock.advance(9_999)
    assert.deepEqual(answers(app), [])
    for (const published of bench.transport.published) published.acknowledge()
    await turn()
    assert.deepEqual(answers(app), ['1 delivered sub'])
    assert.equal(app.messages.length, 1)
    assert.equal(bench.clock.waiting, 0)
    assert.deepEqual(bench.host.view.drops, {})
  })

  test('broker silent for 10 s: dropped; messageNotDelivered, and no more when the acknowledgement comes late', async () => {
    const bench = new TestHost()
    bench.transport.acknowledges = false
    const app = bench.launch('alpha')
    app.send(1)
    app.publish('x')
    bench.clock.advance(10_000)
    assert.deepEqual(answers(app), ['1 not delivered'])
    assert.equal(bench.host.view.drops.acknowledgement_timeout, 2)
    for (const published of bench.transport.published) published.acknowledge()
    await turn()
    assert.equal(app.messages.length, 1)
  })

  test('refused by the broker, or the connection lost meanwhile: messageNotDelivered', async () => {
    const bench = new TestHost()
    bench.transport.acknowledges = false
    const app = bench.launch('alpha')
    app.publish('x')
    bench.transport.published[0]?.refuse()
    await turn()
    assert.deepEqual(answers(app), ['1 not delivered'])
    assert.equal(bench.host.view.drops.not_acknowledged, 1)
  })

  const refusals: [name: string, prepare: (bench: TestHost) => void, fields: object, reason: string][] = [
    ['no connection', (bench) => bench.transport.disconnect(), {}, 'no_connection'],
    ['network off', (bench) => bench.host.setVehicle({ network: false }), {}, 'no_connection'],
    ['Private mode', (bench) => bench.host.setVehicle({ privacyMode: 'Private' }), {}, 'private_mode'],
    ['subtopic with +', () => {}, { subtopic: 'a/+' }, 'subtopic_malformed'],
    ['subtopic with #', () => {}, { subtopic: '#' }, 'subtopic_malformed'],
    ['subtopic with U+0000', () => {}, { subtopic: 'a\0' }, 'subtopic_malformed'],
    ['subtopic of 257 bytes', () => {}, { subtopic: `${'é'.repeat(128)}x` }, 'subtopic_malformed'],
    ['subtopic with an empty level', () => {}, { subtopic: 'a//b' }, 'subtopic_malformed'],
    ['subtopic no string', () => {}, { subtopic: 5 }, 'subtopic_malformed'],
    ['cyclic value', () => {}, { payload: cyclic() }, 'value_not_serialisable'],
    ['BigInt', () => {}, { payload: 1n }, 'value_not_serialisable'],
    [
      'too large after encapsulation',
      () => {},
      { payload: 'x'.repeat(131_073 - '{"content":""}'.length) },
      'payload_too_large',
    ],
    // A small message of an app, and the end of the page's patience if all of it were written.
    ['a thousand million holes', () => {}, { payload: new Array(1_000_000_000) }, 'payload_too_large'],
    ['50 MB', () => {}, { payload: { bytes: new Uint8Array(50_000_000) } }, 'payload_too_large'],
  ]
  for (const [name, prepare, fields, reason] of refusals) {
    test(`${name}: messageNotDelivered for MQTT.publish, dropped and logged for onSendNotificationRequest, never sent later`, async () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      prepare(bench)
      app.post({ type: 'WebPortal.MQTT.publish', payload: 'x', ...fields })
      const given: { payload?: unknown; subtopic?: unknown } = fields
      app.post({
        type: 'WebPortal.onSendNotificationRequest',
        value: given.payload ?? 'x',
        topic: given.subtopic,
      })
      assert.equal(answers(app)[0]?.startsWith('1 not delivered'), true)
      assert.equal(answers(app).length, 1)
      assert.deepEqual(bench.host.view.drops, { [reason]: 2 })
      bench.host.setVehicle({ network: true, privacyMode: 'Public' })
      bench.transport.connect()
      await turn()
      assert.deepEqual(bench.transport.published, [])
    })
  }

  test('a value too deep for JSON.stringify: dropped like a cyclic one', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    const value = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000))
    // Past the frame's copy, which may or may not get that deep.
    bench.host.receiveFromFrame('alpha', { type: 'WebPortal.onSendNotificationRequest', value })
    bench.host.receiveFromFrame('alpha', { type: 'WebPortal.MQTT.publish', payload: value })
    assert.deepEqual(bench.host.view.drops, { value_not_serialisable: 2 })
    assert.deepEqual(answers(app), ['1 not delivered'])
  })

  test('131,072 bytes after encapsulation pass (W 2.9)', () => {
    const bench = new TestHost()
    bench.launch('alpha').send('x'.repeat(131_072 - '{"content":""}'.length))
    assert.equal(bench.transport.published[0]?.text.length, 131_072)
  })

  const exactly: [name: string, value: unknown][] = [
    ['an array', [...Array.from({ length: 13_000 }, () => [[], {}, 1])]],
    ['bytes', [new Uint8Array(13_000)]],
    ['strings', Array.from({ length: 10_000 }, () => ['', 'é'])],
    ['what JSON leaves out', [Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [n, undefined]))]],
  ]
  for (const [name, value] of exactly) {
    test(`131,072 bytes pass and 131,073 do not when the value holds ${name} (W 2.9)`, () => {
      const rest = 131_072 - Buffer.byteLength(JSON.stringify({ content: [value, ''] }))
      const bench = new TestHost()
      const app = bench.launch('alpha')
      app.send([value, 'x'.repeat(rest + 1)])
      app.send([value, 'x'.repeat(rest)])
      assert.deepEqual(
        bench.transport.published.map(({ text }) => Buffer.byteLength(text)),
        [131_072],
      )
      assert.deepEqual(bench.host.view.drops, { payload_too_large: 1 })
    })
  }

  test('messageId counts from 1 for each instance, refusals included', async () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.publish('x')
    app.publish('x', '+')
    app.send('no id')
    app.publish('x')
    bench.launch('beta').publish('x')
    await turn()
    // The refusal is known at once, the broker's word is not.
    assert.deepEqual(answers(app), ['2 not delivered +', '1 delivered', '3 delivered'])
    assert.deepEqual(answers(bench.frames.get('beta')), ['1 delivered'])
    app.reload()
    app.publish('x')
    await turn()
    assert.equal(answers(app).at(-1), '1 delivered')
  })

  test('an answer for an instance that is gone does not reach the next', async () => {
    const bench = new TestHost()
    bench.transport.acknowledges = false
    bench.launch('alpha').publish('x')
    bench.host.reloadApp('alpha')
    bench.clock.advance(100)
    const next = bench.frames.get('alpha')
    next.load()
    next.announce()
    bench.transport.published[0]?.acknowledge()
    await turn()
    assert.deepEqual(answers(next), [])
  })

  test('a hidden app gets its answers (W 5.2)', async () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    app.publish('x')
    await turn()
    assert.deepEqual(answers(app), ['1 delivered'])
  })
})

function cyclic(): object {
  const value: { self?: object } = {}
  value.self = value
  return value
}
