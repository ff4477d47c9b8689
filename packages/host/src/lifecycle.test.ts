import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultVehicleSignals } from '@pillion/schema'
import { alpha, beta, delta, forget, gamma, TestHost } from './test-host.ts'

const SHOW = 'WebPortal.onApplicationShow'
const HIDE = 'WebPortal.onApplicationHide'
const UNLOADED = 'WebPortal.onApplicationUnloaded'
const UPDATED = 'WebPortal.onApplicationUpdated'
const FOCUS = 'HMI.WebBrowser show'
const BLUR = 'HMI.WebBrowser hide'

describe('W 4.1 foreground', () => {
  test('is an app that is launched and on screen while the web module is active (W 4.1)', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    assert.equal(bench.stateOf('alpha'), 'loading')
    bench.frames.get('alpha').load()
    bench.frames.get('alpha').announce()
    assert.equal(bench.stateOf('alpha'), 'foreground')
    bench.host.showModule('navigation')
    assert.equal(bench.stateOf('alpha'), 'background')
  })

  test('does not change under a popup (W 4.1)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.sendPopup('beta')
    assert.ok(bench.host.view.popup)
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.deepEqual(app.happened, [])
  })
})

describe('W 4.2 transitions', () => {
  test('row 1: an installed app is on the wall, in its order, without a frame', () => {
    const bench = new TestHost({ apps: [beta, alpha] })
    assert.deepEqual(
      bench.host.view.apps.map(({ idApp, state }) => [idApp, state]),
      [
        ['beta', 'installed'],
        ['alpha', 'installed'],
      ],
    )
    assert.equal(bench.frames.opened.length, 0)
  })

  test('row 1: an app that is subscribed later appears on the wall', () => {
    const bench = new TestHost({ apps: [alpha] })
    bench.host.setApps([alpha, beta])
    assert.equal(bench.stateOf('beta'), 'installed')
  })

  test('row 2: a tap opens the frame out of sight, with the state for its first script, not yet launched', () => {
    const bench = new TestHost({ vehicle: { language: 'fr-FR', speedKmh: 30 } })
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    assert.equal(bench.host.view.app, 'alpha')
    assert.equal(bench.frames.shown, undefined)
    const { network: _, ...signals } = defaultVehicleSignals
    assert.deepEqual(app.state, {
      ...signals,
      idApp: 'alpha',
      launched: false,
      vin: '0123456789ABCDEFG',
      online: true,
      focus: true,
      speedKmh: 30,
      driving: true,
      language: 'fr-FR',
      popupDisplayed: false,
      virtualKeyboard: false,
      pendingErrorThrows: false,
      pendingMax: 10,
    })
  })

  test('row 3: on its announcement the app is shown, launched, and gets HMI.WebBrowser show, but no onApplicationShow', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    assert.deepEqual(app.happened, [])
    app.onEvent = () => {
      assert.equal(bench.frames.shown, 'alpha')
      assert.equal(app.state.launched, true)
    }
    bench.clock.advance(9_999)
    app.announce()
    assert.deepEqual(app.happened, [FOCUS])
    bench.clock.advance(20_000)
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('row 3: a second announcement is ignored (W 4.2)', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.announce()
    assert.deepEqual(app.happened, [])
    assert.deepEqual(bench.reasons('ignored'), ['app_already_loaded'])
  })

  test('row 4: an app that has not announced itself after 10 s goes without a message, and the user is told', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    bench.clock.advance(9_999)
    assert.equal(bench.stateOf('alpha'), 'loading')
    bench.clock.advance(1)
    assert.equal(bench.stateOf('alpha'), 'installed')
    assert.equal(app.open, false)
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.app, undefined)
    assert.deepEqual(bench.host.view.failure, { idApp: 'alpha', text: 'Alpha did not start within 10 s.' })
    bench.host.dismissFailure()
    assert.equal(bench.host.view.failure, undefined)
  })

  test('row 4: the error goes with Home, with the next app, or when the user closes it', () => {
    for (const leave of [
      (bench: TestHost) => bench.host.pressHome(),
      (bench: TestHost) => bench.host.openApp('beta'),
      (bench: TestHost) => bench.host.dismissFailure(),
    ]) {
      const bench = new TestHost()
      bench.host.openApp('alpha')
      bench.clock.advance(10_000)
      assert.ok(bench.host.view.failure)
      leave(bench)
      assert.equal(bench.host.view.failure, undefined)
    }
  })

  test('row 4: the time is settable (W 16)', () => {
    const bench = new TestHost({ limits: { loadTimeoutSeconds: 0.05 } })
    bench.host.openApp('alpha')
    bench.clock.advance(50)
    assert.equal(bench.stateOf('alpha'), 'installed')
  })

  for (const [what, leave] of [
    ['Home', (bench: TestHost) => bench.host.pressHome()],
    ['another app', (bench: TestHost) => bench.host.openApp('beta')],
    ['another module', (bench: TestHost) => bench.host.showModule('media')],
  ] as const) {
    test(`row 5: an app left for ${what} while it loads goes to background on its announcement`, () => {
      const bench = new TestHost()
      bench.host.openApp('alpha')
      leave(bench)
      assert.equal(bench.stateOf('alpha'), 'loading')
      const app = bench.frames.get('alpha')
      app.load()
      app.announce()
      assert.equal(bench.stateOf('alpha'), 'background')
      assert.notEqual(bench.frames.shown, 'alpha')
      assert.equal(app.happened.includes(SHOW), false)
      assert.equal(app.happened.includes(HIDE), false)
    })
  }

  test('row 5: an app that announces itself behind another module gets HMI.WebBrowser show with the return of the web module (W 9.4)', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.host.showModule('navigation')
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.happened, [])
    bench.host.showModule('web')
    assert.deepEqual(app.happened, [FOCUS, SHOW])
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('row 6: Home fires homeBtnClick, then posts onApplicationHide, and the wall is on screen', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.pressHome()
    assert.deepEqual(app.happened, ['HMI homeBtnClick', HIDE])
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.frames.shown, undefined)
    assert.equal(bench.host.view.app, undefined)
    assert.equal(app.open, true)
  })

  test('row 6: Back leads to the wall without homeBtnClick', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.pressBack()
    assert.deepEqual(app.happened, [HIDE])
    assert.equal(bench.host.view.app, undefined)
  })

  test('row 7: another module fires HMI.WebBrowser hide to all loaded apps, then hides the one on screen', () => {
    const bench = new TestHost()
    const hidden = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    forget(hidden)
    bench.host.showModule('navigation')
    assert.deepEqual(app.happened, [BLUR, HIDE])
    assert.deepEqual(hidden.happened, [BLUR])
    assert.equal(app.state.focus, false)
    assert.equal(bench.frames.shown, undefined)
    assert.equal(bench.host.view.module, 'navigation')
  })

  test('row 7: Back means nothing there: the app comes back with the web module (row 9)', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.host.showModule('media')
    bench.host.pressBack()
    assert.equal(bench.host.view.module, 'media')
    bench.host.showModule('web')
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('row 7: from one other module to the next nothing more happens to apps', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.showModule('navigation')
    forget(app)
    bench.host.showModule('media')
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.module, 'media')
  })

  test('row 8: opening another app hides the first before the second starts', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.onMessage = () => assert.equal(bench.frames.find('beta'), undefined)
    bench.host.openApp('beta')
    assert.deepEqual(app.happened, [HIDE])
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.stateOf('beta'), 'loading')
  })

  test('row 9: a tap brings a hidden app back with onApplicationShow', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    app.onMessage = () => assert.equal(bench.frames.shown, 'alpha')
    bench.host.openApp('alpha')
    assert.deepEqual(app.happened, [SHOW])
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.equal(bench.frames.opened.length, 1)
  })

  test('row 9: the web module back on screen shows the last app alone, after HMI.WebBrowser show to all', () => {
    const bench = new TestHost()
    const hidden = bench.launchHidden('beta')
    const app = bench.launch('alpha')
    bench.host.showModule('navigation')
    forget(app)
    forget(hidden)
    app.onEvent = () => assert.equal(app.state.focus, true)
    bench.host.showModule('web')
    assert.deepEqual(app.happened, [FOCUS, SHOW])
    assert.deepEqual(hidden.happened, [FOCUS])
    assert.equal(bench.frames.shown, 'alpha')
  })

  test('row 9: Home from another module leads to the wall; the last app stays hidden', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.showModule('navigation')
    forget(app)
    bench.host.pressHome()
    assert.equal(bench.host.view.module, 'web')
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.deepEqual(app.happened, [FOCUS])
  })

  test('row 10: an app taken off the wall gets onApplicationUnloaded and 100 ms, without onApplicationHide', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setApps([beta])
    assert.deepEqual(app.happened, [UNLOADED])
    assert.deepEqual(
      bench.host.view.apps.map(({ idApp }) => idApp),
      ['beta'],
    )
    bench.clock.advance(99)
    assert.equal(app.open, true)
    bench.clock.advance(1)
    assert.equal(app.open, false)
    assert.equal(bench.host.view.app, undefined)
  })

  test('row 10: a hidden app is unloaded likewise', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.host.setApps([beta])
    assert.deepEqual(app.happened, [UNLOADED])
  })

  test('row 10: an app that is still loading goes at once and without a message', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    bench.host.setApps([beta])
    assert.deepEqual(app.happened, [])
    assert.equal(app.open, false)
    bench.clock.advance(10_000)
    assert.equal(bench.host.view.failure, undefined)
  })

  test('row 10: an app that comes back to the wall within its grace can be opened again', () => {
    const bench = new TestHost()
    const first = bench.launch('alpha')
    bench.host.setApps([beta])
    bench.host.setApps([beta, alpha])
    bench.host.openApp('alpha')
    bench.clock.advance(100)
    assert.equal(first.open, false)
    assert.equal(bench.stateOf('alpha'), 'loading')
    assert.equal(bench.frames.opened.length, 2)
  })

  test('row 10: an app that goes off the wall in its grace does not come back after it', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.reloadApp('alpha')
    bench.host.setApps([beta])
    assert.equal(bench.host.view.app, undefined)
    bench.clock.advance(10_000)
    assert.equal(app.open, false)
    assert.equal(bench.frames.opened.length, 1)
  })

  test('row 10: an app that comes back to the wall after its grace is new: no onApplicationUpdated', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.host.setApps([beta])
    bench.clock.advance(100)
    bench.host.setApps([beta, { ...alpha, url: 'http://alpha.test/2/' }])
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.happened, [FOCUS])
  })

  test('row 10: an app opened in its grace makes room like any other (W 4.2)', () => {
    const bench = new TestHost()
    for (const { idApp } of [alpha, beta, gamma, delta]) bench.launch(idApp)
    assert.equal(bench.stateOf('alpha'), 'unloaded')
    bench.host.openApp('alpha')
    bench.clock.advance(100)
    assert.deepEqual([bench.stateOf('alpha'), bench.stateOf('beta')], ['loading', 'unloaded'])
  })

  test('row 10: an app launched first goes first, wherever it stands on the wall (W 4.2)', () => {
    const bench = new TestHost()
    for (const { idApp } of [gamma, beta, alpha]) bench.launch(idApp)
    bench.host.openApp('delta')
    assert.deepEqual([bench.stateOf('alpha'), bench.stateOf('gamma')], ['background', 'unloaded'])
  })

  test('row 10: an app shown again was shown last (W 4.2)', () => {
    const bench = new TestHost()
    for (const { idApp } of [alpha, beta, gamma]) bench.launch(idApp)
    for (const { idApp } of [alpha, beta]) bench.host.openApp(idApp)
    bench.host.openApp('delta')
    assert.deepEqual([bench.stateOf('alpha'), bench.stateOf('gamma')], ['background', 'unloaded'])
  })

  test('row 10: the fourth app makes the least recently shown hidden one go (W 4.2)', () => {
    const bench = new TestHost()
    const first = bench.launch('alpha')
    const second = bench.launch('beta')
    const third = bench.launch('gamma')
    bench.host.openApp('alpha')
    forget(second)
    bench.host.openApp('delta')
    assert.deepEqual(second.happened, [UNLOADED])
    bench.clock.advance(100)
    assert.deepEqual([first.open, second.open, third.open], [true, false, true])
    assert.equal(bench.stateOf('beta'), 'installed')
    assert.equal(bench.stateOf('delta'), 'loading')
  })

  test('row 10: an app that starts itself again while hidden was not shown for that (W 4.2)', () => {
    const bench = new TestHost()
    const first = bench.launch('alpha')
    const second = bench.launch('beta')
    bench.launch('gamma')
    first.reload()
    first.announce()
    assert.equal(bench.stateOf('alpha'), 'background')
    bench.host.openApp('delta')
    assert.deepEqual([first.happened.at(-1), second.happened.at(-1)], [UNLOADED, HIDE])
  })

  test('row 10: nor was one that an update started again while hidden (W 4.2)', () => {
    const bench = new TestHost({ apps: [alpha, beta, gamma, delta] })
    for (const { idApp } of [alpha, beta, gamma]) bench.launch(idApp)
    bench.host.setApps([{ ...alpha, url: 'http://alpha.test/2/' }, beta, gamma, delta])
    bench.clock.advance(100)
    const updated = bench.frames.get('alpha')
    updated.load()
    updated.announce()
    bench.host.openApp('delta')
    assert.deepEqual([bench.stateOf('alpha'), bench.stateOf('beta')], ['unloaded', 'background'])
  })

  test('row 10: a hidden app goes before one that is still loading, even if it was shown later', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.launch('beta')
    bench.launch('gamma')
    bench.host.openApp('delta')
    assert.deepEqual([bench.stateOf('alpha'), bench.stateOf('beta')], ['loading', 'unloaded'])
  })

  test('row 10: when only the app on screen can make room it goes without onApplicationHide', () => {
    const bench = new TestHost({ limits: { loadedAppsMax: 1 } })
    const app = bench.launch('alpha')
    bench.host.openApp('beta')
    assert.deepEqual(app.happened, [UNLOADED])
    assert.equal(bench.host.view.app, 'beta')
  })

  test('row 10: apps that never announce themselves do not exceed the three either (W 16)', () => {
    const bench = new TestHost()
    for (const idApp of ['alpha', 'beta', 'gamma', 'delta']) bench.host.openApp(idApp)
    assert.deepEqual(
      bench.host.view.apps.filter(({ state }) => state === 'loading').map(({ idApp }) => idApp),
      ['beta', 'gamma', 'delta'],
    )
  })

  test('row 10: an app opened during its grace starts again after it', () => {
    const bench = new TestHost({ limits: { loadedAppsMax: 1 } })
    bench.launch('alpha')
    bench.host.openApp('beta')
    bench.host.openApp('alpha')
    assert.equal(bench.stateOf('alpha'), 'unloaded')
    bench.clock.advance(100)
    assert.equal(bench.stateOf('alpha'), 'loading')
    assert.equal(bench.host.view.app, 'alpha')
  })

  test('row 11: an app with another address is unloaded, loaded in the same place and told onApplicationUpdated first', () => {
    const bench = new TestHost()
    const before = bench.launch('alpha')
    const update = { ...alpha, url: 'http://alpha.test/2/' }
    bench.host.setApps([update, beta])
    assert.deepEqual(before.happened, [UNLOADED])
    bench.clock.advance(100)
    const after = bench.frames.get('alpha')
    assert.equal(after.about.url, 'http://alpha.test/2/')
    assert.equal(bench.host.view.app, 'alpha')
    after.load()
    after.announce()
    assert.deepEqual(after.happened, [FOCUS, UPDATED])
    assert.equal(bench.stateOf('alpha'), 'foreground')
  })

  test('row 11: a hidden app is updated out of sight, and posted onApplicationUpdated there (W 5.2)', () => {
    const bench = new TestHost()
    bench.launchHidden('alpha')
    bench.host.setApps([{ ...alpha, url: 'http://alpha.test/2/' }])
    bench.clock.advance(100)
    const after = bench.frames.get('alpha')
    after.load()
    after.announce()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(after.messages[0]?.type, UPDATED)
  })

  test('row 11: an app that was updated while it did not run is told at its next start, once', () => {
    const bench = new TestHost()
    bench.host.setApps([{ ...alpha, url: 'http://alpha.test/2/' }])
    assert.equal(bench.frames.opened.length, 0)
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.happened, [FOCUS, UPDATED])
    app.reload()
    app.announce()
    assert.equal(app.happened.filter((what) => what === UPDATED).length, 1)
  })

  test('row 11: a new name alone is no update', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.setApps([{ ...alpha, name: 'Alpha and more' }])
    assert.deepEqual(app.happened, [])
    assert.equal(bench.host.view.apps[0]?.name, 'Alpha and more')
  })

  test('row 12: an app that reloads itself is loading again, with 10 s anew and no message', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.clock.advance(9_000)
    app.reload()
    assert.equal(bench.stateOf('alpha'), 'loading')
    assert.equal(app.state.launched, false)
    bench.clock.advance(9_999)
    assert.equal(bench.stateOf('alpha'), 'loading')
    app.announce()
    assert.deepEqual(app.happened, [FOCUS])
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.equal(bench.frames.opened.length, 1)
  })

  test('row 12: an app that reloads itself while it loads has 10 s anew, too', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    const app = bench.frames.get('alpha')
    app.load()
    bench.clock.advance(9_000)
    app.reload()
    bench.clock.advance(9_999)
    assert.equal(bench.stateOf('alpha'), 'loading')
    bench.clock.advance(1)
    assert.equal(bench.stateOf('alpha'), 'installed')
  })

  test('row 12: without an announcement the reloaded app goes as in row 4', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.reload()
    bench.clock.advance(10_000)
    assert.equal(app.open, false)
    assert.equal(bench.host.view.failure?.idApp, 'alpha')
  })

  test('row 12: an app that reloads itself in its grace goes all the same (row 10)', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    const app = bench.launch('alpha')
    bench.host.openApp('beta')
    bench.host.shutDown()
    bench.clock.advance(1_900)
    app.reload()
    app.announce()
    bench.clock.advance(50)
    assert.equal(bench.stateOf('alpha'), 'unloaded')
    bench.clock.advance(50)
    assert.equal(app.open, false)
  })

  test('row 12: a hidden app that reloads itself stays hidden', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    app.reload()
    app.announce()
    assert.equal(bench.stateOf('alpha'), 'background')
    assert.equal(bench.frames.shown, undefined)
  })
})

describe('reportBrokenFrame', () => {
  test('closes the app on screen at once, without a message, and tells the user, as in row 4', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.reportBrokenFrame('alpha')
    assert.equal(app.open, false)
    assert.deepEqual(app.happened, [])
    assert.equal(bench.stateOf('alpha'), 'installed')
    assert.equal(bench.frames.shown, undefined)
    assert.equal(bench.host.view.app, undefined)
    assert.deepEqual(bench.host.view.failure, {
      idApp: 'alpha',
      text: 'Alpha went to a page that cannot be shown.',
    })
  })

  test('does not wait for the 10 s when the start page cannot be loaded', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.host.reportBrokenFrame('alpha')
    assert.equal(bench.host.view.failure?.text, 'Alpha could not be loaded.')
    bench.host.openApp('alpha')
    assert.equal(bench.stateOf('alpha'), 'loading')
    assert.equal(bench.host.view.failure, undefined)
  })

  test('leaves the app on screen where it is when a hidden one breaks', () => {
    const bench = new TestHost()
    bench.launchHidden('beta')
    bench.launch('alpha')
    bench.host.reportBrokenFrame('beta')
    assert.equal(bench.stateOf('beta'), 'installed')
    assert.equal(bench.stateOf('alpha'), 'foreground')
    assert.equal(bench.frames.shown, 'alpha')
  })

  test('means nothing for an app without a frame, or one that is going anyway', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.host.reloadApp('alpha')
    for (const idApp of ['alpha', 'beta', 'nobody']) bench.host.reportBrokenFrame(idApp)
    assert.equal(bench.host.view.failure, undefined)
    bench.clock.advance(100)
    assert.equal(bench.stateOf('alpha'), 'loading')
  })
})

describe('reloadApp', () => {
  test('unloads the app and starts it again in the same place, as no update (W 4.2 row 10)', () => {
    const bench = new TestHost()
    const before = bench.launch('alpha')
    bench.host.reloadApp('alpha')
    assert.deepEqual(before.happened, [UNLOADED])
    bench.clock.advance(100)
    const after = bench.frames.get('alpha')
    after.load()
    after.announce()
    assert.deepEqual(after.happened, [FOCUS])
    assert.equal(bench.frames.shown, 'alpha')
  })

  test('starts it once: without an announcement it goes as in row 4', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.host.reloadApp('alpha')
    bench.clock.advance(10_100)
    assert.equal(bench.stateOf('alpha'), 'installed')
    assert.equal(bench.frames.opened.length, 2)
  })

  test('said again within the grace it happens once', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.host.reloadApp('alpha')
    bench.clock.advance(50)
    bench.host.reloadApp('alpha')
    assert.deepEqual(app.happened, [UNLOADED])
    bench.clock.advance(50)
    assert.equal(bench.stateOf('alpha'), 'loading')
  })

  test('starts an app that does not run', () => {
    const bench = new TestHost()
    bench.host.reloadApp('gamma')
    assert.equal(bench.stateOf('gamma'), 'loading')
  })

  test('gives an app that hangs in loading another frame at once', () => {
    const bench = new TestHost()
    bench.host.openApp('alpha')
    bench.host.reloadApp('alpha')
    assert.equal(bench.stateOf('alpha'), 'loading')
    assert.deepEqual(
      bench.frames.opened.map(({ open }) => open),
      [false, true],
    )
  })
})

test('setApps keeps running what stays on the wall, whatever its new place (W 4.2)', () => {
  const bench = new TestHost({ apps: [alpha, beta] })
  const app = bench.launch('alpha')
  bench.host.setApps([gamma, beta, { ...alpha }])
  assert.deepEqual(
    bench.host.view.apps.map(({ idApp, state }) => `${idApp} ${state}`),
    ['gamma installed', 'beta installed', 'alpha foreground'],
  )
  assert.deepEqual(app.happened, [])
})
