import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Broker, openPolicy } from '@pillion/broker'
import type { VehicleApp } from '@pillion/schema'
import { WebSocketServer } from 'ws'
import { ConnectedVehicle } from './connected-vehicle.ts'
import type { AppScript } from './fake-app.ts'
import { findFreePort } from './port.ts'
import { ScriptedBroker } from './scripted-broker.ts'
import { waitUntil } from './wait-until.ts'

const vin = '0123456789ABCDEFG'
const root = 'psa/OVIPPartners-Dev'
const app: VehicleApp = {
  idApp: 'alpha',
  name: 'Alpha',
  uid: 'P',
  url: 'http://alpha.test/',
  drivingMode: true,
}

/** A real broker without access control, over TCP and WebSocket, and what it got on the partner's side. */
async function startBroker(t: TestContext) {
  const broker = new Broker({ policy: openPolicy })
  await broker.open()
  const tcp = createServer((socket) => broker.attachSocket(socket, 'mqtt')).listen(0, '127.0.0.1')
  const http = createHttpServer().listen(0, '127.0.0.1')
  await Promise.all([once(tcp, 'listening'), once(http, 'listening')])
  const sockets = new WebSocketServer({ server: http, path: '/mqtt', handleProtocols: () => 'mqtt' })
  sockets.on('connection', (socket) => {
    broker.attachWebSocket(socket, { listener: 'http', remoteAddress: '127.0.0.1' })
  })
  t.after(async () => {
    await broker.close()
    tcp.close()
    http.close()
  })
  const uplinks: string[] = []
  broker.subscribe(`${root}/from/uid/P/opa/#`, (topicName, payload) => {
    uplinks.push(`${topicName} ${new TextDecoder().decode(payload)}`)
  })
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
  return {
    tcpUrl: `mqtt://127.0.0.1:${portOf(tcp)}`,
    webSocketUrl: `ws://127.0.0.1:${portOf(http)}/mqtt`,
    uplinks,
    send: (payload: unknown) =>
      broker.publish(`${root}/to/uid/P/opa/${vin}/`, new TextEncoder().encode(JSON.stringify(payload))),
  }
}

const echo: AppScript = (page) => {
  page.onMessage = (message) => {
    if (message.type === 'WebPortal.onCurrentNotificationReceived') page.send(message.value.content)
  }
  page.announce()
}

for (const transport of ['tcpUrl', 'webSocketUrl'] as const) {
  test(`a message goes to the app and its answer back, by way of a real broker (${transport})`, async (t) => {
    const broker = await startBroker(t)
    const vehicle = await ConnectedVehicle.connect({
      url: broker[transport],
      vin,
      password: 'secret',
      apps: [app],
      scripts: { alpha: echo },
    })
    t.after(() => vehicle.close())
    const page = await vehicle.open('alpha')
    assert.equal(broker.send({ idApp: 'alpha', popup: false, content: { question: 'é' } }), 1)
    await waitUntil('the answer', () => broker.uplinks.length > 0)
    assert.deepEqual(broker.uplinks, [`${root}/from/uid/P/opa/${vin}/ {"content":{"question":"é"}}`])
    page.publish('kept')
    await waitUntil('delivered', () => page.happened.includes('WebPortal.MQTT.evt.messageDelivered'))
    assert.equal(broker.uplinks[1], `${root}/from/uid/P/opa/${vin}/ {"content":"kept"}`)
    assert.deepEqual(vehicle.host.view.drops, {})
  })
}

test('the largest message goes both ways (W 2.9)', async (t) => {
  const broker = await startBroker(t)
  const vehicle = await ConnectedVehicle.connect({
    url: broker.webSocketUrl,
    vin,
    password: 'secret',
    apps: [app],
    scripts: { alpha: echo },
  })
  t.after(() => vehicle.close())
  await vehicle.open('alpha')
  const frame = JSON.stringify({ idApp: 'alpha', content: '' }).length
  broker.send({ idApp: 'alpha', content: 'x'.repeat(131_072 - frame) })
  const [uplink] = await waitUntil('the answer', () => broker.uplinks.length > 0 && broker.uplinks)
  assert.equal(uplink?.length, `${root}/from/uid/P/opa/${vin}/ {"content":""}`.length + 131_072 - frame)
})

test('an app without a script announces itself', async (t) => {
  const broker = await startBroker(t)
  const vehicle = await ConnectedVehicle.connect({ url: broker.tcpUrl, vin, password: 'secret', apps: [app] })
  t.after(() => vehicle.close())
  const page = await vehicle.open('alpha')
  assert.equal(page.state.launched, true)
  assert.ok(vehicle.log.some(({ kind }) => kind === 'app_state'))
})

test('connect rejects with the reason of the broker that refuses', async (t) => {
  const broker = await ScriptedBroker.listen((packet, { send }) => {
    if (packet.type !== 'connect') return
    const properties = { reasonString: 'No such vehicle.' }
    send({ type: 'connack', sessionPresent: false, reasonCode: 0x86, properties })
  })
  t.after(() => broker.close())
  await assert.rejects(
    ConnectedVehicle.connect({ url: broker.url, vin, password: 'wrong', apps: [app] }),
    /No such vehicle/,
  )
})

test('connect rejects in time when there is no broker, saying what it last saw', async () => {
  const url = `mqtt://127.0.0.1:${await findFreePort()}`
  await assert.rejects(
    ConnectedVehicle.connect({ url, vin, password: 'x', apps: [app], connectMilliseconds: 200 }),
    /ECONNREFUSED/,
  )
})
