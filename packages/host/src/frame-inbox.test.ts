import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { TestHost } from './test-host.ts'

describe('W 5 what frames post', () => {
  const rows: [name: string, data: unknown, reason: string][] = [
    ['a string', 'hello', 'message_malformed'],
    ['null', null, 'message_malformed'],
    ['undefined', undefined, 'message_malformed'],
    ['a number', 5, 'message_malformed'],
    ['an empty object', {}, 'message_malformed'],
    ['an array', [], 'message_malformed'],
    ['a type that is no string', { type: 5 }, 'message_malformed'],
    ['an unknown type', { type: 'WebPortal.nothing' }, 'message_type_unknown'],
    ['a type that is also a name of Object', { type: 'constructor' }, 'message_type_unknown'],
    ['a type of its own', { type: 'WebPortal.openNativePopup', text: 'x' }, 'message_type_unknown'],
    ['a type and a content', { type: 'x', content: 1 }, 'message_type_unknown'],
    ['an unknown internal message', { pillion: 'nothing' }, 'message_malformed'],
    ['a drain without sequence', { pillion: 'drained' }, 'message_malformed'],
    ['a console message without text', { pillion: 'console', level: 'log' }, 'message_malformed'],
    ['a popup request without text', { pillion: 'popupRequest', id: 1, button: true }, 'message_malformed'],
    ['a popup request without id', { pillion: 'popupRequest', button: true, text: 'x' }, 'message_malformed'],
    ['a popup request without button', { pillion: 'popupRequest', id: 1, text: 'x' }, 'message_malformed'],
  ]
  for (const [name, data, reason] of rows) {
    test(`${name} is ignored and logged: ${reason}`, () => {
      const bench = new TestHost()
      bench.launch('alpha')
      bench.host.receiveFromFrame('alpha', data)
      assert.deepEqual(bench.reasons('ignored'), [reason])
      assert.deepEqual(bench.transport.published, [])
      assert.deepEqual(bench.host.view.drops, {})
    })
  }

  test('from an app without a frame is ignored: id_app_unknown', () => {
    const bench = new TestHost()
    bench.host.receiveFromFrame('alpha', { type: 'WebPortal.onApplicationLoaded' })
    bench.host.receiveFromFrame('nobody', { type: 'WebPortal.onApplicationLoaded' })
    assert.deepEqual(bench.reasons('ignored'), ['id_app_unknown', 'id_app_unknown'])
    assert.equal(bench.stateOf('alpha'), 'installed')
  })

  test('is taken as the app that sent it, whatever it says', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.post({
      type: 'WebPortal.onSendNotificationRequest',
      value: 1,
      idApp: 'other',
      appId: 'other',
      uid: 'Q',
    })
    assert.match(bench.transport.published[0]?.topicName ?? '', /\/uid\/P\//)
  })

  test('a console line is logged for the developer', () => {
    const bench = new TestHost()
    bench.launch('alpha').post({ pillion: 'console', level: 'warn', text: 'careful' })
    const entry = bench.log.at(-1)
    assert.deepEqual([entry?.kind, entry?.text, entry?.detail], ['console', 'careful', { level: 'warn' }])
  })

  test('whatever it is, the host goes on (W 5)', () => {
    const bench = new TestHost()
    bench.launchHidden('beta')
    bench.launch('alpha')
    const field = fc.constantFrom(
      'type',
      'pillion',
      'content',
      'value',
      'topic',
      'payload',
      'subtopic',
      'sequence',
      'text',
      'notification',
      'id',
      'body',
      'icon',
      'data',
      'appId',
      'label',
      'inputType',
      'button',
      'request',
      'source',
      'isActive',
      'number',
    )
    const value = fc.oneof(
      fc.constantFrom(
        'WebPortal.onApplicationLoaded',
        'WebPortal.onSendNotificationRequest',
        'WebPortal.MQTT.publish',
        'WebPortal.popup.open',
        'WebPortal.nativePopup.open',
        'WebPortal.notification.new',
        'WebPortal.postMessage',
        'WebPortal.app.open',
        'ready',
        'drained',
        'console',
        'keyboard',
        'popupRequest',
        'guidance',
        'guidanceRefused',
        'audio',
        'phoneCall',
        'alpha',
        'beta',
      ),
      fc.anything(),
    )
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(field, value), fc.anything()), (data) => {
        bench.host.receiveFromFrame('alpha', data)
        assert.equal(bench.host.view.apps[0]?.idApp, 'alpha')
      }),
      { numRuns: 500 },
    )
  })
})
