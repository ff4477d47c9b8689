import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, MemoryTransport } from '@pillion/testkit'
import { beta, TestHost } from './test-host.ts'
import type { HostView } from './view.ts'

test('the view is new after every change and the same between changes', () => {
  const bench = new TestHost()
  const before = bench.host.view
  assert.equal(bench.host.view, before)
  bench.host.openApp('alpha')
  assert.notEqual(bench.host.view, before)
  assert.equal(before.apps[0]?.state, 'installed')
})

test('listeners are told once for all changes of a turn, until they end it', async () => {
  const bench = new TestHost()
  await Promise.resolve()
  const seen: HostView[] = []
  const end = bench.host.subscribe((view) => seen.push(view))
  bench.launch('alpha')
  bench.sendPopup('beta')
  assert.equal(seen.length, 0)
  await Promise.resolve()
  assert.equal(seen.length, 1)
  assert.equal(seen[0]?.app, 'alpha')
  assert.equal(seen[0]?.popup?.appName, 'Beta')
  end()
  bench.host.pressHome()
  await Promise.resolve()
  assert.equal(seen.length, 1)
})

test('ids of apps that are not on the wall are ignored', () => {
  const bench = new TestHost()
  bench.host.openApp('nobody')
  bench.host.reloadApp('nobody')
  assert.equal(bench.frames.opened.length, 0)
})

test('a VIN must be one (W 2.3)', () => {
  assert.throws(() => new TestHost({ vin: 'VF77777777777777' }), TypeError)
})

test('the root is settable (W 2.3)', () => {
  const bench = new TestHost({ root: 'lab' })
  bench.transport.deliver('lab/to/uid/P/opa/0123456789ABCDEFG/', { idApp: 'alpha', content: 1 })
  assert.equal(bench.pendingOf('alpha'), 1)
  bench.launch('alpha').send(1)
  assert.equal(bench.transport.published[0]?.topicName, 'lab/from/uid/P/opa/0123456789ABCDEFG/')
})

test('stop takes every frame and every timer away, ends the connection, and can be said twice', () => {
  const clock = new ManualClock()
  const transport = new MemoryTransport()
  const bench = new TestHost({ clock, transport })
  transport.connect()
  transport.acknowledges = false
  const app = bench.launch('alpha')
  app.send(1)
  transport.deliver('psa/OVIPPartners-Dev/to/uid/P/opa/0123456789ABCDEFG/', {
    idApp: 'beta',
    popup: true,
    popupText: 'Hello',
  })
  bench.host.openApp('beta')
  bench.host.setApps([beta])
  assert.equal(clock.waiting, 4)
  bench.host.stop()
  bench.host.stop()
  assert.equal(app.open, false)
  assert.equal(clock.waiting, 0)
  assert.equal(transport.stopped, true)
  const lines = bench.log.length
  transport.deliver('psa/OVIPPartners-Dev/to/uid/P/opa/0123456789ABCDEFG/', '{')
  bench.host.receiveFromFrame('beta', { type: 'WebPortal.onApplicationLoaded' })
  assert.equal(bench.log.length, lines)
})
