import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Broker, openPolicy } from '@pillion/broker'
import { ConnectedVehicle, waitUntil } from '@pillion/testkit'
import {
  PartnerClient,
  PartnerError,
  type Receipt,
  type ReceiptChange,
  type VehicleReceipt,
} from './index.ts'

const vin = 'VF3TEST0000000001'
const root = 'psa/OVIPPartners-Dev'
const apps = [{ idApp: 'my-app', uid: 'acme-1' }]

describe('receipts, from a head unit behind a real broker', () => {
  const broker = new Broker({ policy: openPolicy })
  const server = createServer((socket) => broker.attachSocket(socket, 'mqtt'))
  const downlinks: string[] = []
  let url: string
  let vehicle: ConnectedVehicle
  let client: PartnerClient

  before(async () => {
    await broker.open()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    broker.subscribe(`${root}/to/#`, (_, payload) => downlinks.push(new TextDecoder().decode(payload)))
  })
  after(async () => {
    vehicle.close()
    await client.close()
    await broker.close()
    server.close()
  })
  beforeEach(async () => {
    vehicle?.close()
    await client?.close()
    downlinks.length = 0
    vehicle = await drive()
    client = new PartnerClient({ uri: url, username: 'acme-1', password: '' })
    await client.connect()
  })

  function drive(popupDisplaySeconds = 15): Promise<ConnectedVehicle> {
    return ConnectedVehicle.connect({ url, vin, password: '', apps, limits: { popupDisplaySeconds } })
  }

  test('data for an app on screen is taken, and the app sees the id', async () => {
    const app = await vehicle.open('my-app')
    const receipt = await client.send(vin, 'my-app', { hello: 1 }, { receipt: true })
    const changed = once(receipt, 'state')
    assert.equal(await receipt.taken, 'taken')
    assert.deepEqual(await changed, [{ state: 'taken' }])
    assert.equal(receipt.isFinal, true)
    assert.equal(app.received[0]?.receipt, receipt.id)
  })

  test('data for an app that does not run is pending, and dropped when ten newer ones come', async () => {
    const receipt = await client.send(vin, 'my-app', 0, { receipt: true })
    assert.equal(await receipt.taken, 'pending')
    const changes: ReceiptChange[] = []
    receipt.on('state', (change) => changes.push(change))
    for (let count = 1; count <= 10; count++) await client.send(vin, 'my-app', count)
    await waitUntil('the second state', () => changes.length === 2)
    assert.deepEqual(changes, [{ state: 'pending' }, { state: 'dropped', reason: 'pending_overflow' }])
    assert.equal(receipt.dropped, 'pending_overflow')
    assert.equal(await receipt.taken, 'pending')
  })

  for (const [outcome, act] of [
    ['ok', () => vehicle.host.pressOk()],
    ['cancel', () => vehicle.host.pressReturn()],
  ] as const) {
    test(`a popup is taken, shown, and ends with ${outcome}`, async () => {
      const receipt = await client.popup(vin, 'my-app', 'Turn left?', { receipt: true, content: { id: 7 } })
      assert.equal(await receipt.taken, 'taken')
      await receipt.shown
      assert.equal(vehicle.host.view.popup?.text, 'Turn left?')
      act()
      assert.equal(await receipt.outcome, outcome)
      assert.deepEqual(statesOf(receipt), ['taken', 'popup_shown', `popup_${outcome}`])
    })
  }

  test('a popup that nobody reacts to ends with timeout', async () => {
    vehicle.close()
    vehicle = await drive(0.02)
    const receipt = await client.popup(vin, 'my-app', 'Turn left?', { receipt: true })
    assert.equal(await receipt.outcome, 'timeout')
  })

  test('a receipt asked for without a time is waited for as long as any', async () => {
    vehicle.close()
    vehicle = await drive(0.02)
    const receipt = await client.popup(vin, 'my-app', 'Turn left?', { receipt: {} })
    assert.equal(await receipt.outcome, 'timeout')
  })

  test('a popup that is dropped says why, with every promise, and need not be awaited', async () => {
    for (let count = 0; count < 5; count++) await client.popup(vin, 'my-app', 'Before')
    const receipt = await client.popup(vin, 'my-app', 'Too many', { receipt: true })
    const dropped = { code: 'MESSAGE_DROPPED', reason: 'popup_queue_full' }
    await assert.rejects(receipt.outcome, dropped)
    await assert.rejects(receipt.taken, dropped)
    await assert.rejects(receipt.shown, dropped)
    assert.equal(receipt.dropped, 'popup_queue_full')
  })

  test('data for an app that the vehicle does not have is dropped', async () => {
    const { taken } = await client.send(vin, 'nobody', 1, { receipt: true })
    await assert.rejects(taken, { code: 'MESSAGE_DROPPED', reason: 'id_app_unknown' })
  })

  test('a vehicle that says nothing: NO_RECEIPT after the time given', async () => {
    vehicle.close()
    const receipt = await client.popup(vin, 'my-app', 'Anybody?', { receipt: { secondsMax: 0.02 } })
    const noReceipt = { code: 'NO_RECEIPT', retry: true }
    // The library's timer keeps no process alive.
    await Promise.all([assert.rejects(receipt.taken, noReceipt), new Promise((end) => setTimeout(end, 100))])
    await assert.rejects(receipt.outcome, noReceipt)
    assert.deepEqual(receipt.states, [])
  })

  test('close() ends the wait: CLOSED', async () => {
    const receipt = await client.popup(vin, 'my-app', 'Turn left?', { receipt: true })
    await receipt.shown
    await client.close()
    await assert.rejects(receipt.outcome, { code: 'CLOSED' })
  })

  test('loops hear what apps send and no receipts; the client’s event has them, also for other clients', async () => {
    const other = new PartnerClient({ uri: url, username: 'acme-1', password: '' })
    await other.connect()
    const heard: VehicleReceipt[] = []
    other.on('receipt', (receipt) => heard.push(receipt))
    const loop = other.messages()
    await other.send(vin, 'my-app', 'so that the loop is subscribed')
    const app = await vehicle.open('my-app')
    const { id, taken } = await client.send(vin, 'my-app', 1, { receipt: true })
    await taken
    app.send('answer')
    assert.equal((await loop.next()).value?.content, 'answer')
    await waitUntil('the receipt', () => heard.length > 0)
    assert.deepEqual(heard, [{ vin, receipt: id, state: 'taken', idApp: 'my-app' }])
    await other.close()
  })

  test('without a receipt the messages are the same, byte for byte; with one they have a field more', async () => {
    await client.send(vin, 'my-app', { a: 1 })
    await client.send(vin, 'my-app')
    await client.popup(vin, 'my-app', 'Hello', { content: 2 })
    const { id } = await client.send(vin, 'my-app', { a: 1 }, { receipt: true })
    assert.deepEqual(downlinks, [
      '{"idApp":"my-app","popup":false,"content":{"a":1}}',
      '{"idApp":"my-app","popup":false}',
      '{"idApp":"my-app","popup":true,"popupBtn":true,"popupText":"Hello","content":2}',
      `{"idApp":"my-app","popup":false,"content":{"a":1},"receipt":"${id}"}`,
    ])
  })

  test('a message that cannot be sent has no receipt: the call rejects', async () => {
    const idle = new PartnerClient({ uri: url, username: 'acme-1', password: '' })
    await assert.rejects(idle.send(vin, 'my-app', 1, { receipt: true }), { code: 'NOT_CONNECTED' })
    await assert.rejects(client.send('VF3', 'my-app', 1, { receipt: true }), { code: 'VIN_MALFORMED' })
    await assert.rejects(client.send(vin, 'my-app', 1n, { receipt: true }), PartnerError)
    await idle.close()
  })
})

function statesOf({ states }: Receipt): string[] {
  return states.map(({ state }) => state)
}
