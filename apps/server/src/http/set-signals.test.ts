import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MqttTransport } from '@pillion/host'
import type { MessagePage, PartnerDetail, SignalChange, Status } from '@pillion/schema'
import { ConnectedVehicle, waitUntil } from '@pillion/testkit'
import mqtt from 'mqtt'
import { askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const vin = 'VF3SIGNALS0000001'

const server = await startTestServer({ 'ledger.level': 'off' })
const { json } = await askAdmin(server, 'POST', '/vehicles', { vins: [vin] })
const [vehicle] = json as { password: string }[]
const set = (name: string, body: unknown) => askAdmin(server, 'PATCH', `/vehicles/${name}/signals`, body)

test('sets nothing, and says so, while no head unit of the vehicle is connected', async () => {
  const answer = await set(vin, { speedKmh: 80 })
  assert.deepEqual([answer.status, answer.json], [200, { headUnits: 0 }])
})

test('tells the head unit what the vehicle is to say of itself', async (t) => {
  const told: SignalChange[] = []
  let notices = 0
  const transport = new MqttTransport({
    url: `mqtt://127.0.0.1:${portOf(server, 'mqtt')}`,
    vin,
    password: vehicle?.password ?? '',
    onNotice: () => {
      notices++
    },
    onSignals: (change) => told.push(change),
  })
  t.after(() => transport.stop())
  const nothing = () => {}
  transport.start({ connected: nothing, disconnected: nothing, message: nothing, kept: () => true })
  await waitUntil('it is connected', () => transport.status.state === 'connected')
  const answer = await set(vin, { speedKmh: 80, 'media.track': 'One' })
  assert.deepEqual([answer.status, answer.json], [200, { headUnits: 1 }])
  await waitUntil('it is told', () => told.length > 0)
  assert.deepEqual(told, [{ speedKmh: 80, media: { track: 'One' } }])
  assert.equal(notices, 0, 'the wall is as it was')
})

test('refuses signals that there are not, values that they cannot have, and vehicles it does not know', async () => {
  for (const body of [{ wings: 2 }, { speedKmh: 'fast' }, { speedKmh: -1 }, [], 'speed']) {
    const { status, json: problem } = await set(vin, body)
    assert.deepEqual(
      [status, (problem as { code: string }).code],
      [400, 'SIGNAL_MALFORMED'],
      JSON.stringify(body),
    )
  }
  const { status, json: problem } = await set('VF3NOBODY00000001', { speedKmh: 1 })
  assert.deepEqual([status, (problem as { code: string }).code], [404, 'VEHICLE_NOT_FOUND'])
})

test('tells head units at once when something is recorded that was not, and when nothing is any more', async (t) => {
  const { password: secret } = await server.fleet.addPartner({ uid: 'ACME' })
  await server.fleet.addApp({ idApp: 'news', uid: 'ACME' })
  await server.fleet.subscribeVehicles('news', [vin])
  const car = await ConnectedVehicle.connect({
    url: `mqtt://127.0.0.1:${portOf(server, 'mqtt')}`,
    vin,
    password: vehicle?.password ?? '',
    apps: [{ idApp: 'news', uid: 'ACME' }],
    onNotice: () => {},
  })
  t.after(() => car.close())
  const app = await car.open('news')
  const partner = await mqtt.connectAsync(`mqtt://127.0.0.1:${portOf(server, 'mqtt')}`, {
    username: 'ACME',
    password: secret,
    reconnectPeriod: 0,
  })
  t.after(() => partner.end(true))
  let sent = 0
  const send = async () => {
    const payload = JSON.stringify({ idApp: 'news', popup: false, content: ++sent })
    await partner.publishAsync(`psa/OVIPPartners-Dev/to/uid/ACME/opa/${vin}/`, payload, { qos: 1 })
    await waitUntil('the app has it', () => app.received.length === sent)
  }
  const setLevel = async (level: string | null) => {
    assert.equal((await askAdmin(server, 'PUT', '/ledger-levels', { partners: { ACME: level } })).status, 200)
    const detail = (await askAdmin(server, 'GET', '/partners/ACME')).json as PartnerDetail
    assert.equal(detail.ledgerLevel, level ?? 'off')
  }
  const countReceived = async () =>
    ((await askAdmin(server, 'GET', '/status')).json as Status).counters.messages_received ?? 0
  const stories = async () => {
    const { messages } = (await askAdmin(server, 'GET', '/messages?uid=ACME')).json as MessagePage
    return messages.map(({ steps }) => steps.map(({ state }) => state).join(' '))
  }
  await send()
  await setLevel('recent')
  await send()
  const deadline = Date.now() + 5_000
  while ((await stories())[0]?.endsWith('taken') !== true)
    assert.ok(Date.now() < deadline, String(await stories()))
  assert.deepEqual(await stories(), ['accepted routed received taken'], 'of what came before, nothing')
  await setLevel(null)
  const receivedBefore = await countReceived()
  await send()
  // Longer than reports are gathered.
  await new Promise((resume) => setTimeout(resume, 150))
  assert.equal((await countReceived()) - receivedBefore, 1, 'the partner’s own, and no report')
})
