import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alpha, beta, forget, TestHost } from './test-host.ts'

const UNLOADED = 'WebPortal.onApplicationUnloaded'

describe('W 9.5 shutdown', () => {
  test('fires OnShutDown to all loaded apps, 1.9 s later posts onApplicationUnloaded, and 0.1 s later takes their frames', () => {
    const bench = new TestHost()
    const hidden = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    forget(hidden)
    bench.host.shutDown()
    assert.equal(bench.host.view.shuttingDown, true)
    for (const { happened } of [app, hidden]) assert.deepEqual(happened, ['System OnShutDown'])
    bench.clock.advance(1_899)
    for (const { happened } of [app, hidden]) assert.deepEqual(happened, ['System OnShutDown'])
    bench.clock.advance(1)
    for (const { happened } of [app, hidden]) assert.deepEqual(happened, ['System OnShutDown', UNLOADED])
    assert.equal(bench.host.view.app, undefined)
    bench.clock.advance(99)
    assert.deepEqual([app.open, hidden.open, bench.transport.stopped], [true, true, false])
    bench.clock.advance(1)
    assert.deepEqual([app.open, hidden.open, bench.transport.stopped], [false, false, true])
    assert.equal(bench.clock.waiting, 0)
  })

  test('an app may still send in its two seconds', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.onEvent = () => app.send('good night')
    bench.host.shutDown()
    return Promise.resolve().then(() => assert.equal(bench.transport.published.length, 1))
  })

  test('an app that is loading hears of it, and goes without onApplicationUnloaded (W 4.2 row 10)', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    bench.host.shutDown()
    bench.clock.advance(2_000)
    assert.deepEqual(app.happened, ['System OnShutDown'])
    assert.equal(app.open, false)
  })

  test('nothing is started any more, by nobody', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.shutDown()
    bench.host.openApp('beta')
    app.openOther('gamma')
    bench.clock.advance(1_950)
    bench.host.openApp('alpha')
    bench.clock.advance(10_000)
    assert.equal(bench.frames.opened.length, 1)
    assert.equal(bench.host.view.shuttingDown, true)
  })

  for (const milliseconds of [0, 1_850]) {
    test(`an app that is reloaded or updated ${milliseconds} ms after OnShutDown does not come back`, () => {
      const bench = new TestHost({ apps: [alpha, beta] })
      for (const { idApp } of [alpha, beta]) bench.launch(idApp)
      bench.host.shutDown()
      bench.clock.advance(milliseconds)
      bench.host.reloadApp('alpha')
      bench.host.setApps([alpha, { ...beta, url: 'http://beta.test/2/' }])
      bench.clock.advance(149)
      assert.equal(bench.frames.opened.length, 2)
    })
  }

  test('the virtual keyboard closes, so that the app hears of it at once (W 6.7)', () => {
    const bench = new TestHost({ virtualKeyboard: true })
    const app = bench.launch('alpha')
    app.focusField()
    bench.host.shutDown()
    assert.deepEqual(app.happened, ['System OnShutDown'])
    app.focusField()
    assert.equal(bench.host.view.keyboard, undefined)
  })

  test('popups end without an outcome', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('alpha')
    bench.host.shutDown()
    bench.clock.advance(2_000)
    assert.equal(bench.host.view.popup, undefined)
    assert.deepEqual(app.received, [])
  })

  test('said twice, it happens once; after stop it means nothing', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.shutDown()
    bench.clock.advance(1_000)
    bench.host.shutDown()
    assert.deepEqual(app.happened, ['System OnShutDown'])
    bench.clock.advance(1_000)
    assert.equal(app.open, false)
    bench.host.shutDown()
    assert.equal(bench.clock.waiting, 0)
  })

  test('stop in between takes everything away at once', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.host.shutDown()
    bench.host.stop()
    assert.equal(bench.clock.waiting, 0)
  })
})
