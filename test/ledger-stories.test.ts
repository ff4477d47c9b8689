import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { NatsNodes } from '@pillion/relay-nats'
import type {
  AcceptedMessage,
  Explanation,
  MessagePage,
  MessageRecord,
  MessageStep,
  RefusalView,
  VehicleView,
} from '@pillion/schema'
import { type AppScript, ConnectedVehicle, waitUntil } from '@pillion/testkit'
import mqtt, { type MqttClient } from 'mqtt'
import { nodesInTests } from '../apps/server/src/nodes/deployment.fixture.ts'
import { makePackage } from '../apps/server/src/packages/archive.fixture.ts'
import {
  ask,
  askAdmin,
  makeFolder,
  portOf,
  settleServers,
  startTestServer,
} from '../apps/server/src/server.fixture.ts'
import type { RunningServer } from '../apps/server/src/server.ts'
import type { PushAppNames } from './push/stage.ts'
import { PushUser } from './support/push-user.ts'

const root = 'psa/OVIPPartners-Dev'
const vin = 'VF7STORIES0000001'
const stranger = 'VF7STRANGER000001'
const mailboxMax = 2
const patienceMilliseconds = 30_000

/** A story without what depends on how many nodes there are: which one the receiver is connected to. */
function tell({ steps }: MessageRecord): string[] {
  return steps.map(({ state }) => (state === 'routed' || state === 'forwarded' ? 'sent' : state))
}

const server = await startTestServer({
  'ledger.body': 'kept',
  'limits.mailboxMax': mailboxMax,
  'limits.mailboxPopupSeconds': 1,
})
const acme = await server.fleet.addPartner({ uid: 'acme' })
const [car] = await server.fleet.addVehicles([vin, stranger])
const password = car?.password ?? ''
await server.fleet.addApp({ idApp: 'news', uid: 'acme' })
await server.fleet.subscribeVehicles('news', [vin])
await settleServers()
const partner = await connect(server, 'acme', acme.password)
let vehicle: ConnectedVehicle | undefined
let sent = 0

after(async () => {
  vehicle?.close()
  await partner.endAsync(true)
})

function connect(to: RunningServer, username: string, secret: string): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${portOf(to, 'mqtt')}`, {
    protocolVersion: 5,
    username,
    password: secret,
    reconnectPeriod: 0,
  })
}

/** Resolves to the receipt it is found by. */
async function send(fields: object, to = vin): Promise<string> {
  const receipt = `r${++sent}`
  const payload = JSON.stringify({ idApp: 'news', popup: false, content: sent, receipt, ...fields })
  await partner.publishAsync(`${root}/to/uid/acme/opa/${to}`, payload, { qos: 1 }).catch(() => {})
  await settleServers()
  return receipt
}

const sendPopup = () => send({ popup: true, popupText: 'Hello' })

async function search(query: string, of = server): Promise<MessageRecord[]> {
  const { status, json } = await askAdmin(of, 'GET', `/messages?${query}`)
  assert.equal(status, 200, JSON.stringify(json))
  return (json as MessagePage).messages
}

/** The one record there is, once its newest state is this one. */
async function recordOf(query: string, state: string, of = server): Promise<MessageRecord> {
  let found: MessageRecord[] = []
  const deadline = Date.now() + patienceMilliseconds
  while (found[0]?.steps.at(-1)?.state !== state) {
    assert.ok(Date.now() < deadline, `${query} is not ${state}: ${JSON.stringify(found)}`)
    found = await search(query, of)
  }
  assert.equal(found.length, 1, JSON.stringify(found))
  return found[0] as MessageRecord
}

const receipt = (id: string) => `receipt=${id}`

function endOf({ steps }: MessageRecord): MessageStep {
  return steps.at(-1) as MessageStep
}

async function arrive(
  script?: AppScript,
  limits = {},
  at = server,
  secret = password,
): Promise<ConnectedVehicle> {
  const authorization = `Basic ${Buffer.from(`${vin}:${secret}`).toString('base64')}`
  const { body } = await ask(at, '/portal/api/vehicle', { headers: { authorization } })
  const { reports = false, withoutPackage } = JSON.parse(body.toString()) as VehicleView
  vehicle?.close()
  vehicle = await ConnectedVehicle.connect({
    url: `ws://127.0.0.1:${portOf(at, 'http')}/mqtt`,
    vin,
    password: secret,
    root,
    apps: [{ idApp: 'news', uid: 'acme' }],
    withoutPackage,
    scripts: script === undefined ? {} : { news: script },
    limits,
    reports,
  })
  await settleServers()
  return vehicle
}

async function leave(): Promise<void> {
  vehicle?.close()
  vehicle = undefined
  // The server has to notice.
  for (const deadline = Date.now() + patienceMilliseconds; ; ) {
    const { json } = await askAdmin(server, 'GET', `/connections?search=${vin}`)
    if ((json as { total: number }).total === 0) break
    assert.ok(Date.now() < deadline)
  }
  await settleServers()
}

test('refused: the vehicle is subscribed to no app of the partner (W 2.7)', async () => {
  await send({}, stranger)
  const record = await recordOf('uid=acme&state=refused', 'refused')
  assert.deepEqual([record.kind, record.from, record.vin], ['downlink', 'partner:acme', stranger])
  assert.deepEqual(tell(record), ['refused'])
  assert.equal(endOf(record).reason, 'vehicle_not_subscribed')
})

test('refused: the payload is too large (W 2.9)', async () => {
  const id = await send({ content: 'x'.repeat(131_072) })
  const record = await recordOf(receipt(id), 'refused')
  assert.deepEqual([endOf(record).reason, record.body?.length], ['payload_too_large', 4_096])
})

test('kept in the mailbox, handed over to the head unit that comes, pending, taken (W 9.3, 6.2)', async () => {
  const id = await send({})
  const kept = await recordOf(receipt(id), 'kept')
  assert.deepEqual([endOf(kept).count, endOf(kept).limit], [1, mailboxMax])
  const car = await arrive()
  assert.deepEqual(tell(await recordOf(receipt(id), 'pending')), [
    'accepted',
    'kept',
    'handed_over',
    'received',
    'pending',
  ])
  const app = await car.open('news')
  app.getPendingNotifications()
  assert.equal(endOf(await recordOf(receipt(id), 'taken')).state, 'taken')
  await leave()
})

test('dropped from the mailbox: newer ones for the same app pushed it out (W 9.3)', async () => {
  const first = await send({})
  await recordOf(receipt(first), 'kept')
  for (let n = 0; n < mailboxMax; n++) await send({})
  const record = await recordOf(receipt(first), 'dropped')
  assert.deepEqual(tell(record), ['accepted', 'kept', 'dropped'])
  assert.equal(endOf(record).reason, 'mailbox_overflow')
})

test('dropped before it is in the mailbox: it is no message an app could get (W 3.1)', async () => {
  const id = await send({ popup: 'maybe' })
  const record = await recordOf(receipt(id), 'dropped')
  assert.deepEqual(tell(record), ['accepted', 'dropped'])
  assert.equal(endOf(record).reason, 'mailbox_malformed')
})

test('handed over and dropped by the head unit: the app has no package yet (W 9.3)', async () => {
  await server.fleet.addApp({ idApp: 'bare', uid: 'acme' })
  await server.fleet.subscribeVehicles('bare', [vin])
  await settleServers()
  const id = await send({ idApp: 'bare' })
  await recordOf(receipt(id), 'kept')
  await arrive()
  const record = await recordOf(receipt(id), 'dropped')
  assert.deepEqual(tell(record), ['accepted', 'kept', 'handed_over', 'dropped'])
  assert.deepEqual(
    [endOf(record).reason, endOf(record).text],
    ['app_without_package', 'The app has no package yet, so no head unit shows it.'],
  )
  await leave()
})

test('expired: nobody came while a popup was of use (W 9.3)', async () => {
  const id = await sendPopup()
  await recordOf(receipt(id), 'kept')
  // What is written for the vehicle makes room first.
  await new Promise((resume) => setTimeout(resume, 1_050))
  await send({})
  assert.deepEqual(tell(await recordOf(receipt(id), 'expired')), ['accepted', 'kept', 'expired'])
})

test('taken by the app on screen; an uplink that nobody hears is dropped (W 6.1, 6.4)', async () => {
  const car = await arrive()
  const app = await car.open('news')
  const id = await send({})
  assert.deepEqual(tell(await recordOf(receipt(id), 'taken')), ['accepted', 'sent', 'received', 'taken'])
  app.send('answer')
  const uplink = await recordOf(
    `topic=${root}/from/uid/acme/opa/${vin}/&reason=no_receiver&count=1`,
    'dropped',
  ).catch(async () => assert.fail(JSON.stringify(await search(`vin=${vin}&count=5`))))
  assert.deepEqual([uplink.kind, uplink.from, uplink.uid], ['uplink', `vehicle:${vin}`, 'acme'])
  car.host.pressHome()
})

test('dropped by the head unit: no such app, and its pending buffer is full (W 3.1, 6.2)', async () => {
  const id = await send({ idApp: 'nobody' })
  const record = await recordOf(receipt(id), 'dropped')
  assert.deepEqual(tell(record), ['accepted', 'sent', 'dropped'])
  assert.deepEqual(
    [endOf(record).reason, endOf(record).text],
    ['id_app_unknown', 'The vehicle has no app of this id (W 3.1).'],
  )
  const first = await send({})
  for (let n = 0; n < 10; n++) await send({})
  const fallen = await recordOf(receipt(first), 'dropped')
  assert.deepEqual(tell(fallen), ['accepted', 'sent', 'received', 'pending', 'dropped'])
  assert.equal(endOf(fallen).reason, 'pending_overflow')
  await leave()
})

/** A client that signs in as the vehicle and is no head unit of ours. */
async function connectVehicle(at: 'http' | 'mqtt', properties = {}): Promise<MqttClient> {
  const url = at === 'mqtt' ? 'mqtt://127.0.0.1' : 'ws://127.0.0.1'
  const client = await mqtt.connectAsync(`${url}:${portOf(server, at)}/mqtt`, {
    protocolVersion: 5,
    username: vin,
    password,
    reconnectPeriod: 0,
    properties,
  })
  await client.subscribeAsync(`${root}/to/uid/+/opa/${vin}/#`)
  await settleServers()
  return client
}

test('dropped where its receiver is connected, on whichever node that is: larger than it accepts [MQTT-3.1.2-24]', async () => {
  const client = await connectVehicle('http', { maximumPacketSize: 500 })
  const id = await send({ content: 'x'.repeat(600) })
  const record = await recordOf(receipt(id), 'dropped')
  const { reason, count, node, text } = endOf(record)
  assert.deepEqual([reason, count], ['larger_than_client_accepts', undefined], 'nobody has it')
  if (nodesInTests === 1) assert.deepEqual(tell(record), ['accepted', 'dropped'])
  else {
    assert.deepEqual(tell(record), ['accepted', 'sent', 'dropped'])
    assert.notEqual(node, record.node)
    assert.ok(text.startsWith(`Dropped on node ${node}: It is larger than`), text)
  }
  const small = await send({})
  assert.deepEqual(tell(await recordOf(receipt(small), nodesInTests === 1 ? 'routed' : 'forwarded')), [
    'accepted',
    'sent',
  ])
  await client.endAsync(true)
  await leave()
})

/** A node to which the vehicle seems to be connected; it acknowledges nothing, as one that dies. */
async function joinDyingNode(): Promise<NatsNodes> {
  const { url, deployment, user, password } = server.config.relay
  const log = { info() {}, warn() {} }
  const nodes = new NatsNodes({ servers: url, deployment, user, password, node: 'dying', log })
  await nodes.connect()
  for (const filter of [`$receiver/vehicle:${vin}`, `fleet/+/vehicle/${vin}/#`])
    nodes.relay.addInterest(filter)
  return nodes
}

if (nodesInTests > 1)
  test('dropped on its way to a node that went without acknowledging it', async () => {
    const dying = await joinDyingNode()
    const id = await waitUntil('a message is sent to it', async () => {
      const receiptID = await send({})
      const [record] = await search(receipt(receiptID))
      return record !== undefined && endOf(record).state === 'forwarded' && receiptID
    })
    await dying.close()
    const record = await recordOf(receipt(id), 'dropped')
    assert.deepEqual(tell(record), ['accepted', 'sent', 'dropped'])
    const { reason, node, count, text } = endOf(record)
    assert.deepEqual([reason, node, count], ['relay_lost', 'dying', undefined])
    assert.match(text, /^It was on its way to node dying, which never acknowledged it/)
  })

test('explains that a message would reach the vehicle, and on which node it is connected (W 9.3)', async () => {
  const manifest = JSON.stringify({ id: 'news', version: '1.0.0' })
  const archive = makePackage({ 'index.html': '', 'manifest.json': manifest })
  await server.installPackage('news', { archive })
  const explain = async () => {
    const { json } = await askAdmin(server, 'GET', `/explain/delivery?idApp=news&vin=${vin}`)
    return json as Explanation
  }
  assert.deepEqual(
    (await explain()).steps.flatMap(({ reason }) => reason ?? []),
    ['vehicle_away'],
  )
  // On another node than the one that is asked.
  const client = await connectVehicle('mqtt')
  const { isYes, steps } = await explain()
  assert.ok(isYes, JSON.stringify(steps))
  const [, node] = steps
    .map(({ text }) => /^Its head unit is connected to node (\S+) since/.exec(text))
    .find((found) => found !== null) ?? [undefined, undefined]
  assert.equal(node === server.node, nodesInTests === 1, `${node}`)
  await client.endAsync(true)
  await leave()
})

test('finds who was refused, on whichever node that was, with the topic that it named (W 2.9)', async () => {
  await assert.rejects(connect(server, 'acme', 'wrong-word'))
  const topic = `${root}/to/uid/acme/opa/${vin}`
  for (const [packet, search, reason] of [
    ['connect', 'acme', 'password_wrong'],
    ['publish', topic, 'payload_too_large'],
  ]) {
    const { json } = await askAdmin(server, 'GET', `/refusals?search=${search}&since=10m`)
    const found = (json as RefusalView[]).find((each) => each.reason === reason)
    assert.deepEqual([found?.packet, found?.topic], [packet, packet === 'publish' ? topic : undefined])
    assert.equal(found?.node === server.node, nodesInTests === 1)
  }
})

test('popups: OK, Return, nobody touched it, too many (W 7.1)', async () => {
  const car = await arrive(undefined, {
    popupDisplaySeconds: 0.5,
    popupSpacingSeconds: 0.01,
    popupQueueMax: 1,
  })
  const shown = () => waitUntil('a popup', () => car.host.view.popup)
  const gone = () => waitUntil('the end of it', () => car.host.view.popup === undefined)
  for (const [state, act] of [
    ['popup_ok', () => car.host.pressOk()],
    ['popup_cancel', () => car.host.pressReturn()],
    ['popup_timeout', () => {}],
  ] as const) {
    const id = await sendPopup()
    await shown()
    act()
    const record = await recordOf(receipt(id), state)
    assert.deepEqual(tell(record), ['accepted', 'sent', 'received', 'taken', 'popup_shown', state])
    assert.equal(record.isPopup, true)
    await gone()
  }
  const [first, second] = [await sendPopup(), await sendPopup()]
  const over = await recordOf(receipt(second), 'popup_overflow')
  assert.deepEqual(tell(over), ['accepted', 'sent', 'received', 'popup_overflow'])
  assert.equal(endOf(over).reason, 'popup_queue_full')
  await recordOf(receipt(first), 'popup_timeout')
})

test('of the operator: its id comes with the answer, and each step says when and on which node', async () => {
  const { json } = await askAdmin(server, 'POST', '/messages', { idApp: 'news', vin, content: 'hello' })
  const { id } = json as AcceptedMessage
  assert.match(id ?? '', /^[0-9A-HJKMNP-TV-Z]{26}$/)
  for (const deadline = Date.now() + patienceMilliseconds; ; ) {
    const answer = await askAdmin(server, 'GET', `/messages/${id}`)
    const record = answer.json as MessageRecord
    if (endOf(record).state !== 'taken') {
      assert.ok(Date.now() < deadline, JSON.stringify(record))
      continue
    }
    assert.equal(record.from, 'operator')
    assert.deepEqual(tell(record), ['accepted', 'sent', 'received', 'taken'])
    for (const { at, node, text } of record.steps) {
      assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
      assert.ok(node !== '' && text !== '')
    }
    break
  }
})

test('of a push: one record for each installation; routed, or dropped as it is not connected', async () => {
  const { json } = await askAdmin(server, 'POST', '/push-apps', { appID: 'stories01' })
  await settleServers()
  const user = await PushUser.register(`${server.httpUrl}/api`, json as PushAppNames)
  await user.subscribe('weather')
  const away = await user.send('weather', { n: 1 })
  const missed = await recordOf(`pushMessageID=${away.pushMessageID}`, 'dropped')
  assert.deepEqual(
    [missed.kind, missed.receiver, endOf(missed).reason],
    ['push', `user:${user.userID}`, 'not_connected'],
  )
  const endpoint = await user.endpoint()
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${endpoint.portTCP}`, {
    protocolVersion: 4,
    clientId: endpoint.mqttTopic,
    username: endpoint.username,
    password: endpoint.password,
    reconnectPeriod: 0,
  })
  await client.subscribeAsync(endpoint.mqttTopic)
  await settleServers()
  const { pushMessageID } = await user.send('weather', { n: 2 })
  const record = await recordOf(`pushMessageID=${pushMessageID}`, nodesInTests === 1 ? 'routed' : 'forwarded')
  assert.deepEqual(tell(record), ['accepted', 'sent'])
  assert.equal(record.installationID, user.installationID)
  await client.endAsync(true)
})

test('a durable record goes on with its story after a restart (W 9.3)', async () => {
  const flags = { 'ledger.level': 'durable', data: makeFolder() }
  const before = await startTestServer(flags)
  const again = await before.fleet.addPartner({ uid: 'acme' })
  const [van] = await before.fleet.addVehicles([vin])
  await before.fleet.addApp({ idApp: 'news', uid: 'acme' })
  await before.fleet.subscribeVehicles('news', [vin])
  await settleServers()
  const sender = await connect(before, 'acme', again.password)
  const payload = JSON.stringify({ idApp: 'news', popup: false, receipt: 'durable' })
  await sender.publishAsync(`${root}/to/uid/acme/opa/${vin}`, payload, { qos: 1 })
  await recordOf(receipt('durable'), 'kept', before)
  await sender.endAsync(true)
  await before.close()

  const afterwards = await startTestServer(flags)
  assert.deepEqual(tell(await recordOf(receipt('durable'), 'kept', afterwards)), ['accepted', 'kept'])
  await arrive(undefined, {}, afterwards, van?.password)
  assert.deepEqual(tell(await recordOf(receipt('durable'), 'pending', afterwards)), [
    'accepted',
    'kept',
    'handed_over',
    'received',
    'pending',
  ])
  vehicle?.close()
})
