import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import { forget, TestHost } from './test-host.ts'

const SHOW = 'WebPortal.onApplicationShow'
const POSTED = 'WebPortal.onCurrentNotificationReceived'
const OVERFLOW = 'WebPortal.OverflowPopup'

const ok = 'WebPortal.okBtnPopupRequestClicked'
const cancel = 'WebPortal.cancelBtnPopupRequestClicked'
const timeout = 'WebPortal.closeTimeoutPopupRequest'

const popup = { idApp: 'alpha', popup: true, popupText: 'Hello', content: { id: 7 }, extra: 1 }

/** Where the app is when its popup closes. */
const places = {
  foreground: (bench: TestHost) => bench.launch('alpha'),
  background: (bench: TestHost) => bench.launchHidden('alpha'),
  'not running': () => undefined,
}

function openPopup(place: keyof typeof places): { bench: TestHost; app: FakeApp | undefined } {
  const bench = new TestHost()
  const app = places[place](bench)
  bench.receive(popup)
  return { bench, app }
}

/** Launches the app if it does not run, and fetches. */
function fetchPending(bench: TestHost): unknown[] {
  const app = bench.frames.find('alpha') ?? bench.launch('alpha')
  return app.getPendingNotifications()
}

describe('W 6.3 who gets which popup outcome', () => {
  test('OK, app in foreground: posted', () => {
    const { bench, app } = openPopup('foreground')
    bench.host.pressOk()
    const value = { ...popup, popupAction: ok }
    assert.deepEqual(app?.messages, [
      { type: POSTED, value },
      { type: 'WebPortal.MQTT.evt.messageReceived', payload: JSON.stringify(value), subtopic: '' },
    ])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('OK, app in background: the app is shown, then posted', () => {
    const { bench, app } = openPopup('background')
    bench.host.pressOk()
    assert.deepEqual(app?.happened.slice(0, 2), [SHOW, POSTED])
    assert.deepEqual(app?.received, [{ ...popup, popupAction: ok }])
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('OK, app in background behind another module: the web module comes back, the app is shown, then posted', () => {
    const { bench, app } = openPopup('foreground')
    bench.host.showModule('navigation')
    if (app) forget(app)
    bench.host.pressOk()
    assert.equal(bench.host.view.module, 'web')
    assert.deepEqual(app?.happened.slice(0, 3), ['HMI.WebBrowser show', SHOW, POSTED])
  })

  test('OK, app in background behind another app: that one is hidden', () => {
    const { bench, app } = openPopup('background')
    const front = bench.launch('beta')
    bench.host.pressOk()
    assert.deepEqual(front.happened, ['WebPortal.onApplicationHide'])
    assert.deepEqual(app?.happened.slice(0, 2), [SHOW, POSTED])
  })

  test('OK, app not running: it is launched, and posted after it announced itself', () => {
    const { bench } = openPopup('not running')
    bench.host.pressOk()
    assert.equal(bench.stateOf('alpha'), 'loading')
    const app = bench.frames.get('alpha')
    app.load()
    assert.deepEqual(app.messages, [])
    app.announce()
    assert.deepEqual(app.happened.slice(0, 2), ['HMI.WebBrowser show', POSTED])
    assert.deepEqual(app.received, [{ ...popup, popupAction: ok }])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('OK, app not running, and the user leaves before it announced itself: pending buffer', () => {
    const { bench } = openPopup('not running')
    bench.host.pressOk()
    bench.host.pressHome()
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.received, [])
    assert.deepEqual(fetchPending(bench), [{ ...popup, popupAction: ok }])
  })

  test('OK, app not running, and it never announces itself: pending buffer, so nothing is lost', () => {
    const { bench } = openPopup('not running')
    bench.host.pressOk()
    bench.clock.advance(10_000)
    assert.equal(bench.stateOf('alpha'), 'installed')
    assert.deepEqual(fetchPending(bench), [{ ...popup, popupAction: ok }])
  })

  test('OK, app in its grace: it is launched again, and posted then', () => {
    const { bench } = openPopup('foreground')
    bench.host.reloadApp('alpha')
    bench.host.pressOk()
    bench.clock.advance(100)
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.received, [{ ...popup, popupAction: ok }])
  })

  test('OK opens the app while driving, too', () => {
    const { bench } = openPopup('background')
    bench.host.setVehicle({ speedKmh: 90 })
    bench.host.pressOk()
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('OK does not open the app when the host was told so (W 15 no. 5)', () => {
    const bench = new TestHost({ popupOkOpensApp: false })
    const app = bench.launchHidden('alpha')
    bench.receive(popup)
    bench.host.pressOk()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.deepEqual(app.getPendingNotifications(), [{ ...popup, popupAction: ok }])
  })

  for (const place of ['foreground', 'background', 'not running'] as const) {
    test(`Return arrow, app ${place}: pending buffer only`, () => {
      const { bench, app } = openPopup(place)
      bench.host.pressReturn()
      assert.deepEqual(app?.messages ?? [], [])
      assert.equal(bench.pendingOf('alpha'), 1)
      assert.deepEqual(fetchPending(bench), [{ ...popup, popupAction: cancel }])
    })
  }

  test('nothing for 15 s, app in foreground: posted', () => {
    const { bench, app } = openPopup('foreground')
    bench.clock.advance(15_000)
    assert.deepEqual(app?.received, [{ ...popup, popupAction: timeout }])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  for (const place of ['background', 'not running'] as const) {
    test(`nothing for 15 s, app ${place}: pending buffer`, () => {
      const { bench, app } = openPopup(place)
      bench.clock.advance(15_000)
      assert.deepEqual(app?.messages ?? [], [])
      assert.deepEqual(fetchPending(bench), [{ ...popup, popupAction: timeout }])
    })
  }

  for (const place of ['foreground', 'background', 'not running'] as const) {
    test(`queue full, app ${place}: timeout in the pending buffer${place === 'not running' ? '' : ', and OverflowPopup'}`, () => {
      const bench = new TestHost()
      const app = places[place](bench)
      for (let n = 1; n <= 5; n++) bench.sendPopup('beta')
      bench.receive(popup)
      assert.deepEqual(app?.happened ?? [], app ? [OVERFLOW] : [])
      assert.equal(bench.pendingOf('beta'), 0)
      assert.deepEqual(fetchPending(bench), [{ ...popup, popupAction: timeout }])
    })
  }

  test('the app hears nothing of a popup before it closes (W 3.4)', () => {
    const { bench, app } = openPopup('foreground')
    bench.clock.advance(14_999)
    assert.deepEqual(app?.happened, [])
  })
})
