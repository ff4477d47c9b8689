import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alpha, beta, ROOT, TestHost, VIN } from './test-host.ts'

const data = { idApp: 'alpha', popup: false, content: 1, receipt: 'r1' }
const popup = { idApp: 'alpha', popup: true, popupText: 'Hello', receipt: 'r1' }

describe('receipts', () => {
  test('data for the app on screen: taken, on the partner’s topic', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    bench.receive(data)
    assert.deepEqual(
      bench.transport.published.map(({ topicName, text }) => [topicName, text]),
      [[`${ROOT}/from/uid/P/opa/${VIN}/`, '{"receipt":"r1","state":"taken","idApp":"alpha"}']],
    )
    assert.deepEqual(app.received, [data])
  })

  for (const [where, place] of [
    ['in background', (bench: TestHost) => bench.launchHidden('alpha')],
    ['not running', () => {}],
  ] as const) {
    test(`data for an app ${where}: pending`, () => {
      const bench = new TestHost()
      place(bench)
      bench.receive(data)
      assert.deepEqual(receipts(bench), [{ receipt: 'r1', state: 'pending', idApp: 'alpha' }])
    })
  }

  test('data that falls out of the pending buffer: dropped, pending_overflow', () => {
    const bench = new TestHost()
    bench.receive(data)
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    assert.deepEqual(receipts(bench).slice(1), [
      { receipt: 'r1', state: 'dropped', idApp: 'alpha', reason: 'pending_overflow' },
    ])
  })

  for (const [outcome, close] of [
    ['ok', (bench: TestHost) => bench.host.pressOk()],
    ['cancel', (bench: TestHost) => bench.host.pressReturn()],
    ['timeout', (bench: TestHost) => bench.clock.advance(15_000)],
  ] as const) {
    test(`popup: taken, popup_shown, popup_${outcome}; the app gets the outcome as without`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      bench.receive(popup)
      assert.deepEqual(states(bench), ['taken', 'popup_shown'])
      close(bench)
      bench.clock.advance(60_000)
      assert.deepEqual(states(bench), ['taken', 'popup_shown', `popup_${outcome}`])
      const [value] = outcome === 'cancel' ? app.getPendingNotifications() : app.received
      assert.equal(value?.receipt, 'r1')
    })
  }

  test('a popup that waits is taken, and popup_shown comes with its turn', () => {
    const bench = new TestHost()
    bench.sendPopup('beta')
    bench.receive(popup)
    assert.deepEqual(states(bench), ['taken'])
    bench.clock.advance(20_000)
    assert.deepEqual(states(bench), ['taken', 'popup_shown'])
  })

  test('a popup that is refused: dropped, popup_queue_full', () => {
    const bench = new TestHost()
    for (let n = 1; n <= 5; n++) bench.sendPopup('beta')
    bench.receive(popup)
    assert.deepEqual(receipts(bench), [
      { receipt: 'r1', state: 'dropped', idApp: 'alpha', reason: 'popup_queue_full' },
    ])
  })

  test('popups of an app that leaves the wall, on screen or waiting: dropped, app_removed, counted too (W 7.1)', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    bench.receive(popup)
    bench.receive({ ...popup, receipt: 'r2' })
    bench.host.setApps([beta])
    const dropped = { state: 'dropped', idApp: 'alpha', reason: 'app_removed' }
    assert.deepEqual(receipts(bench).slice(3), [
      { receipt: 'r1', ...dropped },
      { receipt: 'r2', ...dropped },
    ])
    assert.deepEqual(bench.host.view.drops, { app_removed: 2 })
  })

  test('data that waits for an app that leaves the wall: dropped, app_removed; outcomes have been told', () => {
    const bench = new TestHost({ apps: [alpha, beta] })
    bench.receive({ ...popup, receipt: 'r2' })
    bench.host.pressReturn()
    bench.receive(data)
    bench.host.setApps([beta])
    assert.deepEqual(receipts(bench).slice(-2), [
      { receipt: 'r1', state: 'pending', idApp: 'alpha' },
      { receipt: 'r1', state: 'dropped', idApp: 'alpha', reason: 'app_removed' },
    ])
    assert.deepEqual(bench.host.view.drops, { app_removed: 2 })
  })

  test('popups of a head unit that is switched off: dropped, head_unit_off, while there is a connection (W 9.5)', () => {
    const bench = new TestHost()
    bench.receive(popup)
    bench.receive({ ...popup, receipt: 'r2' })
    bench.host.shutDown()
    bench.clock.advance(1_900)
    const dropped = { state: 'dropped', idApp: 'alpha', reason: 'head_unit_off' }
    assert.equal(bench.transport.stopped, false)
    assert.deepEqual(receipts(bench).slice(3), [
      { receipt: 'r1', ...dropped },
      { receipt: 'r2', ...dropped },
    ])
    assert.equal(bench.host.view.popup, undefined)
    bench.receive({ ...popup, receipt: 'r3' })
    assert.deepEqual(receipts(bench).slice(5), [{ receipt: 'r3', ...dropped }])
  })

  test('the outcome of a popup that falls out of the pending buffer is told once', () => {
    const bench = new TestHost()
    bench.receive(popup)
    bench.host.pressReturn()
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    assert.deepEqual(states(bench), ['taken', 'popup_shown', 'popup_cancel'])
    assert.equal(bench.host.view.drops.pending_overflow, 1)
  })

  for (const [name, payload, expected] of [
    ['an unknown app', { ...data, idApp: 'nobody' }, { idApp: 'nobody', reason: 'id_app_unknown' }],
    ['an app of another partner', { ...data, idApp: 'other' }, { idApp: 'other', reason: 'id_app_unknown' }],
    ['no app', { receipt: 'r1', idApp: 5 }, { reason: 'id_app_malformed' }],
    ['a malformed popup', { ...popup, popupText: '' }, { idApp: 'alpha', reason: 'popup_text_malformed' }],
    ['a malformed `popup`', { ...data, popup: 1 }, { idApp: 'alpha', reason: 'popup_malformed' }],
  ] as const) {
    test(`a message for ${name}: dropped, ${expected.reason}`, () => {
      const bench = new TestHost()
      bench.receive(payload)
      assert.deepEqual(receipts(bench), [{ receipt: 'r1', state: 'dropped', ...expected }])
    })
  }

  for (const payload of ['{"receipt":"r1"', '["receipt"]', 'null', '"receipt"', '{}']) {
    test(`${payload} asks for none`, () => {
      const bench = new TestHost()
      bench.receive(payload)
      assert.deepEqual(receipts(bench), [])
    })
  }

  for (const [name, receipt, isAsked] of [
    ['of 1 character', 'r', true],
    ['of 128 characters', 'r'.repeat(128), true],
    ['of 129 characters', 'r'.repeat(129), false],
    ['that is empty', '', false],
    ['that is a number', 5, false],
    ['that is null', null, false],
  ] as const) {
    test(`a \`receipt\` ${name} ${isAsked ? 'asks for receipts' : 'does not; the message passes as ever'}`, () => {
      const bench = new TestHost()
      const app = bench.launch('alpha')
      bench.receive({ ...data, receipt })
      assert.equal(receipts(bench).length, isAsked ? 1 : 0)
      assert.deepEqual(app.received, [{ ...data, receipt }])
    })
  }

  test('without the field nothing is published, whatever becomes of the message', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    for (let n = 1; n <= 6; n++) bench.sendPopup('alpha')
    for (let n = 1; n <= 12; n++) bench.send('beta', n)
    bench.send('nobody', 1)
    bench.host.pressOk()
    bench.clock.advance(100_000)
    assert.deepEqual(bench.transport.published, [])
  })

  test('what happens while there is no connection is not told, nor later', () => {
    const bench = new TestHost()
    bench.receive(popup)
    bench.transport.disconnect()
    bench.host.pressReturn()
    bench.transport.connect()
    assert.deepEqual(states(bench), ['taken', 'popup_shown'])
  })

  test('one that the broker does not take is logged, and that is all', async () => {
    const bench = new TestHost()
    bench.transport.acknowledges = false
    bench.receive(data)
    bench.transport.published[0]?.refuse()
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(bench.log.at(-1)?.kind, 'receipt_lost')
    assert.deepEqual(bench.host.view.drops, {})
  })
})

describe('messages that the server kept (W 9.3)', () => {
  const message = (payload: unknown, subtopic = '') => ({
    uid: 'P',
    subtopic,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

  test('are background messages, in order: pending even for the app on screen, never posted', () => {
    const bench = new TestHost()
    const app = bench.launch('alpha')
    const contents = ['one', 'two', 'three']
    const messages = contents.map((content) => message({ idApp: 'alpha', popup: false, content }, 'a/b'))
    assert.equal(bench.transport.deliverKept(messages), true)
    assert.deepEqual(app.messages, [])
    assert.deepEqual(
      app.getPendingNotifications().map(({ content }) => content),
      contents,
    )
  })

  for (const place of ['foreground', 'background', 'not running'] as const) {
    test(`a popup is not shown late: timeout in the pending buffer, app ${place}, no OverflowPopup (W 6.3)`, () => {
      const bench = new TestHost()
      if (place === 'foreground') bench.launch('alpha')
      if (place === 'background') bench.launchHidden('alpha')
      bench.transport.deliverKept([message(popup)])
      assert.equal(bench.host.view.popup, undefined)
      const frame = bench.frames.find('alpha')
      assert.deepEqual(frame?.messages ?? [], [])
      const app = frame ?? bench.launch('alpha')
      assert.deepEqual(app.getPendingNotifications(), [
        { ...popup, popupAction: 'WebPortal.closeTimeoutPopupRequest' },
      ])
    })
  }

  test('that cannot be delivered are dropped like others', () => {
    const bench = new TestHost()
    const messages = [
      message('{'),
      message({ idApp: 'nobody' }),
      { ...message({ idApp: 'alpha' }), uid: 'Q' },
      message({ idApp: 'alpha' }, '#'),
    ]
    assert.equal(bench.transport.deliverKept(messages), true)
    assert.deepEqual(bench.host.view.drops, {
      payload_not_json: 1,
      id_app_unknown: 1,
      app_of_other_partner: 1,
      subtopic_malformed: 1,
    })
  })

  test('are not taken in Private mode, without network, or by a host that has stopped', () => {
    const bench = new TestHost()
    const messages = [message({ idApp: 'alpha' })]
    bench.host.setVehicle({ privacyMode: 'Private' })
    assert.equal(bench.transport.deliverKept(messages), false)
    bench.host.setVehicle({ privacyMode: 'Public', network: false })
    assert.equal(bench.transport.deliverKept(messages), false)
    bench.host.setVehicle({ network: true })
    bench.host.stop()
    assert.equal(bench.transport.deliverKept(messages), false)
    assert.deepEqual(bench.host.view.drops, {})
  })

  test('have receipts: pending for data, dropped for a popup', () => {
    const bench = new TestHost()
    bench.launch('alpha')
    bench.transport.deliverKept([message(data), message({ ...popup, receipt: 'r2' })])
    assert.deepEqual(receipts(bench), [
      { receipt: 'r1', state: 'pending', idApp: 'alpha' },
      { receipt: 'r2', state: 'dropped', idApp: 'alpha', reason: 'popup_late' },
    ])
  })

  test('of an app that left the wall meanwhile are dropped', () => {
    const bench = new TestHost({ apps: [beta] })
    bench.transport.deliverKept([message(data)])
    assert.deepEqual(bench.host.view.drops, { id_app_unknown: 1 })
  })
})

function receipts(bench: TestHost): { state?: string }[] {
  return bench.transport.published.map(({ text }) => JSON.parse(text))
}

function states(bench: TestHost): (string | undefined)[] {
  return receipts(bench).map(({ state }) => state)
}
