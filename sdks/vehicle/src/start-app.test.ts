import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AppWindow, Message } from './index.ts'
import { Ride, vin } from './ride.fixture.ts'

describe('an app made with startApp', () => {
  test('announces itself, at once or when it says so (W 4.2 row 3)', async () => {
    const ride = await new Ride().open()
    assert.equal(ride.host.view.app, 'alpha')
    const late = new Ride({ announce: false })
    late.host.openApp('alpha')
    await late.network.settle()
    assert.equal(late.host.view.apps[0]?.state, 'loading')
    late.app.announce()
    late.app.announce()
    assert.equal(late.host.view.apps[0]?.state, 'foreground')
    assert.equal(late.vehicle.log.filter(({ reason }) => reason === 'app_already_loaded').length, 0)
  })

  test('tells of show, hide, unload and update (W 4.2)', async () => {
    const ride = await new Ride().open()
    ride.host.pressHome()
    ride.host.openApp('alpha')
    assert.deepEqual(ride.happened, ['hide', 'show'])
    const [alpha, beta] = ride.host.view.apps
    assert.ok(alpha && beta)
    ride.host.setApps([{ ...alpha, url: `${alpha.url}2/` }, beta])
    ride.network.clock.advance(100)
    await ride.network.settle()
    assert.deepEqual(ride.happened.slice(2), ['unloaded', 'updated'])
  })

  test('sends, with and without a subtopic (W 6.4)', async () => {
    const ride = await new Ride().open()
    ride.app.send({ a: 1 })
    ride.app.send('b', 'x/y')
    assert.deepEqual(
      ride.partner.received.map(({ subtopic, payload }) => [subtopic, payload]),
      [
        ['', '{"content":{"a":1}}'],
        ['x/y', '{"content":"b"}'],
      ]
    )
  })

  test('writes to other apps, hears from them, and opens them (W 6.5, 6.6)', async () => {
    const ride = await new Ride().open()
    const beta = await ride.vehicle.open('beta')
    beta.writeTo('alpha', { n: 1 })
    await ride.network.settle()
    assert.deepEqual(ride.happened, ['hide', ['app message', { n: 1 }, 'beta']])
    ride.app.writeTo('beta', 'back')
    assert.deepEqual(beta.messages.at(-1), {
      type: 'WebPortal.postMessage',
      content: 'back',
      appId: 'alpha',
    })
    ride.host.openApp('alpha')
    ride.app.openApp('beta')
    assert.equal(ride.host.view.app, 'beta')
  })

  test('takes nothing from a window that is not its host', async () => {
    const listeners: ((event: MessageEvent) => void)[] = []
    const appWindow = Object.assign(plainWindow(), {
      addEventListener: (_: string, listener: (event: MessageEvent) => void) => listeners.push(listener),
    })
    const { startApp } = await import('./index.ts')
    const heard: unknown[] = []
    startApp({ idApp: 'a', window: appWindow, pollSeconds: 0, onMessage: (message) => heard.push(message) })
    const data = { type: 'WebPortal.onCurrentNotificationReceived', value: { content: 1 } }
    for (const source of [{}, null, appWindow.parent]) listeners[0]?.({ data, source } as MessageEvent)
    for (const odd of [null, 'text', 7, {}])
      listeners[0]?.({ data: odd, source: appWindow.parent } as unknown as MessageEvent)
    assert.deepEqual(heard, [{ content: 1 }])
  })

  test('stop ends everything it began', async () => {
    const ride = await new Ride().open()
    ride.app.stop()
    ride.send(1)
    ride.host.pressHome()
    ride.network.clock.advance(60_000)
    assert.deepEqual(ride.happened, [])
    assert.equal(ride.network.clock.waiting, 0)
  })
})

describe('messages of the back end', () => {
  test('come once each and in order: those kept while the app did not run, then those posted (W 6.1, 6.2)', async () => {
    const ride = new Ride()
    for (let count = 1; count <= 12; count++) ride.send(count)
    ride.host.openApp('alpha')
    await ride.network.settle()
    // The helper could not fetch yet when it started; this one is posted before it tries again.
    ride.send(13)
    ride.network.clock.advance(60_000)
    assert.deepEqual(
      ride.happened.filter((entry) => Array.isArray(entry)),
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((content) => ['message', content])
    )
  })

  test('come to a hidden app within 5 seconds (W 6.2)', async () => {
    const ride = await new Ride().open()
    ride.host.pressHome()
    ride.send(1)
    assert.deepEqual(ride.happened, ['hide'])
    ride.network.clock.advance(5_000)
    assert.deepEqual(ride.happened, ['hide', ['message', 1]])
  })

  test('come when it is shown, where it does not poll, before those posted then', async () => {
    const ride = await new Ride({ pollSeconds: 0 }).open()
    ride.host.pressHome()
    ride.send(1)
    ride.network.clock.advance(60_000)
    ride.host.openApp('alpha')
    ride.send(2)
    assert.deepEqual(ride.happened, ['hide', 'show', ['message', 1], ['message', 2]])
  })

  test('outcomes of popups come apart, whichever way (W 6.3)', async () => {
    const ride = await new Ride().open()
    for (const act of [
      () => ride.host.pressOk(),
      () => ride.host.pressReturn(),
      () => ride.network.clock.advance(15_000),
    ]) {
      ride.partner.popup(vin, 'alpha', 'Turn left?', { content: { id: 7 } })
      act()
      ride.network.clock.advance(20_000)
    }
    assert.deepEqual(ride.happened, [
      ['popup', 'ok', { id: 7 }],
      ['popup', 'cancel', { id: 7 }],
      ['popup', 'timeout', { id: 7 }],
    ])
  })

  test('go on when a handler throws, and the error is not lost', async () => {
    const errors: (() => void)[] = []
    const appWindow: AppWindow = {
      ...plainWindow(),
      setTimeout: (callback, milliseconds) => (milliseconds === 0 ? errors.push(callback) : 0),
      WebPortal: { getPendingNotifications: () => [{ content: 1 }, { content: 2 }] },
    }
    const heard: unknown[] = []
    const { startApp } = await import('./index.ts')
    const onMessage = ({ content }: Message) => {
      heard.push(content)
      throw new Error(`no ${content}`)
    }
    startApp({ idApp: 'a', window: appWindow, onMessage, pollSeconds: 0 })
    assert.deepEqual(heard, [1, 2])
    assert.throws(errors[1] as () => void, /no 2/)
  })

  test('stay in order when a handler looks for more', async () => {
    const portions = [[{ content: 1 }, { content: 2 }], [{ content: 3 }], []]
    const heard: unknown[] = []
    const { startApp } = await import('./index.ts')
    const app = startApp({
      idApp: 'a',
      announce: false,
      window: { ...plainWindow(), WebPortal: { getPendingNotifications: () => portions.shift() ?? [] } },
      onMessage({ content }) {
        app.fetchPending()
        heard.push(content)
      },
    })
    app.fetchPending()
    assert.deepEqual(heard, [1, 2, 3])
  })

  test('come from a head unit that throws until the app is launched (W 6.2)', async () => {
    let tries = 0
    const heard: unknown[] = []
    const { startApp } = await import('./index.ts')
    const retries: (() => void)[] = []
    startApp({
      idApp: 'a',
      pollSeconds: 0,
      window: {
        ...plainWindow(),
        setTimeout: (callback) => retries.push(callback),
        WebPortal: {
          getPendingNotifications() {
            tries += 1
            if (tries === 1) throw new Error('Unrecognised Error')
            return [{ content: 1 }]
          },
        },
      },
      onMessage: ({ content }) => heard.push(content),
    })
    assert.deepEqual([heard, retries.length], [[], 1])
    retries[0]?.()
    assert.deepEqual(heard, [1])
  })
})

function plainWindow(): AppWindow {
  return {
    parent: { postMessage: () => {} },
    addEventListener: () => {},
    removeEventListener: () => {},
    setTimeout: () => 0,
    clearTimeout: () => {},
  }
}
