import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AppScript } from './fake-app.ts'
import { FakeNetwork } from './fake-network.ts'
import type { FakeVehicleOptions } from './fake-vehicle.ts'

const vin = 'VF3TEST0000000001'
const otherVin = 'VF3TEST0000000002'

function open(options: Partial<FakeVehicleOptions> = {}) {
  const network = new FakeNetwork()
  const partner = network.addPartner('acme')
  const vehicle = network.addVehicle({ vin, apps: [{ idApp: 'a', uid: 'acme' }], ...options })
  return { network, partner, vehicle }
}

describe('a network in one process', () => {
  test('a message is with the app when `send` returns, and the answer with the partner', async () => {
    const echo: AppScript = (page) => {
      page.onMessage = (message) => {
        if (message.type === 'WebPortal.onCurrentNotificationReceived')
          page.send(message.value.content, 'x/y')
      }
      page.announce()
    }
    const { network, partner, vehicle } = open({ scripts: { a: echo } })
    const page = await vehicle.open('a')
    partner.send(vin, 'a', { n: 1 })
    assert.deepEqual(page.received, [{ idApp: 'a', popup: false, content: { n: 1 } }])
    await network.settle()
    const topic = `psa/OVIPPartners-Dev/from/uid/acme/opa/${vin}/x/y`
    assert.deepEqual(partner.received, [
      { vin, subtopic: 'x/y', content: { n: 1 }, payload: '{"content":{"n":1}}', topic },
    ])
  })

  test('a popup that nobody reacts to: 15 s pass in no time (W 7.1)', async () => {
    const { network, partner, vehicle } = open()
    const page = await vehicle.open('a')
    partner.popup(vin, 'a', 'Hello', { receipt: 'r' })
    network.clock.advance(15_000)
    assert.equal(page.received[0]?.popupAction, 'WebPortal.closeTimeoutPopupRequest')
    assert.deepEqual(
      partner.receipts.map(({ state, receipt }) => `${receipt} ${state}`),
      ['r taken', 'r popup_shown', 'r popup_timeout'],
    )
    assert.deepEqual(partner.received, [])
  })

  test('each vehicle and each partner gets its own', async () => {
    const { network, partner, vehicle } = open()
    const rival = network.addPartner('rival')
    const other = network.addVehicle({ vin: otherVin, apps: [{ idApp: 'b', uid: 'rival' }] })
    const [a, b] = [await vehicle.open('a'), await other.open('b')]
    partner.send(vin, 'a', 1)
    rival.send(otherVin, 'b', 2)
    a.send('from a')
    b.send('from b')
    assert.deepEqual([a.received.length, b.received.length], [1, 1])
    assert.deepEqual(
      [partner, rival].map(({ received }) => received.map(({ content }) => content)),
      [['from a'], ['from b']],
    )
  })

  test('what nobody gets is told, with the reason (W 2.7)', () => {
    const { network, partner } = open()
    network.addVehicle({ vin: otherVin, apps: [{ idApp: 'b', uid: 'rival' }] })
    partner.send(otherVin, 'b', 1)
    partner.send('VF3TEST0000000003', 'a', 1)
    partner.send(vin, 'a', 'x'.repeat(131_072))
    network.sendDown('rival', `psa/OVIPPartners-Dev/to/uid/acme/opa/${vin}/`, '{}')
    network.sendDown('acme', 'elsewhere', '{}')
    assert.deepEqual(
      network.undelivered.map(({ reason }) => reason),
      ['vehicle_unknown', 'vehicle_unknown', 'payload_too_large', 'uid_of_other_partner', 'topic_malformed'],
    )
    assert.throws(() => partner.send('VF3', 'a', 1), /not a VIN/)
    assert.throws(() => network.addPartner('acme'), /already/)
    assert.throws(() => network.addPartner('a b'), /not a UID/)
    assert.throws(() => network.addVehicle({ vin, apps: [] }), /already/)
    assert.throws(() => network.addVehicle({ vin: 'VF3', apps: [] }), /not a VIN/)
  })

  test('an icon that is not on the wall, and an app that does not come up, are told as such', async () => {
    const { vehicle } = open({ scripts: { a: () => {} } })
    await assert.rejects(vehicle.open('b'), new TypeError(`${vin} has no app b.`))
    const late = vehicle.open('a', 1)
    await assert.rejects(late, /a on screen, which needs its onApplicationLoaded/)
  })

  test('while a vehicle is offline the last 10 of each app are kept, and popups never shown late (W 9.3)', async () => {
    const apps = [
      { idApp: 'a', uid: 'acme' },
      { idApp: 'b', uid: 'acme' },
    ]
    const { partner, vehicle } = open({ apps })
    const page = await vehicle.open('a')
    vehicle.host.setVehicle({ network: false })
    partner.send(vin, 'b', 'of b')
    for (let count = 1; count <= 11; count++) partner.send(vin, 'a', count)
    partner.popup(vin, 'a', 'Late')
    assert.equal(page.window.Device.GetInternetStatus(), false)
    vehicle.host.setVehicle({ network: true })
    assert.deepEqual(page.received, [])
    assert.equal(vehicle.host.view.popup, undefined)
    const kept = page.getPendingNotifications()
    assert.deepEqual(
      kept.map(({ content, popupAction }) => popupAction ?? content),
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 'WebPortal.closeTimeoutPopupRequest'],
    )
    assert.equal(vehicle.host.view.apps[1]?.pending, 1)
  })

  test('an app that sends in a tunnel is told so (W 6.4)', async () => {
    const { network, partner, vehicle } = open()
    const page = await vehicle.open('a')
    vehicle.host.setVehicle({ privacyMode: 'Private' })
    page.publish('lost')
    await network.settle()
    assert.equal(page.happened.at(-1), 'WebPortal.MQTT.evt.messageNotDelivered')
    assert.deepEqual(partner.received, [])
  })

  test('a partner that answers does so after what it answers', async () => {
    const { network, partner, vehicle } = open()
    const page = await vehicle.open('a')
    partner.onMessage = ({ content }) => partner.send(vin, 'a', { answer: content })
    page.send(1)
    assert.equal(page.received.length, 0)
    await network.settle()
    assert.deepEqual(page.received[0]?.content, { answer: 1 })
  })

  test('`close` switches a vehicle off: its partner’s messages are kept no more than an app hears them', async () => {
    const { network, partner, vehicle } = open()
    const page = await vehicle.open('a')
    vehicle.close()
    partner.send(vin, 'a', 1)
    assert.deepEqual(page.received, [])
    assert.equal(network.clock.waiting, 0)
  })
})
