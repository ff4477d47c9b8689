import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type MessageReport, payloadMark, vehicleReportTopic } from '@pillion/schema'
import { TestHost, VIN } from './test-host.ts'

const data = { idApp: 'alpha', popup: false, content: 1 }
const popup = { idApp: 'alpha', popup: true, popupText: 'Hello' }

/** Everything that was reported by now, of one message where `payload` is given. */
function reports(bench: TestHost, payload?: object) {
  bench.clock.advance(100)
  const mark = payload && payloadMark(Buffer.from(JSON.stringify(payload)))
  return bench.transport.published
    .filter(({ topicName }) => topicName === vehicleReportTopic(VIN))
    .flatMap(({ text }) => (JSON.parse(text) as MessageReport).reports)
    .filter((report) => mark === undefined || report.mark === mark)
}

function states(bench: TestHost, payload?: object): string[] {
  return reports(bench, payload).map(({ state, reason }) =>
    reason === undefined ? state : `${state} ${reason}`,
  )
}

describe('reports to the server', () => {
  test('say what became of data, named by partner and payload, in one message', () => {
    const bench = new TestHost({ reports: true })
    bench.launch('alpha')
    bench.receive(data)
    bench.receive({ ...data, idApp: 'beta' })
    const mark = payloadMark(Buffer.from(JSON.stringify(data)))
    const at = bench.clock.now()
    assert.deepEqual(reports(bench).slice(0, 2), [
      { uid: 'P', mark, state: 'received', at },
      { uid: 'P', mark, state: 'taken', at },
    ])
    assert.deepEqual(states(bench, { ...data, idApp: 'beta' }), ['received', 'pending'])
    assert.equal(bench.transport.published.length, 1)
  })

  test('are not sent to a server that does not want them', () => {
    const bench = new TestHost()
    bench.receive(data)
    bench.receive('{')
    assert.deepEqual(states(bench), [])
  })

  test('begin and stop when the server says so; what came while it did not want them stays untold', () => {
    const bench = new TestHost()
    bench.receive(data)
    bench.host.useReports(true)
    const app = bench.launch('alpha')
    app.getPendingNotifications()
    const second = { ...data, content: 2 }
    bench.receive(second)
    assert.deepEqual(states(bench), ['received', 'taken'])
    assert.deepEqual(states(bench, data), [])
    bench.receive({ ...data, content: 3 })
    bench.host.useReports(false)
    bench.receive('{')
    assert.deepEqual(states(bench), ['received', 'taken'])
    bench.host.useReports(true)
    bench.receive('{')
    assert.deepEqual(states(bench).slice(2), ['dropped payload_not_json'])
  })

  test('of what waits say when the app fetches it, and when it falls out (W 6.2)', () => {
    const bench = new TestHost({ reports: true })
    const app = bench.launchHidden('alpha')
    bench.receive(data)
    app.getPendingNotifications()
    assert.deepEqual(states(bench, data), ['received', 'pending', 'taken'])
    const fallen = { ...data, content: 'first' }
    bench.receive(fallen)
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    assert.deepEqual(states(bench, fallen), ['received', 'pending', 'dropped pending_overflow'])
  })

  for (const [outcome, close] of [
    ['ok', (bench: TestHost) => bench.host.pressOk()],
    ['cancel', (bench: TestHost) => bench.host.pressReturn()],
    ['timeout', (bench: TestHost) => bench.clock.advance(15_000)],
  ] as const) {
    test(`of a popup: received, taken, popup_shown, popup_${outcome}, and no more (W 7.1)`, () => {
      const bench = new TestHost({ reports: true })
      bench.launch('alpha')
      bench.receive(popup)
      assert.deepEqual(states(bench), ['received', 'taken', 'popup_shown'])
      close(bench)
      bench.clock.advance(60_000)
      assert.deepEqual(states(bench), ['received', 'taken', 'popup_shown', `popup_${outcome}`])
    })
  }

  test('of a popup that is one too many: popup_overflow (W 7.1)', () => {
    const bench = new TestHost({ reports: true })
    for (let n = 1; n <= 5; n++) bench.sendPopup('beta')
    bench.receive(popup)
    assert.deepEqual(states(bench, popup), ['received', 'popup_overflow popup_queue_full'])
  })

  test('of what is no message, or for nobody: dropped, and not which apps others have (W 3.1, 3.2)', () => {
    const bench = new TestHost({ reports: true })
    bench.receive('{')
    bench.receive({ ...data, idApp: 'other' })
    bench.receive({ ...data, idApp: 'nobody' })
    assert.deepEqual(states(bench), [
      'dropped payload_not_json',
      'dropped id_app_unknown',
      'dropped id_app_unknown',
    ])
  })

  test('of data whose popupAction is taken away (W 3.4) are about the message as it came', () => {
    const bench = new TestHost({ reports: true })
    const sent = { ...data, popupAction: 1 }
    bench.receive(sent)
    for (let n = 1; n <= 10; n++) bench.send('alpha', n)
    assert.deepEqual(states(bench, sent), ['received', 'pending', 'dropped pending_overflow'])
  })

  test('do not wait for a connection: what happens without one is not told', () => {
    const bench = new TestHost({ reports: true })
    bench.receive(popup)
    bench.transport.disconnect()
    bench.clock.advance(15_000)
    bench.transport.connect()
    assert.deepEqual(states(bench), [])
    bench.receive(data)
    assert.deepEqual(states(bench), ['received', 'pending'])
  })

  test('go in portions of 200 at most', () => {
    const bench = new TestHost({ reports: true })
    for (let n = 0; n < 150; n++) bench.receive({ ...data, idApp: 'nobody', content: n })
    for (let n = 0; n < 51; n++) bench.receive({ ...data, idApp: 'nobody', content: n })
    assert.equal(bench.transport.published.length, 1)
    assert.equal(reports(bench).length, 201)
    assert.equal(bench.transport.published.length, 2)
  })
})
