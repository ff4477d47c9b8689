import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FakeApp } from '@pillion/testkit'
import { forget, TestHost } from './test-host.ts'

const available = 'Media.Audio audioAvailable'
const lost = 'Media.Audio audioLost'

describe('W 10.4 Media.Audio.configure', () => {
  test('Active opens the channel: audioAvailable, and the app is the holder', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    configure(app, true)
    assert.deepEqual(app.happened, [available])
    assert.equal(bench.host.view.audio, 'alpha')
  })

  test('Inactive closes it: audioLost, and there is no holder', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    configure(app, true)
    configure(app, false)
    assert.deepEqual(app.happened, [available, lost])
    assert.equal(bench.host.view.audio, undefined)
  })

  test('another app takes over: audioLost to the one, then audioAvailable to the other', () => {
    const bench = new TestHost()
    const first = bench.launchHidden('alpha')
    const second = bench.launch('beta')
    forget(first)
    configure(first, true)
    const order: string[] = []
    first.onEvent = (name) => order.push(`alpha ${name}`)
    second.onEvent = (name) => order.push(`beta ${name}`)
    configure(second, true)
    assert.deepEqual(order, [`alpha ${lost}`, `beta ${available}`])
    assert.equal(bench.host.view.audio, 'beta')
  })

  test('Inactive of an app that does not hold it changes nothing', () => {
    const bench = new TestHost()
    const first = bench.launchHidden('alpha')
    const second = bench.launch('beta')
    configure(first, true)
    configure(second, false)
    assert.deepEqual(second.happened, [])
    assert.equal(bench.host.view.audio, 'alpha')
  })

  for (const [what, change] of [
    ['starts to play', { media: { state: 2 } }],
    ['is changed while it plays', { media: { state: 2, source: 11 } }],
  ] as const) {
    test(`another source takes over: the vehicle’s own ${what}`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      configure(app, true)
      forget(app)
      bench.host.setVehicle(change)
      assert.deepEqual(app.happened, [lost])
      assert.equal(bench.host.view.audio, undefined)
    })
  }

  test('a media player pauses the vehicle’s own, a temporary source does not', () => {
    for (const [source, state] of [
      ['MEDIA_PLAYER_SOURCE', 3],
      ['TEMPORARY_SOURCE', 2],
    ] as const) {
      const bench = new TestHost({ vehicle: {} })
      bench.host.setVehicle({ media: { state: 2 } })
      const app = bench.launch('alpha')
      configure(app, true, source)
      assert.equal(bench.host.view.vehicle.media.state, state)
      bench.host.setVehicle({ media: { track: 'Next' } })
      assert.deepEqual(app.happened, [available])
    }
  })

  test('the channel goes with the document that held it, without an event to the next', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    configure(app, true)
    app.reload()
    assert.equal(bench.host.view.audio, undefined)
    app.announce()
    forget(app)
    bench.host.setVehicle({ media: { state: 2 } })
    assert.deepEqual(app.happened, [])
  })

  test('anything else is ignored and logged', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    app.post({ pillion: 'audio', source: 'TAPE', isActive: true })
    app.post({ pillion: 'audio', source: 'TEMPORARY_SOURCE', isActive: 'Active' })
    assert.equal(bench.host.view.audio, undefined)
    assert.deepEqual(bench.reasons('ignored'), ['message_malformed', 'message_malformed'])
  })
})

describe('W 10.2 Phone.LaunchPhoneCall', () => {
  test('the number is on the screen and in the log', () => {
    const bench = new TestHost()
    bench.launch('alpha').post({ pillion: 'phoneCall', number: '112' })
    assert.equal(bench.host.view.call, '112')
    assert.deepEqual(
      bench.log.filter(({ kind }) => kind === 'phone_call').map(({ idApp }) => idApp),
      ['alpha'],
    )
  })

  for (const number of ['', '+33', '1234567890123456', 112]) {
    test(`${JSON.stringify(number)} is no number`, () => {
      const bench = new TestHost()
      bench.launch('alpha').post({ pillion: 'phoneCall', number })
      assert.equal(bench.host.view.call, undefined)
    })
  }
})

function configure(app: FakeApp, isActive: boolean, source = 'MEDIA_PLAYER_SOURCE'): void {
  app.post({ pillion: 'audio', source, isActive })
}
