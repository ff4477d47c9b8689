import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Ride, vin } from './ride.fixture.ts'

describe('publish (W 6.4)', () => {
  test('a promise says whether the server has it; the answer finds the right request', async () => {
    const ride = await new Ride().open()
    const refused = ride.app.publish('x', 'bad/+/subtopic')
    const delivered = ride.app.publish({ n: 1 }, 'good')
    assert.deepEqual(await Promise.all([refused, delivered]), [false, true])
    assert.deepEqual(
      ride.partner.received.map(({ subtopic, content }) => [subtopic, content]),
      [['good', { n: 1 }]]
    )
  })

  test('a callback instead, and then no promise', async () => {
    const ride = await new Ride().open()
    const answers: boolean[] = []
    assert.equal(
      ride.app.publish(1, undefined, (delivered) => answers.push(delivered)),
      undefined
    )
    ride.host.setVehicle({ network: false })
    ride.app.publish(2, undefined, (delivered) => answers.push(delivered))
    await ride.network.settle()
    assert.deepEqual(answers.sort(), [false, true])
  })

  test('what JSON does not know goes as null, as `send` does', async () => {
    const ride = await new Ride().open()
    await ride.app.publish(undefined)
    assert.equal(ride.partner.received[0]?.payload, '{"content":null}')
  })
})

describe('openPopup (W 7.3)', () => {
  for (const [outcome, act] of [
    ['ok', (ride: Ride) => ride.host.pressOk()],
    ['cancel', (ride: Ride) => ride.host.pressReturn()],
    ['timeout', (ride: Ride) => ride.network.clock.advance(15_000)],
  ] as const) {
    test(`ends with ${outcome}`, async () => {
      const ride = await new Ride().open()
      const ended = ride.app.openPopup('Tired?')
      assert.equal(ride.host.view.popup?.text, 'Tired?')
      act(ride)
      assert.equal(await ended, outcome)
    })
  }

  test('too many: the last one is refused, the others end in their order', async () => {
    const ride = await new Ride().open()
    const ends: string[] = []
    for (let count = 1; count <= 6; count++)
      ride.app.openPopup(`${count}`, (outcome) => ends.push(`${count} ${outcome}`))
    assert.deepEqual(ends, ['6 refused'])
    ride.host.pressOk()
    ride.network.clock.advance(20_000)
    ride.host.pressReturn()
    assert.deepEqual(ends, ['6 refused', '1 ok', '2 cancel'])
  })

  test('a refused popup of the back end or prompt is not mistaken for one of the app (W 7.1)', async () => {
    const ride = await new Ride().open()
    const ends: string[] = []
    for (let count = 1; count <= 5; count++)
      ride.app.openPopup(`${count}`, (outcome) => ends.push(`${count} ${outcome}`))
    ride.app.notify({ id: 'n', body: 'No room for its prompt' })
    ride.network.clock.advance(1_000)
    ride.partner.popup(vin, 'alpha', 'No room')
    assert.equal(ride.page.happened.filter((type) => type === 'WebPortal.OverflowPopup').length, 2)
    assert.deepEqual(ends, [])
  })
})

describe('notify (W 7.4)', () => {
  test('its listener hears what becomes of it, and so does onNotification', async () => {
    const ride = await new Ride().open()
    const events: unknown[] = []
    ride.app.notify({ id: 'n', body: 'Parcel', data: { stop: 3 } }, (event, data) =>
      events.push(data === undefined ? event : [event, data])
    )
    const [notification] = ride.host.view.notifications
    assert.ok(notification)
    ride.host.openNotification(notification.key)
    ride.host.openNotificationApp(notification.key)
    assert.deepEqual(events, ['created', 'show', ['click', { stop: 3 }]])
    assert.deepEqual(
      ride.happened.filter((entry) => Array.isArray(entry)),
      [
        ['notification', 'created', 'n'],
        ['notification', 'show', 'n'],
        ['notification', 'click', 'n'],
      ]
    )
  })

  test('a second one with the same id is refused, and the first goes on', async () => {
    const ride = await new Ride().open()
    const events: string[] = []
    const notify = (name: string, id: string, body: string) =>
      ride.app.notify({ id, body }, (event) => events.push(`${name} ${event}`))
    notify('first', '__proto__', 'Parcel')
    notify('second', '__proto__', 'Parcel')
    notify('third', '', 'Without an id')
    ride.host.deleteNotification(ride.host.view.notifications[0]?.key ?? '')
    assert.deepEqual(events, ['first created', 'second error', 'third error', 'first close'])
  })
})

describe('startGuidance (W 8)', () => {
  const place = { longitude: 2.3, latitude: 48.9 }

  test('ready, and reached when the vehicle is there', async () => {
    const ride = await new Ride().open()
    const events: string[] = []
    assert.equal(
      ride.app.startGuidance({ ...place, label: 'Depot' }, (event) => events.push(event)),
      true
    )
    ride.network.clock.advance(10_000)
    assert.deepEqual(events, ['ready'])
    assert.equal(ride.host.view.guidance.label, 'Depot')
    ride.host.driveRoute(1_000)
    ride.network.clock.advance(600_000)
    assert.deepEqual(events, ['ready', 'reached'])
  })

  test('with waypoints, and with a question to the driver if a guidance runs', async () => {
    const ride = await new Ride().open()
    const events: string[] = []
    const waypoints = [{ lat: 48.88, lon: 2.31 }]
    ride.app.startGuidance({ ...place, waypoints }, (event) => events.push(`first ${event}`))
    ride.network.clock.advance(10_000)
    assert.deepEqual(ride.host.view.guidance.waypoints, [{ latitude: 48.88, longitude: 2.31 }])
    ride.app.startGuidance({ ...place, confirm: true }, (event) => events.push(`second ${event}`))
    ride.host.answerGuidance(false)
    assert.deepEqual(events, ['first ready', 'second cancelled'])
  })

  test('no position, no route: failed', async () => {
    const ride = await new Ride().open()
    const events: string[] = []
    ride.host.setVehicle({ position: null })
    ride.app.startGuidance(place, (event) => events.push(event))
    ride.network.clock.advance(10_000)
    assert.deepEqual(events, ['failed'])
  })

  test('unusable coordinates: false, then invalid', async () => {
    const ride = await new Ride().open()
    const heard = new Promise((resolve) => {
      assert.equal(ride.app.startGuidance({ longitude: 200, latitude: 1 }, resolve), false)
    })
    assert.equal(await heard, 'invalid')
  })

  test('not outside Public mode: false and nothing else (W 8.2)', async () => {
    const ride = await new Ride().open()
    const events: string[] = []
    ride.host.setVehicle({ privacyMode: 'Geoloc' })
    assert.equal(
      ride.app.startGuidance(place, (event) => events.push(event)),
      false
    )
    await ride.network.settle()
    assert.deepEqual(events, [])
  })

  test('a head unit of wave 3 has no waypoints and no events (W 10.5)', async () => {
    const ride = new Ride()
    ride.host.setVehicle({ wave: 3 })
    await ride.open()
    assert.equal(ride.app.startGuidance(place), true)
    ride.network.clock.advance(10_000)
    assert.equal(ride.host.view.guidance.state, 'guiding')
  })
})
