import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import type { NotificationEntry } from './notification-entry.ts'
import { alpha, beta, forget, TestHost } from './test-host.ts'
import type { NotificationView } from './view.ts'

const SHOW = 'WebPortal.onApplicationShow'
const HIDE = 'WebPortal.onApplicationHide'
const evt = (name: string) => `WebPortal.notification.evt.${name}`

describe('W 7.4 step 1: a request', () => {
  test('with id and body alone: evt.created, an entry under NEW with the app’s name and icon, unread 1', () => {
    const icon = 'http://alpha.test/icon.png'
    const bench = new TestHost({ apps: [{ ...alpha, icon }] })
    const app = bench.launch('alpha')
    app.notify({ id: 'n', body: 'First line\nsecond' })
    assert.deepEqual(app.messages, [{ type: evt('created'), notifId: 'n' }])
    const { key, ...entry } = newest(bench)
    assert.deepEqual(entry, {
      idApp: 'alpha',
      appName: 'Alpha',
      title: 'Alpha',
      body: 'First line\nsecond',
      icon,
      createdAt: bench.clock.now(),
      isNew: true,
    })
    assert.equal(bench.host.view.unread, 1)
  })

  test('with the fields at the top level of the message: the same (W 15 no. 31)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.post({ type: 'WebPortal.notification.new', id: 'n', body: 'Hello', title: 'Title', appId: 'beta' })
    assert.deepEqual(app.messages, [{ type: evt('created'), notifId: 'n' }])
    const { idApp, title } = newest(bench)
    assert.deepEqual([idApp, title], ['alpha', 'Title'])
  })

  for (const title of ['', 5, null]) {
    test(`title ${JSON.stringify(title)}: the app’s name`, () => {
      const bench = new TestHost()
      const fields = { id: 'n', body: 'Hello', title }
      bench.launch('alpha').post({ type: 'WebPortal.notification.new', notification: fields })
      assert.equal(newest(bench).title, 'Alpha')
    })
  }

  test('works from background, and while the app loads', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    app.notify({ id: 'n', body: 'Hello' })
    assert.deepEqual(app.happened, [evt('created')])
    bench.host.openApp('beta')
    const loading = bench.frames.get('beta')
    loading.load()
    loading.notify({ id: 'n', body: 'Hello' })
    assert.deepEqual(loading.happened, [evt('created')])
    assert.equal(bench.host.view.unread, 2)
  })

  for (const [name, notification, notifId] of [
    ['without id', { body: 'Hello' }, ''],
    ['with an empty id', { id: '', body: 'Hello' }, ''],
    ['with a number as id', { id: 5, body: 'Hello' }, ''],
    ['without body', { id: 'n' }, 'n'],
    ['with an empty body', { id: 'n', body: '' }, 'n'],
    ['with a body that is no string', { id: 'n', body: 5 }, 'n'],
    ['with data that has no JSON form', { id: 'n', body: 'Hello', data: 5n }, 'n'],
    [
      'with data nested too deep',
      { id: 'n', body: 'Hello', data: JSON.parse('['.repeat(257) + ']'.repeat(257)) },
      'n',
    ],
    ['that is a string', 'n', ''],
    ['that is missing', undefined, ''],
  ] as const) {
    test(`${name}: evt.error with notifId '${notifId}', neither prompt nor entry`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      app.post({ type: 'WebPortal.notification.new', notification })
      assert.deepEqual(app.messages, [{ type: evt('error'), notifId }])
      assert.deepEqual(bench.host.view.notifications, [])
      assert.equal(bench.host.view.popup, undefined)
    })
  }

  test('with an id that is in the center already: evt.error; another app may use it', () => {
    const bench = new TestHost()
    const other = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    for (const body of ['first', 'second']) app.notify({ id: 'n', body })
    other.notify({ id: 'n', body: 'of beta' })
    assert.deepEqual(app.happened, [evt('created'), evt('error')])
    assert.deepEqual(other.happened, [evt('created')])
    assert.deepEqual(bodies(bench), ['of beta', 'first'])
    assert.deepEqual(bench.reasons('ignored'), ['notification_exists'])
  })

  test('with an id that is free again: evt.created', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.notify({ id: 'n', body: 'first' })
    bench.host.deleteNotification(newest(bench).key)
    app.notify({ id: 'n', body: 'second' })
    assert.deepEqual(app.happened, [evt('created'), evt('close'), evt('created')])
  })

  test('when the center holds 100 entries: evt.error', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    for (let n = 1; n <= 101; n++) app.notify({ id: `${n}`, body: 'Hello' })
    assert.equal(bench.host.view.notifications.length, 100)
    assert.equal(bench.host.view.unread, 100)
    assert.deepEqual(app.messages.at(-1), { type: evt('error'), notifId: '101' })
    bench.host.deleteNotification(newest(bench).key)
    app.notify({ id: '102', body: 'Hello' })
    assert.deepEqual(app.messages.at(-1), { type: 'WebPortal.OverflowPopup' })
    assert.equal(bench.host.view.notifications.length, 100)
  })

  test('of 16,384 bytes of JSON passes, of one more does not', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    const empty = new TextEncoder().encode(JSON.stringify({ idApp: 'alpha', id: 'n', body: '' })).length
    app.notify({ id: 'n', body: 'x'.repeat(16_384 - empty + 1) })
    assert.deepEqual(bench.reasons('ignored'), ['notification_too_large'])
    app.notify({ id: 'n', body: 'x'.repeat(16_384 - empty) })
    assert.deepEqual(app.happened, [evt('error'), evt('created')])
  })

  for (const [icon, expected] of [
    ['http://alpha.test/1/bell.png', 'http://alpha.test/1/bell.png'],
    ['bell.png', 'http://alpha.test/1/bell.png'],
    ['http://elsewhere.test/bell.png', undefined],
    ['//elsewhere.test/bell.png', undefined],
    ['http://alpha.test:81/bell.png', undefined],
    ['blob:http://alpha.test/0b1f', undefined],
    ['data:image/png;base64,AAAA', undefined],
    ['javascript:alert(1)', undefined],
    [5, undefined],
  ] as const) {
    test(`icon ${icon}: ${expected ?? 'not of the app’s own origin, so the default'}`, () => {
      const bench = new TestHost()
      bench.launch('alpha').post({
        type: 'WebPortal.notification.new',
        notification: { id: 'n', body: 'Hello', icon },
      })
      assert.equal(newest(bench).icon, expected)
    })
  }
})

describe('W 7.4 step 2: the prompt', () => {
  test('is a popup with the body, OK and Return', () => {
    const { bench } = notified()
    assert.deepEqual(bench.host.view.popup, {
      idApp: 'alpha',
      appName: 'Alpha',
      kind: 'prompt',
      text: 'Hello',
      button: true,
      closesAt: bench.clock.now() + 10_000,
    })
  })

  test('comes after evt.created, and through the popup queue, 20 s after the one before (W 7.1)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.onMessage = () => assert.equal(bench.host.view.popup?.kind, 'partner')
    bench.sendPopup('beta')
    app.notify({ id: 'n', body: 'Hello' })
    bench.host.pressReturn()
    const kind = () => bench.host.view.popup?.kind
    bench.clock.advance(19_999)
    assert.equal(kind(), undefined)
    bench.clock.advance(1)
    assert.equal(kind(), 'prompt')
  })

  test('is not shown while driving; the entry exists anyway', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ speedKmh: 6 })
    forget(app)
    app.notify({ id: 'n', body: 'Hello' })
    assert.deepEqual(app.happened, [evt('created')])
    assert.equal(bench.host.view.popupsOutstanding, 0)
    assert.equal(bench.host.view.unread, 1)
    bench.host.setVehicle({ speedKmh: 0 })
    bench.clock.advance(60_000)
    assert.equal(bench.host.view.popup, undefined)
  })

  test('has no place in the queue while driving, full or not, and does not come when the vehicle stands', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setVehicle({ speedKmh: 6 })
    bench.sendPopup('beta')
    forget(app)
    app.notify({ id: 'first', body: 'Hello' })
    assert.equal(bench.host.view.popupsOutstanding, 1)
    for (let n = 2; n <= 5; n++) bench.sendPopup('beta')
    app.notify({ id: 'second', body: 'Hello' })
    assert.deepEqual(app.happened, [evt('created'), evt('created')])
    bench.host.setVehicle({ speedKmh: 0 })
    bench.clock.advance(100_000)
    assert.equal(bench.host.view.popup, undefined)
  })

  test('that waits is not shown if the driver is driving when its turn comes, and those behind it come at once', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    app.notify({ id: 'n', body: 'Hello' })
    bench.sendPopup('beta', { popupText: 'behind it' })
    bench.host.setVehicle({ speedKmh: 90 })
    bench.clock.advance(20_000)
    assert.equal(bench.host.view.popup?.text, 'behind it')
    assert.equal(bench.host.view.popupsOutstanding, 1)
  })

  test('that waits alone leaves nothing behind when its turn comes while driving', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    app.notify({ id: 'n', body: 'Hello' })
    bench.host.setVehicle({ speedKmh: 90 })
    bench.clock.advance(20_000)
    assert.equal(bench.host.view.popup, undefined)
    assert.equal(bench.host.view.popupsOutstanding, 0)
    assert.equal(app.state.popupDisplayed, false)
  })

  test('on screen goes when the driver sets off; the entry stays NEW', () => {
    const { bench, app } = notified()
    bench.host.setVehicle({ speedKmh: 6 })
    assert.equal(bench.host.view.popup, undefined)
    assert.equal(bench.host.view.unread, 1)
    assert.deepEqual(app.happened, ['Car driverDistractionOn'])
  })

  test('is not shown if the queue is full: OverflowPopup after evt.created; the entry exists anyway', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    for (let n = 1; n <= 5; n++) bench.sendPopup('beta')
    app.notify({ id: 'n', body: 'Hello' })
    assert.deepEqual(app.happened, [evt('created'), 'WebPortal.OverflowPopup'])
    assert.equal(bench.host.view.unread, 1)
  })

  test('stays when its app is unloaded (W 7.1)', () => {
    const { bench } = notified()
    bench.host.reloadApp('alpha')
    bench.clock.advance(100)
    assert.equal(bench.host.view.popup?.kind, 'prompt')
  })

  test('step 2a, OK: evt.show, the entry opens in the center and is read; the app loses the screen', () => {
    const { bench, app } = notified()
    bench.host.pressOk()
    assert.deepEqual(app.happened, [HIDE, evt('show')])
    assert.deepEqual(app.messages.at(-1), { type: evt('show'), notifId: 'n' })
    assert.deepEqual(bench.host.view.center, { open: true, entry: newest(bench).key })
    assert.equal(bench.host.view.app, undefined)
    assert.equal(bench.frames.shown, undefined)
    assert.deepEqual([newest(bench).isNew, bench.host.view.unread], [false, 0])
  })

  test('step 2a over another module: the web module comes back with the entry, its apps stay hidden', () => {
    const { bench, app } = notified()
    bench.host.showModule('navigation')
    forget(app)
    bench.host.pressOk()
    assert.equal(bench.host.view.module, 'web')
    assert.equal(bench.host.view.center.open, true)
    assert.deepEqual(app.happened, ['HMI.WebBrowser show', evt('show')])
  })

  test('step 2a, its app does not run: the entry opens, and nobody is told (W 5.2)', () => {
    const { bench } = notified()
    bench.host.reportBrokenFrame('alpha')
    bench.host.pressOk()
    assert.equal(bench.host.view.center.open, true)
    assert.equal(bench.stateOf('alpha'), 'installed')
  })

  for (const [what, close] of [
    ['Return', (bench: TestHost) => bench.host.pressReturn()],
    ['10 s', (bench: TestHost) => bench.clock.advance(1)],
  ] as const) {
    test(`step 2b, ${what}: the prompt closes without an event, the entry stays NEW`, () => {
      const { bench, app } = notified()
      bench.clock.advance(9_999)
      assert.ok(bench.host.view.popup)
      close(bench)
      assert.equal(bench.host.view.popup, undefined)
      assert.deepEqual(app.happened, [])
      assert.equal(bench.host.view.unread, 1)
      assert.equal(bench.host.view.center.open, false)
    })
  }

  test('that waits goes when its entry has been opened or deleted in the center', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    for (const id of ['opened', 'deleted']) app.notify({ id, body: id })
    assert.equal(bench.host.view.popupsOutstanding, 3)
    bench.host.openNotification(keyOf(bench, 'opened'))
    bench.host.deleteNotification(keyOf(bench, 'deleted'))
    assert.equal(bench.host.view.popupsOutstanding, 1)
  })
})

describe('W 7.4 step 3: the entry', () => {
  test('opened in the center: evt.show, PAST, unread − 1', () => {
    const { bench, app } = read()
    bench.host.openCenter()
    forget(app)
    bench.host.openNotification(newest(bench).key)
    assert.deepEqual(app.messages, [{ type: evt('show'), notifId: 'n' }])
    assert.deepEqual(bench.host.view.center, { open: true, entry: newest(bench).key })
    assert.deepEqual([newest(bench).isNew, bench.host.view.unread], [false, 0])
  })

  test('opened once more: evt.show again, and unread stays', () => {
    const { bench, app } = read()
    const { key } = newest(bench)
    bench.host.openNotification(key)
    bench.host.openCenter()
    forget(app)
    bench.host.openNotification(key)
    assert.deepEqual(app.happened, [evt('show')])
    assert.equal(bench.host.view.unread, 0)
  })

  test('3a, app hidden: entry removed, onApplicationShow, then evt.click with its data unchanged', () => {
    const data = { deep: [1, null, { text: 'é' }] }
    const { bench, app } = read(data)
    bench.host.openCenter()
    forget(app)
    app.onMessage = () => assert.deepEqual(bench.host.view.notifications, [])
    bench.host.openNotificationApp(newest(bench).key)
    assert.deepEqual(app.messages, [{ type: SHOW }, { type: evt('click'), notifId: 'n', data }])
    assert.equal(bench.frames.shown, 'alpha')
    assert.equal(bench.host.view.center.open, false)
    assert.equal(bench.host.view.unread, 0)
  })

  test('3a: without data evt.click has none', () => {
    const { bench, app } = read()
    bench.host.openNotificationApp(newest(bench).key)
    assert.deepEqual(app.messages, [{ type: evt('click'), notifId: 'n' }])
  })

  test('3a, app not running: it is launched, and evt.click is posted after it announced itself', () => {
    const { bench } = read('the data')
    bench.host.reportBrokenFrame('alpha')
    bench.host.openNotificationApp(newest(bench).key)
    assert.equal(bench.stateOf('alpha'), 'loading')
    const app = bench.frames.get('alpha')
    app.load()
    assert.deepEqual(app.messages, [])
    app.announce()
    assert.deepEqual(app.happened, ['HMI.WebBrowser show', evt('click')])
    assert.deepEqual(app.messages, [{ type: evt('click'), notifId: 'n', data: 'the data' }])
  })

  test('3a, app not running, and the user leaves before it announced itself: evt.click in background (W 5.2)', () => {
    const { bench } = read()
    bench.host.reportBrokenFrame('alpha')
    bench.host.openNotificationApp(newest(bench).key)
    bench.host.pressHome()
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(app.happened.at(-1), evt('click'))
  })

  test('3a, app not running, and it never announces itself: the event is dropped, and counted', () => {
    const { bench } = read()
    bench.host.reportBrokenFrame('alpha')
    bench.host.openNotificationApp(newest(bench).key)
    bench.clock.advance(10_000)
    assert.deepEqual(bench.host.view.drops, { app_not_running: 1 })
    assert.deepEqual(bench.launch('alpha').messages, [])
  })

  test('3b, Delete: evt.close, and the entry is gone; from its page the list is next', () => {
    const { bench, app } = read()
    const { key } = newest(bench)
    bench.host.openNotification(key)
    forget(app)
    bench.host.deleteNotification(key)
    assert.deepEqual(app.messages, [{ type: evt('close'), notifId: 'n' }])
    assert.deepEqual(bench.host.view.notifications, [])
    assert.deepEqual(bench.host.view.center, { open: true, entry: undefined })
  })

  test('3b, Delete of another one: the page that is open stays', () => {
    const { bench, app } = read()
    const { key } = newest(bench)
    app.notify({ id: 'other', body: 'Hello' })
    bench.host.openNotification(key)
    bench.host.deleteNotification(newest(bench).key)
    assert.deepEqual(bench.host.view.center, { open: true, entry: key })
  })

  test('an unknown key means nothing', () => {
    const { bench, app } = read()
    bench.host.openNotification('nothing')
    bench.host.openNotificationApp('nothing')
    bench.host.deleteNotification('nothing')
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.center.open, false)
    assert.equal(bench.host.view.notifications.length, 1)
  })
})

test('the list in the view stays the same until an entry or an app changes', () => {
  const { bench } = read()
  const before = bench.host.view.notifications
  bench.send('alpha', 1)
  assert.equal(bench.host.view.notifications, before)
  bench.host.setApps([{ ...alpha, name: 'Renamed' }])
  assert.equal(newest(bench).appName, 'Renamed')
  bench.host.openNotification(newest(bench).key)
  assert.equal(newest(bench).isNew, false)
})

describe('W 7.4 screens', () => {
  test('the center takes the screen from the app: onApplicationHide, no homeBtnClick', () => {
    const { bench, app } = read()
    bench.host.openCenter()
    assert.deepEqual(app.happened, [HIDE])
    assert.deepEqual(bench.host.view.center, { open: true, entry: undefined })
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.frames.shown, undefined)
  })

  test('Back leads from an entry to the list, from there to the wall', () => {
    const { bench, app } = read()
    bench.host.openNotification(newest(bench).key)
    bench.host.pressBack()
    assert.deepEqual(bench.host.view.center, { open: true, entry: undefined })
    bench.host.pressBack()
    assert.deepEqual(bench.host.view.center, { open: false })
    assert.equal(bench.host.view.app, undefined)
    assert.equal(app.happened.includes(SHOW), false)
  })

  for (const [what, leave] of [
    ['Home', (bench: TestHost) => bench.host.pressHome()],
    ['closeCenter', (bench: TestHost) => bench.host.closeCenter()],
    ['an icon', (bench: TestHost) => bench.host.openApp('beta')],
  ] as const) {
    test(`${what} closes the center`, () => {
      const { bench } = read()
      bench.host.openCenter()
      leave(bench)
      assert.deepEqual(bench.host.view.center, { open: false })
    })
  }

  test('it is there again when the user comes back from another module', () => {
    const { bench } = read()
    bench.host.openCenter()
    bench.host.showModule('media')
    bench.host.showModule('web')
    assert.equal(bench.host.view.center.open, true)
    assert.equal(bench.frames.shown, undefined)
  })

  test('opened while an app loads, that app goes to background on its announcement (W 4.2 row 5)', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.host.openCenter()
    bench.frames.get('alpha').load()
    bench.frames.get('alpha').announce()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.host.view.center.open, true)
  })
})

describe('W 7.4 entries persist', () => {
  test('across unload', () => {
    const { bench } = read()
    bench.host.reloadApp('alpha')
    bench.clock.advance(100)
    assert.deepEqual(bodies(bench), ['Hello'])
  })

  test('across a restart: what one host gave to be kept, the next takes up', () => {
    let kept: readonly NotificationEntry[] = []
    const bench = new TestHost({ onNotificationsChanged: (entries) => (kept = entries) })
    const app = bench.launch('alpha')
    app.notify({ id: 'read', body: 'read', title: 'Title', icon: 'bell.png', data: { a: 1 } })
    app.notify({ id: 'new', body: 'new' })
    bench.host.openNotification(keyOf(bench, 'read'))
    const before = bench.host.view.notifications
    bench.host.stop()

    const after = new TestHost({ notifications: JSON.parse(JSON.stringify(kept)) })
    assert.deepEqual(after.host.view.notifications, before)
    assert.deepEqual([bodies(after), after.host.view.unread], [['new', 'read'], 1])
    after.host.openNotificationApp(keyOf(after, 'read'))
    const relaunched = after.frames.get('alpha')
    relaunched.load()
    relaunched.announce()
    assert.deepEqual(relaunched.messages, [{ type: evt('click'), notifId: 'read', data: { a: 1 } }])
  })

  test('of an app that left the wall meanwhile they do not', () => {
    const entry = { id: 'n', body: 'Hello', createdAt: 0, isNew: true }
    const notifications = [
      { ...entry, idApp: 'gone' },
      { ...entry, idApp: 'alpha' },
    ]
    const bench = new TestHost({ notifications })
    assert.deepEqual(
      bench.host.view.notifications.map(({ idApp }) => idApp),
      ['alpha'],
    )
  })

  test('an app taken off the wall takes its entries and prompts with it; its open page becomes the list', () => {
    const bench = new TestHost()
    bench.launchHidden('beta').notify({ id: 'n', body: 'of beta' })
    const app = bench.launch('alpha')
    app.notify({ id: 'n', body: 'Hello' })
    bench.host.openNotification(newest(bench).key)
    bench.host.setApps([beta])
    assert.deepEqual(bodies(bench), ['of beta'])
    assert.deepEqual(bench.host.view.center, { open: true, entry: undefined })
  })
})

/** Alpha on screen, with a notification whose prompt is displayed. */
function notified(data?: unknown): { bench: TestHost; app: FakeApp } {
  const bench = new TestHost()
  const app = bench.launch('alpha')
  app.notify({ id: 'n', body: 'Hello', ...(data === undefined ? {} : { data }) })
  forget(app)
  return { bench, app }
}

/** The same, its prompt sent away. */
function read(data?: unknown): { bench: TestHost; app: FakeApp } {
  const parts = notified(data)
  parts.bench.host.pressReturn()
  return parts
}

function newest(bench: TestHost): NotificationView {
  const [entry] = bench.host.view.notifications
  assert.ok(entry)
  return entry
}

function keyOf(bench: TestHost, body: string): string {
  const entry = bench.host.view.notifications.find((entry) => entry.body === body)
  assert.ok(entry)
  return entry.key
}

function bodies(bench: TestHost): string[] {
  return bench.host.view.notifications.map(({ body }) => body)
}
