import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultHostLimits, type HostLimits } from './host-limits.ts'
import { TestHost } from './test-host.ts'

/** The constants of W 16 that are the host's. Those of the server and of the transport are tested there. */
const defaults: Partial<HostLimits> = {
  loadTimeoutSeconds: 10,
  hideGraceMilliseconds: 100,
  shutdownNoticeSeconds: 2,
  popupDisplaySeconds: 15,
  promptDisplaySeconds: 10,
  drivingThresholdKmh: 5,
  notificationsMax: 100,
  popupSpacingSeconds: 20,
  popupQueueMax: 5,
  pendingMax: 10,
  portalPayloadBytesMax: 131_072,
  acknowledgementSeconds: 10,
  loadedAppsMax: 3,
  heldMessagesMax: 10,
}

test('the defaults are those of W 16', () => {
  for (const [name, value] of Object.entries(defaults)) {
    assert.equal(defaultHostLimits[name as keyof HostLimits], value, name)
  }
})

/** What differs once the limit is set; those that other tests set are not here: load timeout, popup times and queue. */
const rows: [limits: Partial<HostLimits>, check: (bench: TestHost) => void][] = [
  [
    { hideGraceMilliseconds: 7 },
    (bench) => {
      const app = bench.launch('alpha')
      bench.host.setApps([])
      bench.clock.advance(6)
      assert.equal(app.open, true)
      bench.clock.advance(1)
      assert.equal(app.open, false)
    },
  ],
  [
    { shutdownNoticeSeconds: 0.05, hideGraceMilliseconds: 20 },
    (bench) => {
      const app = bench.launch('alpha')
      bench.host.shutDown()
      bench.clock.advance(29)
      assert.deepEqual(app.messages, [])
      bench.clock.advance(21)
      assert.equal(app.open, false)
    },
  ],
  [
    { promptDisplaySeconds: 0.5 },
    (bench) => {
      bench.launch('alpha').notify({ id: 'n', body: 'Hello' })
      bench.clock.advance(500)
      assert.equal(bench.host.view.popup, undefined)
    },
  ],
  [
    { drivingThresholdKmh: 50 },
    (bench) => {
      const app = bench.launch('alpha')
      bench.host.setVehicle({ speedKmh: 50 })
      assert.equal(app.state.driving, false)
      bench.host.setVehicle({ speedKmh: 51 })
      assert.equal(app.state.driving, true)
    },
  ],
  [
    { notificationsMax: 1 },
    (bench) => {
      const app = bench.launch('alpha')
      for (const id of ['a', 'b']) app.notify({ id, body: 'Hello' })
      assert.equal(bench.host.view.notifications.length, 1)
    },
  ],
  [
    { pendingMax: 2 },
    (bench) => {
      for (let n = 1; n <= 3; n++) bench.send('alpha', n)
      assert.equal(bench.pendingOf('alpha'), 2)
    },
  ],
  [
    { pendingMax: 2 },
    (bench) => {
      const app = bench.launchHidden('alpha')
      for (let n = 1; n <= 3; n++) bench.send('alpha', n)
      const contents = app.getPendingNotifications().map(({ content }) => content)
      assert.deepEqual(contents, [2, 3])
    },
  ],
  [
    { portalPayloadBytesMax: 20 },
    (bench) => {
      bench.receive({ idApp: 'alpha' })
      bench.receive({ idApp: 'alpha', a: 1 })
      assert.deepEqual([bench.pendingOf('alpha'), bench.host.view.drops], [1, { payload_too_large: 1 }])
    },
  ],
  [
    { acknowledgementSeconds: 0.05 },
    (bench) => {
      const app = bench.launch('alpha')
      bench.transport.acknowledges = false
      app.publish('x')
      bench.clock.advance(50)
      assert.deepEqual(app.happened, ['WebPortal.MQTT.evt.messageNotDelivered'])
    },
  ],
  [
    { loadedAppsMax: 1 },
    (bench) => {
      bench.launchHidden('alpha')
      bench.launch('beta')
      assert.equal(bench.stateOf('alpha'), 'unloaded')
    },
  ],
  [
    { heldMessagesMax: 1 },
    (bench) => {
      const sender = bench.launch('beta')
      bench.host.openApp('alpha')
      for (const content of [1, 2]) sender.writeTo('alpha', content)
      assert.deepEqual(bench.host.view.drops, { held_overflow: 1 })
    },
  ],
]

describe('W 16 settable per host', () => {
  for (const [limits, check] of rows) {
    test(JSON.stringify(limits), () => check(new TestHost({ limits })))
  }
})
