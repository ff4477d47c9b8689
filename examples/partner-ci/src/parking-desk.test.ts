import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { PartnerClient } from '@pillion/partner'
import { FakeNetwork, type FakePartner, type FakeVehicle } from '@pillion/testkit'
import { idApp, ParkingDesk } from './parking-desk.ts'

const script = readFileSync(new URL('../app/parking.js', import.meta.url), 'utf8')

describe('the parking desk, its app and two cars', () => {
  let network: FakeNetwork
  let partner: FakePartner
  let first: FakeVehicle
  let second: FakeVehicle
  let client: PartnerClient
  let desk: ParkingDesk

  beforeEach(async () => {
    network = new FakeNetwork()
    partner = network.addPartner('acme')
    const addCar = (vin: string) =>
      network.addVehicle({
        vin,
        apps: [{ idApp, uid: 'acme' }],
        scripts: { [idApp]: (page) => page.runScript(script, 'parking.js') },
      })
    first = addCar('VF3ACME0000000001')
    second = addCar('VF3ACME0000000002')
    client = new PartnerClient(partner.options)
    await client.connect()
    desk = new ParkingDesk(client)
  })
  afterEach(() => client.close())

  test('nobody reacts to the popup for 15 s: the next car is asked', async () => {
    const taker = desk.offer('12', [first.vin, second.vin])
    await network.settle()
    assert.equal(first.host.view.popup?.text, 'Place 12 is free.\nTake it?')
    network.clock.advance(14_999)
    await network.settle()
    assert.equal(second.host.view.popup, undefined)
    network.clock.advance(1)
    await network.settle()
    assert.equal(first.host.view.popup, undefined)
    second.host.pressOk()
    assert.equal(await taker, second.vin)
  })

  test('the driver takes it: the app is opened and gets the directions', async () => {
    const taker = desk.offer('12', [first.vin])
    await network.settle()
    first.host.pressOk()
    await taker
    await network.settle()
    assert.equal(first.host.view.app, idApp)
    assert.deepEqual(first.frames.get(idApp).received.at(-1)?.content, { type: 'directions', place: '12' })
  })

  test('a car whose popups are backed up is passed over, and says why', async () => {
    for (let count = 0; count < 5; count++) partner.popup(first.vin, idApp, 'Before')
    const reasons: (string | undefined)[] = []
    client.on('receipt', ({ reason }) => reasons.push(reason))
    assert.equal(await desk.offer('12', [first.vin]), undefined)
    assert.deepEqual(reasons, ['popup_queue_full'])
  })

  test('a price for an app in the background waits there and is fetched within 5 s', async () => {
    const page = await first.open(idApp)
    first.host.pressHome()
    assert.equal(await desk.tellPrice(first.vin, 4), false)
    assert.deepEqual(page.received, [])
    network.clock.advance(5_000)
    assert.equal(page.window.localStorage.getItem('price'), '{"type":"price","euros":4}')
    assert.deepEqual(
      partner.received.map(({ content }) => content),
      [{ seen: 'price' }],
    )
  })

  test('a price for the app on screen is seen at once', async () => {
    await first.open(idApp)
    assert.equal(await desk.tellPrice(first.vin, 4), true)
  })

  test('in a tunnel: the price is kept, and nobody says so until the car is out', async () => {
    await first.open(idApp)
    first.host.setVehicle({ network: false })
    const seen = desk.tellPrice(first.vin, 4)
    await network.settle()
    assert.deepEqual(partner.receipts, [])
    first.host.setVehicle({ network: true })
    assert.equal(await seen, false)
  })
})
