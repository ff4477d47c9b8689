import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import { alpha, beta, forget, TestHost } from './test-host.ts'

const OVERFLOW = 'WebPortal.OverflowPopup'
const UNLOADED = 'WebPortal.onApplicationUnloaded'

type Family = 'popup' | 'nativePopup'

describe('W 7.3 popups of apps', () => {
  for (const family of ['popup', 'nativePopup'] as const) {
    for (const [outcome, close] of [
      ['ok', (bench: TestHost) => bench.host.pressOk()],
      ['cancel', (bench: TestHost) => bench.host.pressReturn()],
      ['timeout', (bench: TestHost) => bench.clock.advance(15_000)],
    ] as const) {
      test(`${family}.open: ${family}.evt.opened, then ${family}.evt.${outcome} alone`, () => {
        const bench = new TestHost()
        const app = bench.launch('alpha')
        app.openPopup('Hello\nworld', family)
        assert.deepEqual(app.happened, [`WebPortal.${family}.evt.opened`])
        close(bench)
        bench.clock.advance(60_000)
        assert.deepEqual(app.messages, [
          { type: `WebPortal.${family}.evt.opened` },
          { type: `WebPortal.${family}.evt.${outcome}` },
        ])
        assert.equal(bench.pendingOf('alpha'), 0)
      })
    }
  }

  test('always has OK and Return, whatever else the message says', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.post({ type: 'WebPortal.popup.open', text: 'Hello', popupBtn: false, button: false })
    assert.deepEqual(bench.host.view.popup, {
      idApp: 'alpha',
      appName: 'Alpha',
      kind: 'app',
      text: 'Hello',
      button: true,
      closesAt: bench.clock.now() + 15_000,
    })
  })

  for (const text of [undefined, null, 5, ['Hello'], { text: 'Hello' }]) {
    test(`text ${JSON.stringify(text)}: ignored and logged`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      app.post({ type: 'WebPortal.popup.open', text })
      assert.equal(bench.host.view.popup, undefined)
      assert.deepEqual(bench.reasons('ignored'), ['text_malformed'])
      assert.deepEqual(app.happened, [])
    })
  }

  test('from background: shown over whatever is there, and its events are posted, cancel too', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    const front = bench.launch('beta')
    forget(app)
    app.openPopup('Hello')
    assert.equal(bench.host.view.popup?.idApp, 'alpha')
    bench.host.pressReturn()
    assert.deepEqual(app.happened, events('popup', 'opened', 'cancel'))
    assert.deepEqual(front.happened, [])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('OK leaves the app where it is', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    app.openPopup('Hello')
    bench.host.pressOk()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.deepEqual(app.happened, events('popup', 'opened', 'ok'))
  })

  test('an app that is loading may ask for one', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    app.openPopup('Hello')
    assert.deepEqual(app.happened, events('popup', 'opened'))
  })

  test('evt.opened comes when it appears: after those of others, 20 s from each other (W 7.1)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    app.openPopup('Hello', 'nativePopup')
    bench.host.pressReturn()
    bench.clock.advance(19_999)
    assert.deepEqual(app.happened, [])
    bench.clock.advance(1)
    assert.deepEqual(app.happened, events('nativePopup', 'opened'))
    bench.clock.advance(14_999)
    assert.deepEqual(app.happened, events('nativePopup', 'opened'))
    bench.clock.advance(1)
    assert.deepEqual(app.happened, events('nativePopup', 'opened', 'timeout'))
  })

  test('a request when five are outstanding is refused: OverflowPopup at once, to that app alone (W 7.1)', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    const front = bench.launch('beta')
    for (let n = 1; n <= 5; n++) bench.sendPopup('gamma')
    app.openPopup('Hello')
    assert.deepEqual(app.messages, [{ type: OVERFLOW }])
    assert.deepEqual(front.happened, [])
    bench.clock.advance(200_000)
    assert.deepEqual(app.happened, [OVERFLOW])
  })
})

describe('W 7.1 an app that goes', () => {
  /** One displayed and one waiting of alpha, then one of beta; `app` is alpha's document. */
  function ask(bench: TestHost): FakeApp {
    const other = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    app.openPopup('displayed')
    app.openPopup('waiting', 'nativePopup')
    other.openPopup('of beta')
    forget(app)
    return app
  }

  for (const [what, unload] of [
    ['is unloaded', (bench: TestHost) => bench.host.reloadApp('alpha')],
    [
      'is updated',
      (bench: TestHost) => bench.host.setApps([{ ...alpha, url: 'http://alpha.test/2/' }, beta]),
    ],
    ['leaves the wall', (bench: TestHost) => bench.host.setApps([beta])],
  ] as const) {
    test(`${what}: its waiting popups are lost, the displayed one closes silently, others stay`, () => {
      const bench = new TestHost()
      const app = ask(bench)
      unload(bench)
      assert.equal(textOf(bench), undefined)
      assert.equal(bench.host.view.popupsOutstanding, 1)
      assert.deepEqual(app.happened, [UNLOADED])
      bench.clock.advance(20_000)
      assert.equal(textOf(bench), 'of beta')
      assert.deepEqual(app.happened, [UNLOADED])
    })
  }

  test('reloads itself (W 4.2 row 12): the new document hears nothing of what the old one asked for', () => {
    const bench = new TestHost()
    const app = ask(bench)
    app.reload()
    app.announce()
    bench.clock.advance(60_000)
    assert.deepEqual(app.happened, ['HMI.WebBrowser show'])
  })

  test('broke: its popups go with it', () => {
    const bench = new TestHost()
    ask(bench)
    bench.host.reportBrokenFrame('alpha')
    assert.equal(bench.host.view.popupsOutstanding, 1)
  })

  test('has no new one in its grace', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.reloadApp('alpha')
    app.openPopup('late')
    assert.equal(bench.host.view.popup, undefined)
    assert.deepEqual(bench.reasons('ignored'), ['app_not_running'])
    app.post({ pillion: 'popupRequest', id: 1, button: true, text: 'late' })
    assert.equal(bench.host.view.popup, undefined)
    assert.deepEqual(bench.reasons('ignored'), ['app_not_running', 'app_not_running'])
  })
})

describe('Device.PopupRequest, removed from the reference (W 14)', () => {
  for (const [outcome, event, close] of [
    ['OK', 'okBtnPopupRequestClicked', (bench: TestHost) => bench.host.pressOk()],
    ['Return', 'cancelBtnPopupRequestClicked', (bench: TestHost) => bench.host.pressReturn()],
    ['nothing for 15 s', 'closeTimeoutPopupRequest', (bench: TestHost) => bench.clock.advance(15_000)],
  ] as const) {
    test(`${outcome}: the HMI event ${event}`, () => {
      const bench = new TestHost()
      const app = bench.launchHidden('alpha')
      app.post({ pillion: 'popupRequest', id: 1, button: true, text: 'Hello' })
      assert.equal(bench.host.view.popup?.kind, 'legacy')
      assert.deepEqual(app.happened, [])
      close(bench)
      assert.deepEqual(app.happened, [`HMI ${event}`])
      assert.deepEqual(app.messages, [])
    })
  }

  test('has OK only if it is asked for', () => {
    const bench = new TestHost()
    bench.launch('alpha').post({ pillion: 'popupRequest', id: 1, button: false, text: 'Hello' })
    assert.equal(bench.host.view.popup?.button, false)
    bench.host.pressOk()
    assert.ok(bench.host.view.popup)
  })

  test('is refused with OverflowPopup when the queue is full, and goes with its document', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    for (let n = 1; n <= 6; n++) app.post({ pillion: 'popupRequest', id: n, button: true, text: `${n}` })
    assert.deepEqual(app.happened, [OVERFLOW])
    bench.host.reloadApp('alpha')
    assert.equal(bench.host.view.popupsOutstanding, 0)
  })
})

describe('WebPortal.showPopup, removed from the reference (W 14)', () => {
  test('each popup has its own outcome, whichever of them was refused before it', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    const { WebPortal } = app.window
    const seen: string[] = []
    const show = (text: string) => {
      const note = (outcome: string) => () => seen.push(`${text} ${outcome}`)
      WebPortal.showPopup(text, note('ok'), note('cancel'), note('timeout'))
    }
    for (let n = 1; n <= 4; n++) bench.sendPopup('beta')
    show('first')
    show('refused')
    assert.deepEqual(app.happened, [OVERFLOW])
    bench.host.pressReturn()
    show('last')
    bench.clock.advance(80_000)
    assert.equal(textOf(bench), 'first')
    bench.host.pressOk()
    bench.clock.advance(20_000)
    assert.equal(textOf(bench), 'last')
    bench.host.pressReturn()
    assert.deepEqual(seen, ['first ok', 'last cancel'])
  })
})

describe('FrameState.popupDisplayed (W 8.2)', () => {
  test('is true from the appearance of any popup to its end, before the app hears of either', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('beta')
    const front = bench.launch('alpha')
    const seen: [string, boolean][] = []
    front.onMessage = ({ type }) => seen.push([type, front.state.popupDisplayed])
    front.openPopup('Hello')
    assert.equal(app.state.popupDisplayed, true)
    bench.host.pressOk()
    assert.equal(app.state.popupDisplayed, false)
    assert.deepEqual(seen, [
      ['WebPortal.popup.evt.opened', true],
      ['WebPortal.popup.evt.ok', false],
    ])
  })

  for (const [kind, ask] of [
    ['a back end', (bench: TestHost) => bench.sendPopup('gamma')],
    ['a notification', (bench: TestHost) => bench.frames.get('alpha').notify({ id: 'n', body: 'Hello' })],
  ] as const) {
    test(`counts a popup of ${kind}`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      ask(bench)
      assert.equal(app.state.popupDisplayed, true)
      bench.host.pressReturn()
      assert.equal(app.state.popupDisplayed, false)
    })
  }

  test('is false while a popup only waits, and true again when its turn comes', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    bench.sendPopup('beta')
    bench.host.pressReturn()
    assert.equal(bench.host.view.popupsOutstanding, 1)
    assert.equal(app.state.popupDisplayed, false)
    bench.clock.advance(20_000)
    assert.equal(app.state.popupDisplayed, true)
  })

  test('is known to the first script of an app that starts under a popup', () => {
    const bench = new TestHost()
    bench.sendPopup('beta')
    bench.host.openApp('alpha')
    assert.equal(bench.frames.get('alpha').state.popupDisplayed, true)
  })
})

function events(family: Family, ...names: ('opened' | 'ok' | 'cancel' | 'timeout')[]): string[] {
  return names.map((name) => `WebPortal.${family}.evt.${name}`)
}

function textOf(bench: TestHost): string | undefined {
  return bench.host.view.popup?.text
}
