import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type {
  Ban,
  ConnectionPage,
  ConnectionView,
  Kicked,
  MailboxPage,
  PushItemPage,
  VehiclePage,
} from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import { makePackage } from '../../packages/archive.fixture.ts'
import { appHost, ask, askAdmin, portOf, startTestServer } from '../../server.fixture.ts'

const server = await startTestServer({ 'limits.signInFailuresPerAccountMax': 3 })
const vin = 'VF7OPERATE0000001'
const otherVin = 'VF7OPERATE0000002'
const partner = await server.fleet.addPartner({ uid: 'ACME', name: 'Acme' })
const [vehicle] = await server.fleet.addVehicles([vin, otherVin])
await server.fleet.addApp({ idApp: 'demo', uid: 'ACME' })
await server.fleet.subscribeVehicles('demo', [vin])

async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const { status, json } = await askAdmin(server, method, path, body)
  assert.ok(status < 300, `${method} ${path} ${status} ${JSON.stringify(json)}`)
  return json as Answer
}

async function connect(username: string, password: string, clientId: string): Promise<RawMqttClient> {
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  after(() => client.destroy())
  const { reasonCode } = await client.connect({ username, password: Buffer.from(password), clientId })
  assert.equal(reasonCode, 0)
  return client
}

test('shows who is connected, newest first, with what went over each connection', async () => {
  const one = await connect('ACME', partner.password, 'one')
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const topicFilter = 'psa/OVIPPartners-Dev/to/uid/ACME/opa/#'
  one.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] })
  await one.receive('suback')
  const headUnit = await connect(vin, vehicle?.password ?? '', 'two')
  const topicName = `psa/OVIPPartners-Dev/from/uid/ACME/opa/${vin}/`
  const message = { payload: Buffer.from('{"content":1}'), qos: 1, retain: false, dup: false } as const
  headUnit.send({ type: 'publish', packetId: 1, topicName, ...message })
  await headUnit.receive('puback')
  await one.receive('publish')
  const all = await request<ConnectionPage>('GET', '/connections')
  assert.deepEqual(
    [all.connections.map(({ clientId }) => clientId), all.total, all.silentNodes],
    [['two', 'one'], 2, []],
  )
  const [second, first] = all.connections as [ConnectionView, ConnectionView]
  assert.deepEqual(await request('GET', `/connections/${first.id}`), first)
  assert.match(first.id, new RegExp(`^${first.node}-[0-9a-z]+$`))
  assert.deepEqual(
    [
      first.role,
      first.name,
      first.address,
      first.listener,
      first.transport,
      first.protocolVersion,
      first.keepAliveSeconds,
    ],
    ['partner', 'ACME', '127.0.0.1', 'mqtt', 'tcp', '5', 60],
  )
  assert.deepEqual([first.subscriptions, first.subscriptionCount], [[topicFilter], 1])
  assert.deepEqual([first.messagesIn, first.messagesOut, first.dropped, first.outboxBytes], [0, 1, 0, 0])
  assert.deepEqual([second.messagesIn, second.messagesOut], [1, 0])
  assert.ok(Date.now() - Date.parse(first.connectedAt) < 60_000)
  assert.equal(first.bytesIn, one.socket.bytesWritten)
  assert.equal(first.bytesOut, one.socket.bytesRead)
  const page = await request<ConnectionPage>('GET', '/connections?count=1')
  assert.deepEqual([page.connections.length, page.total, page.next], [1, 2, second.id])
  const rest = await request<ConnectionPage>('GET', `/connections?count=1&cursor=${page.next}`)
  assert.deepEqual([rest.connections[0]?.id, rest.next], [first.id, undefined])
  for (const [query, ids] of [
    ['role=vehicle', [second.id]],
    ['name=ACME', [first.id]],
    ['name=ACM', []],
    ['search=TWO', [second.id]],
    ['search=acm', [first.id]],
    ['search=127.0', [second.id, first.id]],
    ['search=127x0', []],
    [`node=${first.node}`, [second.id, first.id]],
  ] as const) {
    const { connections } = await request<ConnectionPage>('GET', `/connections?${query}`)
    assert.deepEqual(
      connections.map(({ id }) => id),
      ids,
      query,
    )
  }
  assert.deepEqual((await request<ConnectionPage>('GET', '/connections?node=gone')).silentNodes, ['gone'])
})

test('ends one connection, or all that are named, and says why', async () => {
  await connect(vin, vehicle?.password ?? '', 'two')
  const { connections } = await request<ConnectionPage>('GET', '/connections?role=vehicle')
  const path = `/connections/${connections[0]?.id}`
  assert.deepEqual(await request('DELETE', `${path}?reason=Update.`), { connections: 1, silentNodes: [] })
  const clients = [
    await connect('ACME', partner.password, 'three'),
    await connect('ACME', partner.password, 'four'),
  ]
  const kick = { name: 'ACME', clientId: 'three', reason: 'Enough.' }
  assert.deepEqual(await request('POST', '/connections/kick', kick), { connections: 1, silentNodes: [] })
  const { reasonCode, properties } = await (clients[0] as RawMqttClient).receive('disconnect')
  assert.deepEqual([reasonCode, properties?.reasonString], [0x98, 'Enough.'])
  const left = await request<ConnectionPage>('GET', '/connections?search=four')
  assert.equal(left.total, 1)
  const rest = await request<Kicked>('POST', '/connections/kick', { role: 'partner' })
  assert.equal(rest.connections, 1)
})

test('gives vehicles in pages with who is connected, or all at once as before', async () => {
  const client = await connect(
    otherVin,
    (await server.fleet.credentials.rotate('vehicle', otherVin, { certificate: false })).password,
    '',
  )
  const first = await request<VehiclePage>('GET', '/vehicles?count=1&search=operate')
  assert.deepEqual(
    first.vehicles.map(({ vin, isConnected }) => [vin, isConnected]),
    [[vin, false]],
  )
  assert.deepEqual([first.total, first.next], [2, vin])
  const rest = await request<VehiclePage>('GET', `/vehicles?count=1&cursor=${first.next}`)
  assert.deepEqual(
    rest.vehicles.map(({ vin, isConnected }) => [vin, isConnected]),
    [[otherVin, true]],
  )
  assert.equal((await request<unknown[]>('GET', '/vehicles')).length, 2)
  client.destroy()
})

test('shows what waits for a vehicle without what it says, and drops it', async () => {
  await request('POST', '/messages', { vin, idApp: 'demo', content: 'secret' })
  const { mailboxes } = await request<MailboxPage>('GET', '/mailboxes?search=ACME')
  assert.deepEqual(
    mailboxes.map(({ vin, idApp, uid, messages }) => [vin, idApp, uid, messages]),
    [[vin, 'demo', 'ACME', 1]],
  )
  assert.ok(!JSON.stringify(mailboxes).includes('secret'))
  assert.deepEqual(await request('DELETE', `/mailboxes/${vin}?idApp=other`), { messages: 0 })
  assert.deepEqual(await request('DELETE', `/mailboxes/${vin}`), { messages: 1 })
  assert.deepEqual((await request<MailboxPage>('GET', '/mailboxes')).mailboxes, [])
})

test('looks through what a push app holds, without anything secret', async () => {
  const { app } = await server.push.apps.add({ appID: 'harbour01' })
  const user = {
    login: async () =>
      server.push.users.register(app, () => ({ loginName: 'mia', password: 'a very secret one' })),
  }
  const { userID } = await user.login()
  const items = async (name: string, query = '') =>
    (await request<PushItemPage>('GET', `/push-apps/harbour01/${name}${query}`)).items
  const [found] = await items('users', '?search=MIA')
  assert.equal(found?.userID, userID)
  assert.ok(
    !/password"|secret|hash/i.test(JSON.stringify(found).replace('_hasPassword"', '')),
    JSON.stringify(found),
  )
  const caller = { app, principal: { kind: 'admin' } } as const
  await server.push.topics.create(caller, { kind: 'user', id: userID }, 'news')
  const [topic] = await items('topics')
  assert.deepEqual(
    { ...topic, createdAt: undefined },
    {
      topicID: 'news',
      scope: 'user',
      userID,
      uri: `kiicloud://users/${userID}/topics/news`,
      createdAt: undefined,
    },
  )
  assert.deepEqual(await items('users', '?search=nobody'), [])
  for (const name of ['things', 'installations', 'buckets']) assert.deepEqual(await items(name), [])
})

test('shows which names and addresses are held back, and lifts that', async () => {
  for (let tries = 0; tries < 3; tries++) {
    const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
    await client.connect({ username: 'ACME', password: Buffer.from('wrong') })
    client.destroy()
  }
  const bans = await request<Ban[]>('GET', '/bans')
  assert.deepEqual(
    bans.map(({ kind, name, failures }) => [kind, name, failures]),
    [['identity', 'ACME', 3]],
  )
  const [{ id, endsAt }] = bans as [Ban]
  assert.ok(Date.parse(endsAt) > Date.now())
  assert.deepEqual(await request('DELETE', `/bans/${id}`), { id })
  assert.deepEqual(await request('GET', '/bans'), [])
  const client = await connect('ACME', partner.password, 'free')
  client.destroy()
})

test('changes an app, and removes it with its package', async () => {
  const archive = makePackage({ 'web/apps/demo/index.html': 'hello' })
  await request('PUT', '/apps/demo/package', archive)
  const changed = { drivingMode: true, name: 'Démo' }
  const app = await request<object>('PATCH', '/apps/demo', changed)
  assert.deepEqual({ ...app, ...changed }, app)
  assert.deepEqual(await request('DELETE', '/apps/demo'), { idApp: 'demo', uid: 'ACME', vehicles: 1 })
  await request('POST', '/apps', { idApp: 'demo', uid: 'ACME' })
  const { status } = await ask(server, '/apps/demo/index.html', {
    headers: { host: appHost(server, 'demo') },
  })
  assert.equal(status, 404, 'a new app of that id does not have the old one’s files')
})

for (const [name, method, path, body, status, code] of [
  ['an unknown connection', 'GET', '/connections/x-1', undefined, 404, 'CONNECTION_NOT_FOUND'],
  ['to end an unknown connection', 'DELETE', '/connections/x', undefined, 404, 'CONNECTION_NOT_FOUND'],
  ['to end everybody’s', 'POST', '/connections/kick', { reason: 'x' }, 400, 'REQUEST_MALFORMED'],
  ['a page of nothing', 'GET', '/connections?count=0', undefined, 400, 'REQUEST_MALFORMED'],
  ['an unknown partner', 'GET', '/partners/NOBODY', undefined, 404, 'PARTNER_NOT_FOUND'],
  ['new credentials of nobody', 'POST', '/partners/NOBODY/credentials', {}, 404, 'PARTNER_NOT_FOUND'],
  [
    'an overlap of years',
    'POST',
    '/partners/ACME/credentials',
    { overlapSeconds: 1e9 },
    400,
    'OVERLAP_OUT_OF_RANGE',
  ],
  ['to revoke half of it', 'POST', '/partners/ACME/revocations', { what: 'half' }, 400, 'REQUEST_MALFORMED'],
  [
    'a fingerprint that is none',
    'POST',
    '/partners/ACME/revocations',
    { what: 'certificate', fingerprint: 'x', isTrial: true },
    400,
    'FINGERPRINT_MALFORMED',
  ],
  ['a partner as a vehicle', 'DELETE', '/vehicles/ACME', undefined, 400, 'VIN_MALFORMED'],
  ['an unknown vehicle', 'GET', '/vehicles/VF799999999999999', undefined, 404, 'VEHICLE_NOT_FOUND'],
  ['an unknown ban', 'DELETE', '/bans/x', undefined, 404, 'BAN_NOT_FOUND'],
  ['an unknown push app', 'GET', '/push-apps/nobody00/users', undefined, 404, 'APP_NOT_FOUND'],
  ['a change of nothing', 'PATCH', '/apps/demo', {}, 400, 'REQUEST_MALFORMED'],
] as const) {
  test(`refuses ${name} with ${status} ${code}`, async () => {
    const answer = await askAdmin(server, method, path, body)
    assert.deepEqual([answer.status, (answer.json as { code: string }).code], [status, code])
  })
}
