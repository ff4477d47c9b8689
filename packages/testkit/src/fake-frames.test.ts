import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultVehicleSignals, type FrameState, type PendingEntry, type VehicleApp } from '@pillion/schema'
import { FakeFrames } from './fake-frames.ts'

const about: VehicleApp = {
  idApp: 'alpha',
  name: 'Alpha',
  uid: 'P',
  url: 'http://alpha.test/',
  drivingMode: true,
}
const state: FrameState = {
  ...defaultVehicleSignals,
  popupDisplayed: false,
  virtualKeyboard: false,
  pendingErrorThrows: false,
  pendingMax: 10,
  idApp: 'alpha',
  launched: false,
  vin: '0123456789ABCDEFG',
  online: true,
  focus: true,
  speedKmh: 0,
  driving: false,
  language: 'en-GB',
  country: 'France',
}

function open(frames = new FakeFrames()) {
  const posted: unknown[] = []
  frames.receive = (idApp, data) => posted.push([idApp, data])
  frames.open(about, state)
  return { frames, app: frames.get('alpha'), posted }
}

function entries(...sequences: number[]): PendingEntry[] {
  return sequences.map((sequence) => ({ sequence, value: { content: sequence } }))
}

test('a script runs when the document is there, after `ready`, and not inside `open`', async () => {
  const frames = new FakeFrames({ alpha: (app) => app.announce() })
  const { posted } = open(frames)
  assert.deepEqual(posted, [])
  await Promise.resolve()
  assert.deepEqual(posted, [
    ['alpha', { pillion: 'ready' }],
    ['alpha', { type: 'WebPortal.onApplicationLoaded' }],
  ])
})

test('an app answers a message later, never inside it', async () => {
  const { frames, app, posted } = open()
  app.load()
  posted.length = 0
  app.onMessage = () => app.send('answer')
  frames.post('alpha', { type: 'WebPortal.onApplicationHide' })
  assert.deepEqual(posted, [])
  await Promise.resolve()
  assert.deepEqual(posted, [['alpha', { type: 'WebPortal.onSendNotificationRequest', value: 'answer' }]])
})

test('messages are copies, as with postMessage', () => {
  const { frames, app } = open()
  app.load()
  const value = { content: { n: 1 } }
  frames.post('alpha', { type: 'WebPortal.onCurrentNotificationReceived', value })
  value.content.n = 2
  assert.deepEqual(app.received, [{ content: { n: 1 } }])
})

test('nothing goes in or out of a frame that is closed, nor in before the document is there', async () => {
  const { frames, app, posted } = open()
  frames.post('alpha', { type: 'WebPortal.onApplicationHide' })
  assert.deepEqual(app.messages, [])
  app.load()
  app.onMessage = () => app.send('too late')
  frames.post('alpha', { type: 'WebPortal.onApplicationUnloaded' })
  frames.close('alpha')
  await Promise.resolve()
  app.send('much too late')
  frames.post('alpha', { type: 'WebPortal.onApplicationHide' })
  assert.deepEqual(posted, [['alpha', { pillion: 'ready' }]])
  assert.equal(app.messages.length, 1)
  assert.equal(frames.find('alpha'), undefined)
})

test('one frame for each app: a second one of the same id is an error of the host', () => {
  const { frames } = open()
  assert.throws(() => frames.open(about, state), /already has a frame/)
})

describe('getPendingNotifications as the frame script answers it (W 6.2)', () => {
  test('before the launch: empty, with an error, and nothing is lost', () => {
    const { frames, app } = open()
    app.load()
    frames.post('alpha', { pillion: 'pending', entries: entries(1) })
    const early = app.getPendingNotifications()
    assert.deepEqual([[...early], 'error' in early], [[], true])
    frames.post('alpha', { pillion: 'state', state: { ...state, launched: true } })
    assert.equal(app.getPendingNotifications().length, 1)
  })

  test('oldest first, the newest ten, each once however often it came; tells the host how far it drained', () => {
    const { frames, app, posted } = open()
    app.load()
    frames.post('alpha', { pillion: 'state', state: { ...state, launched: true } })
    frames.post('alpha', { pillion: 'pending', entries: entries(11) })
    frames.post('alpha', { pillion: 'pending', entries: entries(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) })
    assert.deepEqual(
      app.getPendingNotifications('alpha').map(({ content }) => content),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    )
    assert.deepEqual(posted.at(-1), ['alpha', { pillion: 'drained', sequence: 11 }])
    frames.post('alpha', { pillion: 'pending', entries: entries(10, 11, 12) })
    assert.deepEqual(app.getPendingNotifications(), [{ content: 12 }])
    assert.deepEqual(app.getPendingNotifications(), [])
  })

  test('after a reload it begins with nothing, not launched', () => {
    const { frames, app } = open()
    app.load()
    frames.post('alpha', { pillion: 'state', state: { ...state, launched: true } })
    frames.post('alpha', { pillion: 'pending', entries: entries(1) })
    app.reload()
    assert.equal(app.state.launched, false)
    frames.post('alpha', { pillion: 'state', state: { ...state, launched: true } })
    assert.deepEqual(app.getPendingNotifications(), [])
  })
})
