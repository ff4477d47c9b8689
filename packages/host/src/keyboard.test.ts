import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import { forget, TestHost } from './test-host.ts'

const HIDE = 'WebPortal.onApplicationHide'
const POSTED = 'WebPortal.onCurrentNotificationReceived'
const RECEIVED = 'WebPortal.MQTT.evt.messageReceived'

describe('W 6.7 virtual keyboard', () => {
  test('is shown with the text there is when a text field gets the focus', () => {
    const bench = new TestHost({ virtualKeyboard: true })
    const app = bench.launch('alpha')
    app.post({
      pillion: 'keyboard',
      text: 'Paris',
      label: 'Town',
      inputType: 'search',
      charactersMax: 20,
    })
    assert.deepEqual(bench.host.view.keyboard, {
      idApp: 'alpha',
      text: 'Paris',
      label: 'Town',
      inputType: 'search',
      charactersMax: 20,
    })
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('gives the field its new text when it closes', () => {
    const { bench, app } = opened('Paris')
    bench.host.closeKeyboard('Lyon')
    assert.equal(bench.host.view.keyboard, undefined)
    assert.equal(app.field, 'Lyon')
  })

  for (const [what, cancel] of [
    ['closed without a text', (bench: TestHost) => bench.host.closeKeyboard(undefined)],
    ['closed by Back', (bench: TestHost) => bench.host.pressBack()],
  ] as const) {
    test(`leaves the field as it was when it is ${what}`, () => {
      const { bench, app } = opened('Paris')
      cancel(bench)
      assert.equal(bench.host.view.keyboard, undefined)
      assert.equal(app.field, 'Paris')
      assert.equal(bench.stateOf('alpha'), 'foreground')
    })
  }

  test('holds messages and events, and releases them in order when it closes, after the text', () => {
    const { bench, app } = opened()
    const sender = bench.frames.get('beta')
    bench.send('alpha', 1)
    bench.host.setVehicle({ speedKmh: 50 })
    sender.writeTo('alpha', 2)
    app.notify({ id: 'n', body: 'Hello' })
    bench.send('alpha', 3)
    assert.deepEqual(app.happened, [])
    app.onMessage = () => assert.equal(app.field, 'typed')
    bench.host.closeKeyboard('typed')
    assert.deepEqual(app.happened, [
      POSTED,
      RECEIVED,
      'Car driverDistractionOn',
      'WebPortal.postMessage',
      'WebPortal.notification.evt.created',
      POSTED,
      RECEIVED,
    ])
    bench.send('alpha', 4)
    assert.deepEqual(app.received.at(-1)?.content, 4)
  })

  test('holds nothing back from the getters: they know when the event comes (W 9.4)', () => {
    const { bench, app } = opened()
    bench.host.setVehicle({ language: 'fr-FR' })
    assert.equal(app.state.language, 'fr-FR')
    app.onEvent = () => assert.equal(app.state.language, 'fr-FR')
    bench.host.closeKeyboard(undefined)
    assert.deepEqual(app.happened, ['HMI.Settings languageSet'])
  })

  test('other apps get theirs meanwhile', () => {
    const { bench } = opened()
    const other = bench.frames.get('beta')
    forget(other)
    bench.host.setVehicle({ speedKmh: 50 })
    assert.deepEqual(other.happened, ['Car driverDistractionOn'])
  })

  test('1,000 messages and events are held; what comes then is dropped and counted', () => {
    const { bench, app } = opened()
    for (let n = 1; n <= 1_001; n++) bench.frames.get('beta').writeTo('alpha', n)
    bench.host.closeKeyboard(undefined)
    assert.equal(app.messages.length, 1_000)
    assert.deepEqual(app.messages.at(-1), { type: 'WebPortal.postMessage', content: 1_000, appId: 'beta' })
    assert.deepEqual(bench.host.view.drops, { keyboard_overflow: 1 })
  })

  for (const [what, leave] of [
    ['another module', (bench: TestHost) => bench.host.showModule('navigation')],
    ['the wall', (bench: TestHost) => bench.host.pressHome()],
    ['another app', (bench: TestHost) => bench.host.openApp('beta')],
    ['the notification center', (bench: TestHost) => bench.host.openCenter()],
  ] as const) {
    test(`closes when ${what} takes the screen; the app has everything before onApplicationHide`, () => {
      const { bench, app } = opened('Paris')
      bench.send('alpha', 1)
      leave(bench)
      assert.equal(bench.host.view.keyboard, undefined)
      assert.equal(app.field, 'Paris')
      assert.deepEqual(app.received.length, 1)
      assert.equal(app.messages.at(-1)?.type, HIDE)
    })
  }

  test('closes when the app has to go; it has everything before onApplicationUnloaded', () => {
    const { bench, app } = opened()
    bench.send('alpha', 1)
    bench.host.reloadApp('alpha')
    assert.equal(bench.host.view.keyboard, undefined)
    assert.deepEqual(app.happened, [POSTED, RECEIVED, 'WebPortal.onApplicationUnloaded'])
  })

  test('goes with the document: what was held for it does not reach the next, but what its partner sent is kept (W 6.2)', () => {
    const { bench, app } = opened()
    bench.send('alpha', 1)
    app.openPopup('Hello')
    bench.send('alpha', 2)
    app.reload()
    assert.equal(bench.host.view.keyboard, undefined)
    app.announce()
    assert.deepEqual(app.happened, ['HMI.WebBrowser show'])
    assert.deepEqual(
      app.getPendingNotifications().map(({ content }) => content),
      [1, 2],
    )
  })

  test('stays when the document of another app goes, and so does what it holds', () => {
    const { bench, app } = opened()
    bench.send('alpha', 1)
    bench.host.reloadApp('beta')
    bench.clock.advance(100)
    assert.ok(bench.host.view.keyboard)
    assert.deepEqual(app.happened, [])
    bench.host.closeKeyboard(undefined)
    assert.deepEqual(app.happened, [POSTED, RECEIVED])
  })

  test('stays under a popup, whose outcome its app gets with the rest', () => {
    const { bench, app } = opened()
    app.openPopup('Hello')
    bench.host.pressBack()
    assert.ok(bench.host.view.keyboard)
    assert.deepEqual(app.happened, [])
    bench.host.closeKeyboard(undefined)
    assert.deepEqual(app.happened, ['WebPortal.popup.evt.opened', 'WebPortal.popup.evt.cancel'])
  })

  test('follows the focus to the next field', () => {
    const { bench, app } = opened('first')
    bench.send('alpha', 1)
    app.focusField('second', 'Second')
    assert.equal(bench.host.view.keyboard?.label, 'Second')
    bench.host.closeKeyboard(undefined)
    assert.equal(app.received.length, 1)
  })

  test('is not for an app that is not on screen: its field stays as it is', () => {
    const bench = new TestHost({ virtualKeyboard: true })
    const app = bench.launchHidden('alpha')
    const posted: unknown[] = []
    const post = bench.frames.post.bind(bench.frames)
    bench.frames.post = (idApp, message) => {
      posted.push(message)
      post(idApp, message)
    }
    app.focusField('Paris')
    assert.equal(bench.host.view.keyboard, undefined)
    // An answer all the same, or the field would never ask again.
    assert.deepEqual(posted, [{ pillion: 'keyboard', text: undefined }])
    bench.host.openApp('alpha')
    assert.equal(app.happened.at(-1), 'WebPortal.onApplicationShow')
  })

  test('is off unless asked for, and can be switched; frames know (W 6.7)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    assert.equal(app.state.virtualKeyboard, false)
    app.post({ pillion: 'keyboard', text: '', label: '', inputType: 'text' })
    assert.equal(bench.host.view.keyboard, undefined)
    bench.host.useVirtualKeyboard(true)
    assert.equal(app.state.virtualKeyboard, true)
    app.focusField()
    assert.ok(bench.host.view.keyboard)
    bench.host.useVirtualKeyboard(false)
    assert.equal(bench.host.view.keyboard, undefined)
    assert.equal(app.state.virtualKeyboard, false)
  })

  for (const message of [
    { pillion: 'keyboard' },
    { pillion: 'keyboard', text: 5, label: '', inputType: 'text' },
    { pillion: 'keyboard', text: '', inputType: 'text' },
    { pillion: 'keyboard', text: '', label: '' },
    { pillion: 'keyboard', text: '', label: '', inputType: 'text', charactersMax: '5' },
  ]) {
    test(`${JSON.stringify(message)} is ignored and logged (W 5)`, () => {
      const bench = new TestHost({ virtualKeyboard: true })
      bench.launch('alpha').post(message)
      assert.equal(bench.host.view.keyboard, undefined)
      assert.deepEqual(bench.reasons('ignored'), ['message_malformed'])
    })
  }
})

/** Alpha with the keyboard, beta hidden. */
function opened(text = ''): { bench: TestHost; app: FakeApp } {
  const bench = new TestHost({ virtualKeyboard: true })
  bench.launchHidden('beta')
  const app = bench.launch('alpha')
  app.focusField(text)
  assert.ok(bench.host.view.keyboard)
  return { bench, app }
}
