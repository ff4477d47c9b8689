import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HostMessage } from '@pillion/schema'
import type { FakeApp } from '@pillion/testkit'
import { appMessageHandlers } from './handle/index.ts'
import { alpha, beta, forget, TestHost } from './test-host.ts'

const ok = (bench: TestHost) => bench.host.pressOk()
const back = (bench: TestHost) => bench.host.pressReturn()
const wait = (bench: TestHost) => bench.clock.advance(15_000)
const newestKey = (bench: TestHost) => bench.host.view.notifications[0]?.key ?? ''

function popup(family: 'popup' | 'nativePopup', close: (bench: TestHost) => void) {
  return (bench: TestHost, app: FakeApp) => {
    app.openPopup('Hello', family)
    close(bench)
  }
}

function notification(act: (bench: TestHost) => void) {
  return (bench: TestHost, app: FakeApp) => {
    app.notify({ id: 'n', body: 'Hello' })
    back(bench)
    act(bench)
  }
}

async function publish(bench: TestHost, app: FakeApp, acknowledge: boolean) {
  bench.transport.acknowledges = false
  app.publish('x')
  if (acknowledge) bench.transport.published[0]?.acknowledge()
  else bench.transport.published[0]?.refuse()
  await new Promise((resolve) => setImmediate(resolve))
}

type Row = readonly [
  type: HostMessage['type'],
  isPostedInBackground: boolean,
  /** Leads to the message; `app` is alpha, hidden or on screen. */
  act: (bench: TestHost, app: FakeApp) => void | Promise<void>,
]

/** W 5.2, all that have a column "posted in background". */
const rows: readonly Row[] = [
  ['WebPortal.onApplicationUnloaded', true, (bench) => bench.host.reloadApp('alpha')],
  ['WebPortal.onCurrentNotificationReceived', false, (bench) => bench.send('alpha', 1)],
  ['WebPortal.MQTT.evt.messageReceived', false, (bench) => bench.send('alpha', 1)],
  ['WebPortal.MQTT.evt.messageDelivered', true, (bench, app) => publish(bench, app, true)],
  ['WebPortal.MQTT.evt.messageNotDelivered', true, (bench, app) => publish(bench, app, false)],
  ['WebPortal.popup.evt.opened', true, (_bench, app) => app.openPopup('Hello')],
  ['WebPortal.popup.evt.ok', true, popup('popup', ok)],
  ['WebPortal.popup.evt.cancel', true, popup('popup', back)],
  ['WebPortal.popup.evt.timeout', true, popup('popup', wait)],
  ['WebPortal.nativePopup.evt.opened', true, (_bench, app) => app.openPopup('Hello', 'nativePopup')],
  ['WebPortal.nativePopup.evt.ok', true, popup('nativePopup', ok)],
  ['WebPortal.nativePopup.evt.cancel', true, popup('nativePopup', back)],
  ['WebPortal.nativePopup.evt.timeout', true, popup('nativePopup', wait)],
  [
    'WebPortal.OverflowPopup',
    true,
    (_bench, app) => {
      for (let n = 1; n <= 6; n++) app.openPopup(`${n}`)
    },
  ],
  ['WebPortal.notification.evt.created', true, notification(() => {})],
  ['WebPortal.notification.evt.error', true, (_bench, app) => app.notify({ id: '', body: '' })],
  [
    'WebPortal.notification.evt.show',
    true,
    notification((bench) => bench.host.openNotification(newestKey(bench))),
  ],
  [
    'WebPortal.notification.evt.click',
    true,
    notification((bench) => bench.host.openNotificationApp(newestKey(bench))),
  ],
  [
    'WebPortal.notification.evt.close',
    true,
    notification((bench) => bench.host.deleteNotification(newestKey(bench))),
  ],
  ['WebPortal.postMessage', true, (_bench, app) => app.writeTo('alpha', 1)],
]

describe('W 5.2 host → app', () => {
  for (const [type, isPostedInBackground, act] of rows) {
    test(`${type}: posted to a shown app`, async () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      await act(bench, app)
      assert.ok(app.happened.includes(type))
    })

    test(`${type}: ${isPostedInBackground ? 'posted to' : 'kept for'} a hidden app`, async () => {
      const bench = new TestHost()
      const app = bench.launchHidden('alpha')
      await act(bench, app)
      assert.equal(app.happened.includes(type), isPostedInBackground)
      assert.equal(bench.pendingOf('alpha'), isPostedInBackground ? 0 : 1)
    })
  }

  test('onApplicationUpdated is the first message, in background too', () => {
    for (const launch of ['launch', 'launchHidden'] as const) {
      const bench = new TestHost()
      bench[launch]('alpha')
      bench.host.setApps([{ ...alpha, url: 'http://alpha.test/2/' }, beta])
      bench.clock.advance(100)
      const app = bench.frames.get('alpha')
      app.load()
      app.announce()
      assert.equal(app.messages[0]?.type, 'WebPortal.onApplicationUpdated')
    }
  })

  test('every message of the table and no other has a test here, or in W 4.2 (Show, Hide)', () => {
    const types = new Set(rows.map(([type]) => type))
    types.add('WebPortal.onApplicationShow').add('WebPortal.onApplicationHide')
    types.add('WebPortal.onApplicationUpdated')
    assert.equal(types.size, 23)
  })

  test('an app that is not loaded gets nothing: what its popups and notifications lead to is dropped', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.notify({ id: 'a', body: 'a' })
    app.notify({ id: 'b', body: 'b' })
    bench.host.reportBrokenFrame('alpha')
    forget(app)
    bench.host.pressOk()
    bench.host.deleteNotification(newestKey(bench))
    const next = bench.launch('alpha')
    assert.deepEqual([app.messages, next.messages], [[], []])
    const posted = bench.log.filter(({ kind, direction }) => kind === 'app_message' && direction === 'out')
    assert.deepEqual(
      posted.map(({ text }) => text.replace('WebPortal.', '')),
      ['notification.evt.created', 'notification.evt.created'],
    )
  })

  test('`value` exists only on onCurrentNotificationReceived', async () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    for (const [, , act] of rows) if (app.open) await act(bench, app)
    for (const message of app.messages) {
      assert.equal('value' in message, message.type === 'WebPortal.onCurrentNotificationReceived')
    }
  })
})

describe('W 5.1 app → host', () => {
  test('the host knows the eight types of the table and no other', () => {
    assert.deepEqual(
      [...appMessageHandlers.keys()].sort(),
      [
        'WebPortal.MQTT.publish',
        'WebPortal.app.open',
        'WebPortal.nativePopup.open',
        'WebPortal.notification.new',
        'WebPortal.onApplicationLoaded',
        'WebPortal.onSendNotificationRequest',
        'WebPortal.popup.open',
        'WebPortal.postMessage',
      ].sort(),
    )
  })
})

describe('W 4.2 rows that requests and notifications lead to', () => {
  const UNLOADED = 'WebPortal.onApplicationUnloaded'

  test('row 10: app.open makes room when memory is short: the sender goes without onApplicationHide (row 8)', () => {
    const bench = new TestHost({ limits: { loadedAppsMax: 1 } })
    const sender = bench.launch('alpha')
    sender.openOther('beta')
    assert.deepEqual(sender.happened, [UNLOADED])
    assert.equal(bench.stateOf('beta'), 'loading')
  })

  test('row 2: "Open the app" starts an app that makes room likewise', () => {
    const bench = new TestHost({ limits: { loadedAppsMax: 1 } })
    bench.launch('alpha').notify({ id: 'n', body: 'Hello' })
    const front = bench.launch('beta')
    bench.clock.advance(100)
    assert.equal(bench.stateOf('alpha'), 'installed')
    bench.host.openNotificationApp(newestKey(bench))
    assert.deepEqual(front.happened, [UNLOADED])
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.happened, ['HMI.WebBrowser show', 'WebPortal.notification.evt.click'])
  })

  test('row 9: from another module, "Open the app" brings HMI.WebBrowser show, onApplicationShow, evt.click', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.notify({ id: 'n', body: 'Hello' })
    bench.host.showModule('media')
    forget(app)
    bench.host.openNotificationApp(newestKey(bench))
    assert.deepEqual(app.happened, [
      'HMI.WebBrowser show',
      'WebPortal.onApplicationShow',
      'WebPortal.notification.evt.click',
    ])
  })
})
