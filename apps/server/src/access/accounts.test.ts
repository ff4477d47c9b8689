import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ProtocolVersion } from '@pillion/packet'
import type { IssuedAccount } from '@pillion/schema'
import { type PacketOf, RawMqttClient } from '@pillion/testkit'
import { askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const root = 'psa/OVIPPartners-Dev'
const uid = 'ACME'
const vin = 'VF7ACCOUNT0000001'
const downlink = `${root}/to/uid/${uid}/opa/${vin}/`
const uplink = `${root}/from/uid/${uid}/opa/${vin}/`

const server = await startTestServer()
const partner = await server.fleet.addPartner({ uid })
const [vehicle] = await server.fleet.addVehicles([vin])
await server.fleet.addApp({ idApp: 'demo', uid })
await server.fleet.subscribeVehicles('demo', [vin])
let count = 0

interface SignIn {
  readonly username: string
  readonly password: string
}

/** A new account with these grants. */
async function addAccount(publish: string[], subscribe: string[]): Promise<SignIn> {
  const name = `account-${++count}`
  const { json } = await askAdmin(server, 'POST', '/accounts', { name, publish, subscribe })
  return { username: name, password: (json as IssuedAccount).password }
}

class Client {
  readonly raw: RawMqttClient
  /** Messages that came before what was waited for. */
  readonly #messages: PacketOf<'publish'>[] = []
  #packetId = 0

  private constructor(raw: RawMqttClient) {
    this.raw = raw
  }

  static async connect(
    { username, password }: SignIn,
    { clientId = '', protocolVersion = 5 as ProtocolVersion } = {},
  ): Promise<Client> {
    const raw = await RawMqttClient.open({ port: portOf(server, 'mqtt'), protocolVersion })
    after(() => raw.destroy())
    const connack = await raw.connect({ username, password: Buffer.from(password), clientId })
    assert.equal(connack.reasonCode, 0)
    return new Client(raw)
  }

  async subscribe(...filters: string[]): Promise<readonly number[]> {
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    const subscriptions = filters.map((topicFilter) => ({ topicFilter, ...options }))
    this.raw.send({ type: 'subscribe', packetId: ++this.#packetId, subscriptions })
    return (await this.#answer('suback')).reasonCodes
  }

  /** At QoS 1, so that it has been routed by the time this resolves; to the reason code. */
  async publish(topicName: string, text: string, retain = false): Promise<number> {
    const packetId = ++this.#packetId
    const payload = Buffer.from(text)
    this.raw.send({ type: 'publish', packetId, topicName, payload, qos: 1, retain, dup: false })
    return (await this.#answer('puback')).reasonCode
  }

  async #answer<Type extends 'suback' | 'puback' | 'pingresp'>(type: Type): Promise<PacketOf<Type>> {
    for (;;) {
      const packet = await this.raw.next()
      if (packet.type === type) return packet as PacketOf<Type>
      assert.equal(packet.type, 'publish', JSON.stringify(packet))
      this.#messages.push(packet as PacketOf<'publish'>)
    }
  }

  /** The next message: topic name and text. */
  async receive(): Promise<[string, string]> {
    return readMessage(this.#messages.shift() ?? (await this.raw.receive('publish')))
  }

  /** Every message that was sent to it before now. */
  async drain(): Promise<[string, string][]> {
    this.raw.send({ type: 'pingreq' })
    await this.#answer('pingresp')
    return this.#messages.splice(0).map(readMessage)
  }
}

function readMessage({ topicName, payload }: PacketOf<'publish'>): [string, string] {
  return [topicName, Buffer.from(payload).toString()]
}

const connectPartner = () => Client.connect({ username: uid, password: partner.password })
const connectVehicle = () => Client.connect({ username: vin, password: vehicle?.password ?? '' })

test('serves accounts beside partners and vehicles on one listener; # shows nothing of the portal', async () => {
  const observer = await Client.connect(await addAccount([], ['#', '+/#']))
  const gateway = await Client.connect(await addAccount(['t/#'], []))
  const [back, car] = [await connectPartner(), await connectVehicle()]
  assert.deepEqual(await observer.subscribe('#', '+/#', 'fleet/#', 'psa/#', 'account/#'), [0, 0, 0, 0, 0])
  assert.deepEqual(await back.subscribe(`${root}/from/uid/${uid}/opa/#`), [0])
  assert.deepEqual(await car.subscribe(`${root}/to/uid/+/opa/${vin}/#`), [0])
  assert.equal(await back.publish(downlink, 'down'), 0)
  assert.deepEqual(await car.receive(), [downlink, 'down'])
  assert.equal(await car.publish(uplink, 'up'), 0)
  assert.deepEqual(await back.receive(), [uplink, 'up'])
  await server.fleet.subscribeVehicles('demo', [vin])
  assert.equal(await gateway.publish('t/1', 'telemetry'), 0)
  assert.deepEqual(await observer.receive(), ['t/1', 'telemetry'], 'and once, and nothing before it')
})

test('keeps what accounts publish from partners and vehicles, whatever they call it', async () => {
  const account = await Client.connect(await addAccount(['#'], []))
  const [back, car] = [await connectPartner(), await connectVehicle()]
  await back.subscribe(`${root}/from/uid/${uid}/opa/#`)
  await car.subscribe(`${root}/to/uid/+/opa/${vin}/#`)
  for (const topicName of [downlink, uplink, root]) assert.equal(await account.publish(topicName, 'x'), 0x87)
  for (const topicName of [
    `fleet/default/vehicle/${vin}/${uid}`,
    `fleet/default/partner/${uid}/${vin}`,
    `pillion/vehicle/${vin}`,
  ])
    assert.notEqual(await account.publish(topicName, 'x'), 0x87)
  await back.publish(downlink, 'after')
  assert.deepEqual(await car.receive(), [downlink, 'after'])
  await car.publish(uplink, 'after')
  assert.deepEqual(await back.receive(), [uplink, 'after'])
})

for (const [protocolVersion, refused] of [
  [4, 0x80],
  [5, 0x87],
] as const) {
  test(`refuses a filter that is not granted in the SUBACK, with 0x${refused.toString(16)} in version ${protocolVersion} [MQTT-3.8.4-6]`, async () => {
    const signIn = await addAccount(['t/#'], ['t/+', 'own/#'])
    const client = await Client.connect(signIn, { protocolVersion })
    const asked = ['t/+', '#', 't/#', 'own/a/+', '$SYS/#', `${root}/#`, 't/+/b']
    assert.deepEqual(await client.subscribe(...asked), [0, refused, refused, 0, refused, refused, refused])
    assert.equal(await client.publish('x', 'not granted'), protocolVersion === 5 ? 0x87 : 0)
    assert.equal(await client.publish('t/1', 'granted'), 0)
    assert.deepEqual(await client.receive(), ['t/1', 'granted'])
  })
}

test('shows the portal’s topics to an account that was granted their root, each under its direction (W 2.2)', async () => {
  const watcher = await Client.connect(await addAccount([], [`${root}/#`]))
  const downOnly = await Client.connect(await addAccount([], [`${root}/to/#`]))
  const [back, car] = [await connectPartner(), await connectVehicle()]
  assert.deepEqual(await watcher.subscribe(`${root}/#`), [0])
  assert.deepEqual(await downOnly.subscribe(`${root}/to/uid/+/opa/+`, `${root}/from/#`), [0, 0x87])
  await back.publish(`${root}/from/uid/${uid}/opa/${vin}`, 'down, in the other sense')
  assert.deepEqual(await watcher.receive(), [downlink, 'down, in the other sense'])
  assert.deepEqual(await downOnly.receive(), [downlink.slice(0, -1), 'down, in the other sense'])
  await car.publish(`${uplink}a/b`, 'up')
  assert.deepEqual(await watcher.receive(), [`${uplink}a/b`, 'up'])
  await back.publish(downlink, 'down again')
  assert.deepEqual(await downOnly.receive(), [downlink.slice(0, -1), 'down again'])
})

test('sends for an account that was granted portal topics as its partner or vehicle would (W 2.2, 2.9)', async () => {
  const account = await Client.connect(await addAccount([`${root}/#`], []))
  const [back, car] = [await connectPartner(), await connectVehicle()]
  await back.subscribe(`${root}/from/uid/${uid}/opa/#`)
  await car.subscribe(`${root}/to/uid/+/opa/${vin}/#`)
  assert.equal(await account.publish(downlink, 'to the vehicle', true), 0)
  assert.deepEqual(await car.receive(), [downlink, 'to the vehicle'])
  assert.equal(await account.publish(uplink, 'to the partner'), 0)
  assert.deepEqual(await back.receive(), [uplink, 'to the partner'])
  assert.equal(await account.publish(`${root}/to/uid/OTHER/opa/${vin}/`, 'x'), 0x87)
  assert.equal(await account.publish(downlink, 'x'.repeat(131_073)), 0x97)
  const late = await connectVehicle()
  await late.subscribe(`${root}/to/uid/+/opa/${vin}/#`)
  await account.publish(downlink, 'nothing was retained')
  assert.deepEqual(await late.receive(), [downlink, 'nothing was retained'])
})

test('retains for accounts, and only for those who may read it', async () => {
  const writer = await Client.connect(await addAccount(['state/#'], []))
  const reader = await Client.connect(await addAccount([], ['state/+']))
  const stranger = await Client.connect(await addAccount(['here'], ['+', 'state/window']))
  await writer.publish('state/door', 'open', true)
  await reader.subscribe('state/+')
  assert.deepEqual(await reader.receive(), ['state/door', 'open'])
  assert.deepEqual(await stranger.subscribe('+', 'state/window', 'state/+'), [0, 0, 0x87])
  await stranger.publish('here', 'first')
  assert.deepEqual(await stranger.receive(), ['here', 'first'])
  await writer.publish('state/door', '', true)
})

test('shares subscriptions of accounts, not those to the portal’s topics (MQTT 5 section 4.8.2)', async () => {
  const signIn = await addAccount(['t/#'], ['t/#', `${root}/#`])
  const members = [await Client.connect(signIn), await Client.connect(signIn)]
  for (const member of members) {
    assert.deepEqual(
      await member.subscribe('$share/g/t/+', `$share/g/${root}/#`, '$share/g/x'),
      [0, 0x87, 0x87],
    )
  }
  const writer = await Client.connect(signIn)
  for (const text of ['1', '2', '3', '4']) await writer.publish('t/a', text)
  const seen = (await Promise.all(members.map((member) => member.drain()))).flat()
  assert.deepEqual(seen.map(([, text]) => text).sort(), ['1', '2', '3', '4'])
})

test('lets a client id take over within its account only', async () => {
  const [mine, other] = [await addAccount([], []), await addAccount([], [])]
  const first = await Client.connect(mine, { clientId: 'same' })
  const stranger = await Client.connect(other, { clientId: 'same' })
  const neighbour = await Client.connect(mine, { clientId: 'another' })
  const second = await Client.connect(mine, { clientId: 'same' })
  assert.equal((await first.raw.receive('disconnect')).reasonCode, 0x8e)
  await first.raw.closed()
  for (const untouched of [stranger, neighbour, second]) {
    untouched.raw.send({ type: 'pingreq' })
    await untouched.raw.receive('pingresp')
  }
})

test('ends the connections of an account that is removed, and nobody else’s', async () => {
  const [mine, other] = [await addAccount([], []), await addAccount([], [])]
  const concerned = await Client.connect(mine)
  const bystander = await Client.connect(other)
  await askAdmin(server, 'DELETE', `/accounts/${mine.username}`)
  const { reasonCode, properties } = await concerned.raw.receive('disconnect')
  assert.deepEqual([reasonCode, properties?.reasonString], [0x87, 'The account was removed.'])
  await concerned.raw.closed()
  const again = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  after(() => again.destroy())
  const connack = await again.connect({ ...mine, password: Buffer.from(mine.password) })
  assert.equal(connack.reasonCode, 0x86)
  bystander.raw.send({ type: 'pingreq' })
  await bystander.raw.receive('pingresp')
})

test('ends connections when a filter is granted no longer, not when more is', async () => {
  const signIn = await addAccount(['t/#'], ['t/+'])
  const client = await Client.connect(signIn)
  await client.subscribe('t/+')
  const grant = (publish: string[], subscribe: string[]) =>
    askAdmin(server, 'PUT', `/accounts/${signIn.username}/grants`, { publish, subscribe })
  await grant(['t/a'], ['t/+', 'more/#'])
  assert.equal(await client.publish('t/b', 'no longer granted'), 0x87)
  assert.equal(await client.publish('t/a', 'still granted'), 0)
  assert.deepEqual(await client.receive(), ['t/a', 'still granted'])
  await grant([], ['t/a'])
  assert.equal((await client.raw.receive('disconnect')).reasonCode, 0x87)
  const back = await Client.connect(signIn)
  assert.deepEqual(await back.subscribe('t/+', 't/a'), [0x87, 0])
})

test('ends what an account sees of the portal when # takes the place of its root', async () => {
  const signIn = await addAccount([], [`${root}/#`])
  const watcher = await Client.connect(signIn)
  await watcher.subscribe(`${root}/#`)
  await askAdmin(server, 'PUT', `/accounts/${signIn.username}/grants`, { publish: [], subscribe: ['#'] })
  assert.equal((await watcher.raw.receive('disconnect')).reasonCode, 0x87)
  assert.deepEqual(await (await Client.connect(signIn)).subscribe(`${root}/#`, '#'), [0x87, 0])
})

test('takes both passwords while they overlap, and ends connections when a password ends', async () => {
  const signIn = await addAccount([], [])
  const rotate = async (overlapSeconds: number): Promise<SignIn> => {
    const path = `/accounts/${signIn.username}/password`
    const { json } = await askAdmin(server, 'POST', path, { overlapSeconds })
    return { ...signIn, password: (json as { password: string }).password }
  }
  const before = await Client.connect(signIn)
  const second = await rotate(3_600)
  const during = [await Client.connect(signIn), await Client.connect(second)]
  before.raw.send({ type: 'pingreq' })
  await before.raw.receive('pingresp')
  const third = await rotate(0)
  for (const { raw } of [before, ...during]) assert.equal((await raw.receive('disconnect')).reasonCode, 0x87)
  await assert.rejects(Client.connect(second))
  await Client.connect(third)
})

test('lets no account in on the partners’ listener, where the certificate is another’s (W 2.2 row 3)', async () => {
  const { username, password } = await addAccount([], [])
  const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
  const pem = partner.certificatePem
  const port = portOf(server, 'partners')
  const client = await RawMqttClient.open({ port, tls: { ca, cert: pem, key: pem } })
  after(() => client.destroy())
  const connack = await client.connect({ username, password: Buffer.from(password) })
  assert.equal(connack.reasonCode, 0x87)
})

test('forgets no account over a restart', async () => {
  const first = await startTestServer()
  const { json } = await askAdmin(first, 'POST', '/accounts', { name: 'gateway', subscribe: ['a/#'] })
  await first.close()
  const second = await startTestServer({ data: first.config.data })
  const client = await RawMqttClient.open({ port: portOf(second, 'mqtt') })
  after(() => client.destroy())
  const password = Buffer.from((json as IssuedAccount).password)
  assert.equal((await client.connect({ username: 'gateway', password })).reasonCode, 0)
})
