import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as getOverTls } from 'node:https'
import { json as readJson } from 'node:stream/consumers'
import { test } from 'node:test'
import type { LedgerLevels, MessagePage, MessageRecord, OwnMessagePage, TopicView } from '@pillion/schema'
import { RawMqttClient, waitUntil } from '@pillion/testkit'
import { ask, askAdmin, portOf, settleServers, startTestServer } from '../../server.fixture.ts'

const vin = 'VF7LEDGER00000001'
const recentMax = 40
const server = await startTestServer({ 'ledger.body': 'kept', 'limits.ledgerRecentMax': recentMax })
const [vehicle] = await server.fleet.addVehicles([vin])
const passwords = {
  ACME: (await server.fleet.addPartner({ uid: 'ACME' })).password,
  OTHER: (await server.fleet.addPartner({ uid: 'OTHER' })).password,
}
type Partner = keyof typeof passwords
for (const [idApp, uid] of [
  ['news', 'ACME'],
  ['radio', 'OTHER'],
] as const) {
  await server.fleet.addApp({ idApp, uid })
  await server.fleet.subscribeVehicles(idApp, [vin])
}
await settleServers()

/** By MQTT, which among several nodes is at another one than the REST. */
async function publish(uid: Partner, contents: readonly unknown[], { receipt = '' } = {}): Promise<void> {
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  const connack = await client.connect({
    clientId: `${uid}-${Math.random()}`,
    username: uid,
    password: Buffer.from(passwords[uid]),
    keepAliveSeconds: 0,
  })
  assert.equal(connack.reasonCode, 0)
  for (const [at, content] of contents.entries()) {
    const idApp = uid === 'ACME' ? 'news' : 'radio'
    const message = { idApp, popup: false, content, ...(receipt !== '' && { receipt }) }
    client.send({
      type: 'publish',
      topicName: `psa/OVIPPartners-Dev/to/uid/${uid}/opa/${vin}`,
      payload: Buffer.from(JSON.stringify(message)),
      qos: 1,
      packetId: at + 1,
      dup: false,
      retain: false,
    })
    await client.next()
  }
  client.destroy()
}

async function search(query: string): Promise<MessagePage> {
  const { json, status } = await askAdmin(server, 'GET', `/messages?${query}`)
  assert.equal(status, 200, JSON.stringify(json))
  return json as MessagePage
}

/** As soon as so many are found. */
async function find(query: string, count: number): Promise<MessageRecord[]> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const { messages } = await search(query)
    if (messages.length === count) return messages
    assert.ok(Date.now() < deadline, `${messages.length} of ${count} for ${query}`)
  }
}

async function askAs(uid: string, password: string, path: string) {
  const authorization = `Basic ${Buffer.from(`${uid}:${password}`).toString('base64')}`
  const answer = await ask(server, `/partner/v1${path}`, { headers: { authorization } })
  return { ...answer, json: JSON.parse(answer.body.toString()) }
}

const contentsOf = (records: readonly MessageRecord[]) =>
  records.map(({ body = '' }) => (JSON.parse(body) as { content: unknown }).content)

test('an operator finds a message by what it says, whichever node took it, with its story', async () => {
  await publish('ACME', ['one'], { receipt: 'r-1' })
  const [record] = await find('state=kept', 1)
  assert.equal(record?.from, 'partner:ACME')
  assert.deepEqual(
    record?.steps.map(({ state }) => state),
    ['accepted', 'kept'],
  )
  for (const query of [
    `vin=${vin}`,
    'uid=ACME',
    'idApp=news',
    `topic=${record?.topic}`,
    'uid=ACME&since=10m&until=0s',
  ])
    assert.deepEqual((await search(query)).messages, [record], query)
  assert.deepEqual((await search('vin=VF7LEDGER00000002')).messages, [])
  const { json } = await askAdmin(server, 'GET', `/messages/${record?.id.toLowerCase()}`)
  assert.deepEqual(json, record)
})

test('a partner sees its own messages and no others, nor that there are any', async () => {
  await publish('OTHER', ['secret'])
  const [record] = await find('uid=OTHER', 1)
  const own = await askAs('OTHER', passwords.OTHER, '/messages')
  assert.equal(own.headers['cache-control'], 'no-store')
  const page: OwnMessagePage = own.json
  assert.deepEqual(page.messages, [record])
  assert.deepEqual(Object.keys(page).sort(), ['isSampled', 'messages', 'silentNodes'])
  assert.deepEqual((await askAs('OTHER', passwords.OTHER, `/messages/${record?.id}`)).json, record)

  const seen = (await askAs('ACME', passwords.ACME, `/messages?vin=${vin}&idApp=radio`)).json
  assert.deepEqual(seen.messages, [])
  const hidden = await askAs('ACME', passwords.ACME, `/messages/${record?.id}`)
  const unknownId = `0${record?.id.slice(1)}`
  const unknown = await askAs('ACME', passwords.ACME, `/messages/${unknownId}`)
  assert.equal(hidden.status, 404)
  assert.equal(hidden.json.code, 'MESSAGE_NOT_FOUND')
  assert.equal(hidden.json.detail.replace(record?.id, ''), unknown.json.detail.replace(unknownId, ''))
  const foreign = await askAs('ACME', passwords.ACME, '/messages?uid=OTHER')
  assert.deepEqual([foreign.status, foreign.json.code], [400, 'MESSAGE_QUERY_MALFORMED'])
})

test('the level of a partner and of a push app ends with it: who gets the name next has the default', async () => {
  const add = () =>
    Promise.all([
      askAdmin(server, 'POST', '/partners', { uid: 'LOUD' }),
      askAdmin(server, 'POST', '/push-apps', { appID: 'loudloud1' }),
    ])
  const set = { partners: { LOUD: 'durable' }, pushApps: { loudloud1: 'off' } }
  await add()
  assert.equal((await askAdmin(server, 'PUT', '/ledger-levels', set)).status, 200)
  await settleServers()
  assert.equal((await levelsElsewhere()).partners.LOUD, 'durable')
  await askAdmin(server, 'DELETE', '/partners/LOUD')
  await askAdmin(server, 'DELETE', '/push-apps/loudloud1')
  await settleServers()
  for (const levels of [await levelsElsewhere(), (await askAdmin(server, 'GET', '/ledger-levels')).json])
    assert.deepEqual(namesOf(levels as LedgerLevels), [])

  // One that an earlier version has left behind ends when its name is given again.
  await add()
  await askAdmin(server, 'PUT', '/ledger-levels', set)
  await server.fleet.removePartner('LOUD')
  await server.push.apps.remove('loudloud1')
  await settleServers()
  const added = await add()
  assert.deepEqual(
    added.map(({ status }) => status),
    [201, 201],
  )
  await settleServers()
  assert.deepEqual(namesOf(await levelsElsewhere()), [])
  const { json } = await askAdmin(server, 'GET', '/partners/LOUD')
  assert.equal((json as { ledgerLevel: string }).ledgerLevel, 'recent')
})

/** Among several nodes this is another one than that of the REST elsewhere. */
async function levelsElsewhere(): Promise<LedgerLevels> {
  const request = getOverTls({
    host: '127.0.0.1',
    port: portOf(server, 'https'),
    path: '/admin/v1/ledger-levels',
    headers: { authorization: `Bearer ${server.adminToken}` },
    rejectUnauthorized: false,
    agent: false,
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return (await readJson(response)) as LedgerLevels
}

function namesOf({ partners, pushApps }: LedgerLevels): string[] {
  return Object.keys({ ...partners, ...pushApps }).filter((name) => name.toLowerCase().startsWith('loud'))
}

test('a partner whose UID was another’s before sees nothing of that one, whatever it asks for', async () => {
  const ask = async (password: string, path: string) => (await askAs('HEIR', password, path)).json
  const before = await server.fleet.addPartner({ uid: 'HEIR' })
  await server.fleet.addApp({ idApp: 'will', uid: 'HEIR' })
  await server.fleet.subscribeVehicles('will', [vin])
  await settleServers()
  const send = (content: string) => askAdmin(server, 'POST', '/messages', { idApp: 'will', vin, content })
  await send('old')
  const [old] = await find('uid=HEIR', 1)
  assert.equal((await ask(before.password, `/messages/${old?.id}`)).id, old?.id)

  await server.fleet.removePartner('HEIR')
  const { password } = await server.fleet.addPartner({ uid: 'HEIR' })
  for (const query of ['', '?since=1h', `?since=${old?.at}`, `?vin=${vin}&until=0s`])
    assert.deepEqual((await ask(password, `/messages${query}`)).messages, [], query)
  const unknownId = `0${old?.id.slice(1)}`
  const hidden = await ask(password, `/messages/${old?.id}`)
  const unknown = await ask(password, `/messages/${unknownId}`)
  assert.equal(hidden.code, 'MESSAGE_NOT_FOUND')
  assert.equal(hidden.detail.replace(old?.id, ''), unknown.detail.replace(unknownId, ''))

  await server.fleet.addApp({ idApp: 'will', uid: 'HEIR' })
  await server.fleet.subscribeVehicles('will', [vin])
  await settleServers()
  await send('new')
  const [fresh] = await find('uid=HEIR', 2)
  assert.deepEqual((await ask(password, '/messages')).messages, [fresh])
  assert.deepEqual(await ask(password, `/messages/${fresh?.id}`), fresh)
})

test('nobody but a partner with its password gets in as one', async () => {
  const rows = [
    ['ACME', passwords.OTHER],
    ['ACME', ''],
    ['nobody', passwords.ACME],
    [vin, vehicle?.password ?? ''],
  ] as const
  for (const [uid, password] of rows) {
    const { status, json, headers } = await askAs(uid, password, '/messages')
    assert.deepEqual([status, json.code], [401, 'PARTNER_CREDENTIALS_REFUSED'], uid)
    assert.match(String(headers['www-authenticate']), /^Basic/)
  }
  const token = { authorization: `Bearer ${server.adminToken}` }
  assert.equal((await ask(server, '/partner/v1/messages', { headers: token })).status, 401)
  assert.equal((await ask(server, '/partner/v1/messages')).status, 401)
})

test('a query that cannot be is refused, and its field named', async () => {
  const rows: [query: string, detail: RegExp][] = [
    ['since=yesterday', /^since: got "yesterday"; .*10m/],
    ['until=2026-13-01', /^until: /],
    ['since=1m&until=2m', /^until: it must be later than since/],
    ['count=0', /^count: .*1 to 500/],
    ['count=501', /^count: /],
    ['count=many', /^count: /],
    ['state=lost', /^state: there is no "lost"; states are accepted, /],
    ['cursor=x', /^cursor: /],
    ['vni=1', /^vni: there is no such field; fields are vin, /],
    ['constructor=x', /^constructor: there is no such field/],
    ['__proto__=x', /^__proto__: there is no such field/],
    ['vin=1&vin=2', /^vin: give it once/],
    [`topic=${'x'.repeat(1_025)}`, /^topic: /],
  ]
  for (const [query, detail] of rows) {
    const { status, json } = await askAdmin(server, 'GET', `/messages?${query}`)
    assert.equal(status, 400, query)
    assert.equal((json as { code: string }).code, 'MESSAGE_QUERY_MALFORMED')
    assert.match((json as { detail: string }).detail, detail)
  }
})

test('pages follow each other from the newest to the oldest', async () => {
  await publish('ACME', [1, 2, 3, 4, 5])
  await find('uid=ACME', 6)
  const contents: unknown[][] = []
  let cursor: string | undefined
  do {
    const page = await search(`uid=ACME&count=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
    contents.push(contentsOf(page.messages))
    cursor = page.next
    assert.ok(contents.length < 9)
  } while (cursor !== undefined)
  assert.deepEqual(
    contents.filter(({ length }) => length > 0),
    [
      [5, 4],
      [3, 2],
      [1, 'one'],
    ],
  )
})

test('an id that nobody knows is answered by why that may be', async () => {
  const { status, json } = await askAdmin(server, 'GET', `/messages/${'0'.repeat(26)}`)
  assert.equal(status, 404)
  assert.match(
    (json as { detail: string }).detail,
    /^0{26}: no record has this id; .*starts again has forgotten/,
  )
  const malformed = await askAdmin(server, 'GET', '/messages/r-1')
  assert.equal(malformed.status, 404)
  assert.match((malformed.json as { detail: string }).detail, /26 letters and digits.*receipt=/)
})

test('topics are listed with how much is remembered of each', async () => {
  const { json } = await askAdmin(server, 'GET', '/topics?prefix=psa/')
  const topics = json as TopicView[]
  assert.deepEqual(
    topics.map(({ topic, messages }) => [topic.split('/').at(-3), messages]),
    [
      ['ACME', 6],
      ['OTHER', 1],
    ],
  )
  assert.deepEqual((await askAdmin(server, 'GET', '/topics?prefix=other/')).json, [])
})

test('levels are set by name; what is off is not recorded, and what is durable outlives the memory', async () => {
  const set = (body: unknown) => askAdmin(server, 'PUT', '/ledger-levels', body)
  const levels = (await set({ partners: { ACME: 'off', OTHER: 'durable' } })).json as LedgerLevels
  assert.deepEqual(levels.partners, { ACME: 'off', OTHER: 'durable' })
  assert.deepEqual((await askAdmin(server, 'GET', '/ledger-levels')).json, levels)
  assert.equal(
    ((await set({ partners: { ACMEE: 'off' } })).json as { code: string }).code,
    'PARTNER_NOT_FOUND',
  )
  assert.equal((await set({ pushApps: { none: 'off' } })).status, 404)
  assert.equal((await set({ partners: { ACME: 'loud' } })).status, 400)
  assert.equal((await set({})).status, 400)
  await settleServers()

  await publish('ACME', ['unseen'])
  const contents = Array.from({ length: recentMax + 2 }, (_, at) => `durable ${at}`)
  await publish('OTHER', contents)
  // What was recorded before with the level recent has been pushed out of the memory.
  const found = await find('uid=OTHER', contents.length)
  assert.deepEqual(contentsOf(found), contents.toReversed())
  assert.deepEqual(contentsOf((await search('uid=ACME')).messages).includes('unseen'), false)
  // The newer ones may have pushed it out of the mailbox by now: that is one step more.
  const { steps: _, ...oldest } = found.at(-1) as MessageRecord
  const path = `/messages/${oldest.id}`
  assert.partialDeepStrictEqual((await askAdmin(server, 'GET', path)).json, oldest)
  assert.partialDeepStrictEqual((await askAs('OTHER', passwords.OTHER, path)).json, oldest)
  await set({ partners: { ACME: null, OTHER: null } })
  await settleServers()
})

test('the live messages show each record on every node as it is made', async () => {
  const { hostname, port } = new URL(server.httpUrl)
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const request = get({ hostname, port, path: '/admin/v1/messages/live', headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(response.headers['content-type'], 'application/x-ndjson')
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await publish('ACME', ['live'])
  const records = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as MessageRecord)
      .filter(({ uid }) => uid === 'ACME')
  await waitUntil('it is kept', () => records().some(({ steps }) => steps.at(-1)?.state === 'kept'))
  assert.equal(new Set(records().map(({ id }) => id)).size, 1)
  assert.deepEqual(contentsOf(records().slice(-1)), ['live'])
  request.destroy()
})
