import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alpha, forget, TestHost } from './test-host.ts'

const FOCUS = 'HMI.WebBrowser show'
const SHOW = 'WebPortal.onApplicationShow'
const HIDE = 'WebPortal.onApplicationHide'
const POSTED = 'WebPortal.postMessage'

describe('W 6.5 messages between apps', () => {
  test('target in foreground: posted at once, with the sender’s id, whatever the message says', () => {
    const bench = new TestHost()
    const sender = bench.launchHidden('beta')
    const target = bench.launch('alpha')
    sender.post({
      type: POSTED,
      appId: 'alpha',
      content: { a: [1] },
      idApp: 'gamma',
      from: 'gamma',
    })
    assert.deepEqual(target.messages, [{ type: POSTED, content: { a: [1] }, appId: 'beta' }])
    assert.deepEqual(sender.messages, [])
  })

  test('target in background: posted at once, order kept, and nothing is pending', () => {
    const bench = new TestHost()
    const target = bench.launchHidden('alpha')
    const sender = bench.launch('beta')
    forget(target)
    for (const content of ['one', 2, null, undefined]) sender.writeTo('alpha', content)
    assert.deepEqual(target.messages, [
      { type: POSTED, content: 'one', appId: 'beta' },
      { type: POSTED, content: 2, appId: 'beta' },
      { type: POSTED, content: null, appId: 'beta' },
      { type: POSTED, content: undefined, appId: 'beta' },
    ])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('content goes by structured clone: dates, maps and cycles arrive', () => {
    const bench = new TestHost()
    const target = bench.launchHidden('alpha')
    const cycle: Record<string, unknown> = { at: new Date(0), map: new Map([['a', 1n]]) }
    cycle.self = cycle
    bench.launch('beta').writeTo('alpha', cycle)
    assert.deepEqual(target.messages.at(-1), { type: POSTED, content: cycle, appId: 'beta' })
  })

  test('content that cannot be cloned once more is dropped and logged; the host goes on', () => {
    const bench = new TestHost()
    const target = bench.launchHidden('alpha')
    const sender = bench.launch('beta')
    forget(target)
    bench.host.receiveFromFrame('beta', { type: POSTED, appId: 'alpha', content: () => {} })
    assert.deepEqual(bench.host.view.drops, { content_not_cloneable: 1 })
    sender.writeTo('alpha', 'next')
    assert.equal(target.messages.length, 1)
  })

  test('apps of different partners may write to each other', () => {
    const bench = new TestHost()
    const target = bench.launchHidden('other')
    bench.launch('alpha').writeTo('other', 1)
    assert.deepEqual(target.messages.at(-1), { type: POSTED, content: 1, appId: 'alpha' })
  })

  test('target loading: held, and posted in order when it announces itself, after onApplicationUpdated (W 4.2 row 3)', () => {
    const bench = new TestHost()
    const sender = bench.launchHidden('beta')
    bench.host.setApps(
      bench.host.view.apps.map(({ state: _, pending: __, ...app }) =>
        app.idApp === 'alpha' ? { ...app, url: 'http://alpha.test/2/' } : app,
      ),
    )
    bench.host.openApp('alpha')
    sender.writeTo('alpha', 1)
    const target = bench.frames.get('alpha')
    target.load()
    sender.writeTo('alpha', 2)
    assert.deepEqual(target.happened, [])
    target.announce()
    assert.deepEqual(target.happened, [FOCUS, 'WebPortal.onApplicationUpdated', POSTED, POSTED])
    sender.writeTo('alpha', 3)
    const contents = target.messages.flatMap((message) => ('content' in message ? [message.content] : []))
    assert.deepEqual(contents, [1, 2, 3])
  })

  test('target loading: 10 are held, further ones dropped and logged (W 16)', () => {
    const bench = new TestHost()
    const sender = bench.launch('beta')
    bench.host.openApp('alpha')
    for (let n = 1; n <= 12; n++) sender.writeTo('alpha', n)
    const target = bench.frames.get('alpha')
    target.load()
    target.announce()
    const contents = target.messages.flatMap((message) => ('content' in message ? [message.content] : []))
    assert.deepEqual(contents, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert.deepEqual(bench.host.view.drops, { held_overflow: 2 })
  })

  test('target loading: what opened it takes none of the 10 places (W 6.3)', () => {
    const bench = new TestHost()
    const sender = bench.launch('beta')
    bench.sendPopup('alpha')
    bench.host.pressOk()
    for (let n = 1; n <= 10; n++) sender.writeTo('alpha', n)
    const target = bench.frames.get('alpha')
    target.load()
    target.announce()
    assert.equal(target.received.length, 1)
    assert.equal(target.happened.filter((what) => what === POSTED).length, 10)
    assert.deepEqual(bench.host.view.drops, {})
  })

  test('target loading, and it never announces itself: dropped', () => {
    const bench = new TestHost()
    const sender = bench.launch('beta')
    bench.host.openApp('alpha')
    sender.writeTo('alpha', 1)
    bench.clock.advance(10_000)
    assert.deepEqual(bench.host.view.drops, { app_not_running: 1 })
    assert.deepEqual(bench.launch('alpha').messages, [])
  })

  for (const [name, appId, reason] of [
    ['not running', 'alpha', 'app_not_running'],
    ['unknown', 'nobody', 'id_app_unknown'],
    ['not installed any more', 'gamma', 'id_app_unknown'],
  ] as const) {
    test(`target ${name}: dropped, logged, and not started`, () => {
      const bench = new TestHost()
      const sender = bench.launch('beta')
      bench.host.setApps([alpha, sender.about])
      sender.writeTo(appId, 1)
      assert.deepEqual(bench.host.view.drops, { [reason]: 1 })
      assert.equal(bench.frames.opened.length, 1)
      assert.deepEqual(sender.messages, [])
    })
  }

  test('target in its grace: it does not run any more', () => {
    const bench = new TestHost()
    const sender = bench.launchHidden('beta')
    const target = bench.launch('alpha')
    bench.host.reloadApp('alpha')
    forget(target)
    sender.writeTo('alpha', 1)
    assert.deepEqual(target.messages, [])
    assert.deepEqual(bench.host.view.drops, { app_not_running: 1 })
  })

  test('the sender itself: posted back', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.writeTo('alpha', 'me')
    assert.deepEqual(app.messages, [{ type: POSTED, content: 'me', appId: 'alpha' }])
  })

  test('without an appId: ignored and logged', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    for (const appId of [undefined, 5, ['alpha']]) app.post({ type: POSTED, appId, content: 1 })
    assert.deepEqual(bench.reasons('ignored'), Array(3).fill('message_malformed'))
    assert.deepEqual(app.messages, [])
  })
})

describe('W 6.6 app.open', () => {
  test('target not running: the sender is hidden, then the target is launched', () => {
    const bench = new TestHost()
    const sender = bench.launch('alpha')
    sender.openOther('beta')
    assert.deepEqual(sender.happened, [HIDE])
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.stateOf('beta'), 'loading')
    assert.equal(bench.host.view.app, 'beta')
  })

  test('target hidden: it is shown with onApplicationShow', () => {
    const bench = new TestHost()
    const target = bench.launchHidden('beta')
    const sender = bench.launch('alpha')
    sender.openOther('beta')
    assert.deepEqual(sender.happened, [HIDE])
    assert.deepEqual(target.happened, [SHOW])
    assert.equal(bench.frames.shown, 'beta')
  })

  test('own id: nothing', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.openOther('alpha')
    assert.deepEqual(app.happened, [])
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.deepEqual(bench.reasons('ignored'), [])
  })

  for (const [name, appId, reason] of [
    ['unknown', 'nobody', 'id_app_unknown'],
    ['missing', undefined, 'message_malformed'],
    ['no string', { toString: 'beta' }, 'message_malformed'],
  ] as const) {
    test(`an id that is ${name}: ignored, logged, the sender stays`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      app.post({ type: 'WebPortal.app.open', appId })
      assert.deepEqual(app.happened, [])
      assert.equal(bench.stateOf('alpha'), 'foreground')
      assert.deepEqual(bench.reasons('ignored'), [reason])
    })
  }

  for (const [where, leave] of [
    ['hidden', (bench: TestHost) => bench.host.pressHome()],
    ['behind another module', (bench: TestHost) => bench.host.showModule('media')],
    ['in its grace', (bench: TestHost) => bench.host.reloadApp('alpha')],
  ] as const) {
    test(`sender ${where}: ignored, logged`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      leave(bench)
      app.openOther('beta')
      assert.equal(bench.stateOf('beta'), 'installed')
      assert.deepEqual(bench.reasons('ignored'), ['sender_not_in_foreground'])
    })
  }

  test('sender still loading: ignored, logged', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    app.openOther('beta')
    assert.equal(bench.stateOf('beta'), 'installed')
  })
})
