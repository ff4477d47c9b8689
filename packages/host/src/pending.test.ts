import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import { PendingBuffer } from './pending.ts'
import { alpha, beta, TestHost } from './test-host.ts'

describe('PendingBuffer (W 6.2)', () => {
  test('keeps the last ones, oldest first, and says which fell out', () => {
    const buffer = new PendingBuffer(2)
    assert.equal(buffer.add({ n: 1 }).fallen, undefined)
    buffer.add({ n: 2 })
    assert.deepEqual(buffer.add({ n: 3 }).fallen, { sequence: 1, value: { n: 1 } })
    assert.deepEqual(
      buffer.entries.map(({ sequence }) => sequence),
      [2, 3],
    )
  })

  test('counts on after a drain, and forgets no more than was drained', () => {
    const buffer = new PendingBuffer(10)
    buffer.add({ n: 1 })
    buffer.add({ n: 2 })
    buffer.drain(1)
    assert.equal(buffer.add({ n: 3 }).added.sequence, 3)
    assert.deepEqual(
      buffer.entries.map(({ sequence }) => sequence),
      [2, 3],
    )
  })
})

describe('pending notifications of an app (W 6.2)', () => {
  test('a hidden app finds its messages, oldest first, as whole payloads, and the call empties the buffer', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    bench.receive({ idApp: 'alpha', popup: false, content: 2, extra: true })
    assert.deepEqual(app.messages, [])
    assert.equal(bench.pendingOf('alpha'), 2)
    assert.deepEqual(app.getPendingNotifications('alpha'), [
      { idApp: 'alpha', popup: false, content: 1 },
      { idApp: 'alpha', popup: false, content: 2, extra: true },
    ])
    assert.equal(bench.pendingOf('alpha'), 0)
    assert.deepEqual(app.getPendingNotifications(), [])
  })

  test('the last 10 are kept; what falls out is counted with its reason', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    assert.equal(bench.host.view.drops.pending_overflow, undefined)
    bench.send('alpha', 11)
    assert.equal(bench.host.view.drops.pending_overflow, 1)
    assert.equal(bench.pendingOf('alpha'), 10)
    assert.deepEqual(contents(app), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  test('an app that does not run finds what came, with its first legal call', () => {
    const bench = new TestHost()
    bench.send('alpha', 'early')
    bench.host.openApp('alpha')
    bench.send('alpha', 'while the frame opens')
    const app = bench.frames.get('alpha')
    app.load()
    bench.send('alpha', 'while it loads')
    const before = app.getPendingNotifications()
    assert.deepEqual([...before], [])
    assert.equal('error' in before && before.error, 'Unrecognised Error')
    app.announce()
    assert.deepEqual(contents(app), ['early', 'while the frame opens', 'while it loads'])
  })

  test('coming to foreground neither posts nor clears them; they can be fetched there', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    bench.host.openApp('alpha')
    assert.deepEqual(app.received, [])
    bench.send('alpha', 2)
    assert.deepEqual(
      app.received.map(({ content }) => content),
      [2],
    )
    assert.deepEqual(contents(app), [1])
  })

  test('the id of another app gives nothing and keeps everything', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    bench.send('beta', 2)
    assert.deepEqual(app.getPendingNotifications('beta'), [])
    assert.deepEqual([bench.pendingOf('alpha'), bench.pendingOf('beta')], [1, 1])
  })

  test('a message that crosses the drain stays for the next call', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    const pass = holdBack(bench)
    assert.deepEqual(contents(app), [1])
    bench.send('alpha', 2)
    pass()
    assert.equal(bench.pendingOf('alpha'), 1)
    assert.deepEqual(contents(app), [2])
  })

  test('ten messages that cross the drain all stay', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    const pass = holdBack(bench)
    assert.equal(contents(app).length, 10)
    for (let n = 11; n <= 20; n++) bench.send('alpha', n)
    pass()
    assert.equal(bench.pendingOf('alpha'), 10)
    assert.deepEqual(contents(app), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  })

  test('an app that reloads itself gets what it had not fetched, and nothing twice', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    assert.deepEqual(contents(app), [1])
    bench.send('alpha', 2)
    app.reload()
    bench.send('alpha', 3)
    app.announce()
    assert.deepEqual(contents(app), [2, 3])
    assert.equal(bench.pendingOf('alpha'), 0)
  })

  test('a drain on the way when the app reloads itself still counts', () => {
    const bench = new TestHost()
    const app = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    const pass = holdBack(bench)
    assert.deepEqual(contents(app), [1])
    app.reload()
    bench.send('alpha', 2)
    app.announce()
    pass()
    assert.deepEqual(contents(app), [2])
  })

  test('the buffer survives unload and relaunch', () => {
    const bench = new TestHost()
    bench.launchHidden('alpha')
    bench.send('alpha', 1)
    bench.host.reloadApp('alpha')
    bench.send('alpha', 2)
    bench.clock.advance(100)
    bench.send('alpha', 3)
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(contents(app), [1, 2, 3])
  })

  test('what the app fetches in its grace is not given to the next instance', () => {
    const bench = new TestHost()
    const before = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    let fetched: unknown[] = []
    before.onMessage = () => {
      fetched = before.getPendingNotifications()
    }
    bench.host.reloadApp('alpha')
    assert.equal(fetched.length, 1)
    return Promise.resolve().then(() => {
      bench.clock.advance(100)
      const app = bench.frames.get('alpha')
      app.load()
      app.announce()
      assert.deepEqual(contents(app), [])
    })
  })

  test('an app that reloads itself in its grace loses nothing by what it fetches there', () => {
    const bench = new TestHost()
    const before = bench.launchHidden('alpha')
    bench.send('alpha', 1)
    bench.host.reloadApp('alpha')
    before.reload()
    bench.host.setVehicle({ speedKmh: 1 })
    bench.send('alpha', 2)
    assert.deepEqual(contents(before), [])
    bench.clock.advance(100)
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(contents(app), [1, 2])
  })

  test('an app taken off the wall leaves nothing for a later subscription', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    bench.send('alpha', 1)
    bench.launchHidden('beta')
    bench.send('beta', 1)
    bench.host.setApps([])
    bench.host.setApps([alpha, beta])
    assert.equal(bench.stateOf('beta'), 'unloaded')
    assert.deepEqual([bench.pendingOf('alpha'), bench.pendingOf('beta')], [0, 0])
  })

  test('nor does one that was to get something when it announces itself (W 6.3)', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    bench.launch('alpha')
    bench.sendPopup('alpha')
    bench.host.reloadApp('alpha')
    bench.host.pressOk()
    bench.host.setApps([beta])
    bench.host.setApps([alpha, beta])
    bench.host.openApp('alpha')
    bench.clock.advance(100)
    const app = bench.frames.get('alpha')
    app.load()
    app.announce()
    assert.deepEqual(app.messages, [])
  })
})

function contents(app: FakeApp): unknown[] {
  return app.getPendingNotifications().map(({ content }) => content)
}

/** Keeps what frames post on its way until the returned function is called. */
function holdBack(bench: TestHost): () => void {
  const held: [string, unknown][] = []
  bench.frames.receive = (idApp, data) => held.push([idApp, data])
  return () => {
    bench.frames.receive = (idApp, data) => bench.host.receiveFromFrame(idApp, data)
    for (const [idApp, data] of held) bench.host.receiveFromFrame(idApp, data)
  }
}

describe('before the app is fully launched (W 6.2)', () => {
  for (const pendingErrorThrows of [false, true]) {
    test(`the call ${pendingErrorThrows ? 'throws, when the host is told so' : 'returns an empty array with an error'}; the buffer is kept`, () => {
      const bench = new TestHost({ pendingErrorThrows })
      bench.send('alpha', 1)
      bench.host.openApp('alpha')
      const app = bench.frames.get('alpha')
      app.load()
      if (pendingErrorThrows) assert.throws(() => app.getPendingNotifications(), /Unrecognised Error/)
      else assert.equal(Reflect.get(app.getPendingNotifications(), 'error'), 'Unrecognised Error')
      app.announce()
      assert.deepEqual(contents(app), [1])
    })
  }
})
