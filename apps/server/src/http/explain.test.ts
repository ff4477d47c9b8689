import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { openPolicy } from '@pillion/broker'
import type { Explanation, IssuedPushApp, RefusalView } from '@pillion/schema'
import { RawMqttClient, waitUntil } from '@pillion/testkit'
import { pino } from 'pino'
import { AllRefusals } from '../explain/all-refusals.ts'
import { explainAbsence } from '../explain/explain-delivery.ts'
import { explainPublish, type PublishParts } from '../explain/explain-publish.ts'
import { findReason, reasons } from '../explain/reasons.ts'
import { RefusalMemory } from '../explain/refusal-memory.ts'
import { defaultLimits } from '../limits.ts'
import { NodeQuestions } from '../nodes/node-questions.ts'
import { makePackage } from '../packages/archive.fixture.ts'
import { formatReasonReference } from '../reason-reference.ts'
import { ask, askAdmin, portOf, settleServers, startTestServer } from '../server.fixture.ts'
import { addExplainRoutes, type ExplainParts } from './explain.ts'
import { createSurface } from './surface.ts'

const root = 'psa/OVIPPartners-Dev'
const [vin, otherVin] = ['VF7EXPLAIN0000001', 'VF7EXPLAIN0000002']
const server = await startTestServer({ 'limits.mailboxMax': 2 })
const { fleet } = server
const [vehicle] = await fleet.addVehicles([vin, otherVin])
const { password } = await fleet.addPartner({ uid: 'ACME' })
await fleet.addPartner({ uid: 'OTHER' })
await fleet.addApp({ idApp: 'news', uid: 'ACME' })
await fleet.addApp({ idApp: 'radio', uid: 'OTHER' })
await fleet.subscribeVehicles('news', [vin])
await server.installPackage('news', {
  archive: makePackage({
    'index.html': '',
    'manifest.json': JSON.stringify({ id: 'news', version: '1.0.0' }),
  }),
})
await askAdmin(server, 'POST', '/accounts', { name: 'gateway', publish: ['a/#'], subscribe: [] })
await settleServers()

async function explain(what: string, query: Record<string, string>): Promise<Explanation> {
  const { status, json } = await askAdmin(server, 'GET', `/explain/${what}?${new URLSearchParams(query)}`)
  assert.equal(status, 200, JSON.stringify(json))
  return json as Explanation
}

async function explainOwn(what: string, query: Record<string, string>): Promise<Explanation> {
  const authorization = `Basic ${Buffer.from(`ACME:${password}`).toString('base64')}`
  const path = `/partner/v1/explain/${what}?${new URLSearchParams(query)}`
  const { status, body } = await ask(server, path, { headers: { authorization } })
  assert.equal(status, 200, body.toString())
  return JSON.parse(body.toString()) as Explanation
}

function reasonsOf({ steps }: Explanation): string[] {
  return steps.flatMap(({ reason }) => reason ?? [])
}

async function subscribe(client: RawMqttClient, topicFilter: string): Promise<void> {
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  client.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] })
  await client.receive('suback')
}

// as | topic | reason, '' = it may | words of answer or fix
const publications: [string, string, string, RegExp][] = [
  ['partner:ACME', `${root}/to/uid/ACME/opa/${vin}/`, '', /from partner ACME to vehicle VF7EXPLAIN0000001/],
  ['partner:ACME', `${root}/from/uid/ACME/opa/${vin}`, '', /131,072 bytes/],
  ['vehicle:VF7EXPLAIN0000001', `${root}/from/uid/ACME/opa/${vin}/`, '', /to partner ACME/],
  ['partner:NOBODY', `${root}/to/uid/NOBODY/opa/${vin}/`, 'partner_unknown', /partner add/],
  ['partner:ACME', `/${root}/to/uid/ACME/opa/${vin}/`, 'topic_outside_portal', /begins with a slash/],
  [
    'partner:ACME',
    `${root}/towards/uid/ACME/opa/${vin}/`,
    'topic_outside_portal',
    /in small letters, not ."towards/,
  ],
  ['partner:ACME', `${root}/to/uid/ACME/opa/VF7EXPLAIN000001/`, 'vin_malformed', /16 characters/],
  ['partner:ACME', `${root}/to/uid/OTHER/opa/${vin}/`, 'uid_foreign', /your own, ACME/],
  ['partner:ACME', `${root}/to/uid/ACME/opa/${otherVin}/`, 'vehicle_not_subscribed', /subscribe news VF7/],
  ['partner:ACME', `${root}/to/uid/ACME/opa/VF7NOBODY00000001/`, 'vehicle_unknown', /vehicle add/],
  ['partner:ACME', `${root}/to/uid/ACME/opa/+/`, 'topic_name_invalid', /for subscribing/],
  ['account:gateway', 'a/b', '', /may publish/],
  ['account:gateway', 'b', 'topic_not_granted', /account grant/],
  ['installation:aaaaaaaaaaaaaaaaaaaaaaa', 'x', 'endpoint_unknown', /endpoint/],
]
for (const [as, topic, reason, words] of publications) {
  test(`explains that ${as} may ${reason === '' ? '' : `not (${reason}) `}publish to ${topic}`, async () => {
    const explanation = await explain('publish', { as, topic })
    assert.equal(explanation.isYes, reason === '')
    assert.deepEqual(reasonsOf(explanation), reason === '' ? [] : [reason])
    assert.match(JSON.stringify(explanation), words)
  })
}

test('explains a delivery: everything that stands against it, each with what to do', async () => {
  const wrong = await explain('delivery', { uid: 'ACME', idApp: 'radio', vin: otherVin, bytes: '200000' })
  assert.deepEqual(reasonsOf(wrong), ['app_of_other_partner', 'payload_too_large'])
  const bare = await explain('delivery', { uid: 'OTHER', idApp: 'radio', vin, payload: '{"idApp":"news"}' })
  assert.deepEqual(reasonsOf(bare), ['app_without_package', 'vehicle_not_subscribed', 'id_app_unknown'])
  await fleet.addApp({ idApp: 'weather', uid: 'ACME' })
  const { steps } = await explain('delivery', { idApp: 'weather', vin: otherVin })
  const advice = steps.find(({ reason }) => reason === 'vehicle_not_subscribed')?.fix
  assert.match(String(advice), /pillion app subscribe weather VF7EXPLAIN0000002/)
  for (const { isPassed, fix } of [...wrong.steps, ...bare.steps]) assert.ok(isPassed || fix)
  await fleet.removeApp('weather')
})

test('explains a delivery to a vehicle that is away, kept for, listening or not, and perhaps outside of the app’s offer (W 9.3, 11.2)', async () => {
  const asked = { uid: 'ACME', idApp: 'news', vin, popup: 'true' }
  const away = await explain('delivery', asked)
  assert.deepEqual(reasonsOf(away), ['vehicle_away'])
  assert.match(JSON.stringify(away.steps), /mailbox for up to 120 s, beside 0 of at most 2/)
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  await client.connect({ clientId: 'hu', username: vin, password: Buffer.from(vehicle?.password ?? '') })
  await settleServers()
  assert.deepEqual(reasonsOf(await explain('delivery', asked)), ['vehicle_not_listening'])
  await subscribe(client, `${root}/to/uid/+/opa/${vin}/#`)
  await settleServers()
  const there = await explain('delivery', asked)
  assert.ok(there.isYes, JSON.stringify(there))
  assert.match(there.answer, /would reach news in vehicle VF7EXPLAIN0000001 now/)
  await fleet.changeApp('news', { countries: ['FR', 'DE'], brands: ['AP'], devices: ['w4'] })
  const bounded = await explain('delivery', asked)
  assert.ok(bounded.isYes, 'the message goes to the head unit, wherever that is')
  assert.match(bounded.answer, /reach the head unit of .* now, and news if it is offered in this vehicle/)
  const offer = bounded.steps.at(-1)?.text ?? ''
  assert.match(offer, /offered in Germany, France, to AP, on head units w4 only\..*app_not_offered, W 11\.2/)
  await fleet.changeApp('news', { countries: [], brands: [], devices: [] })
  client.destroy()
})

test('tells a partner about itself, and of vehicles and apps no more than it learns by publishing', async () => {
  const topic = `${root}/to/uid/ACME/opa/VF7NOBODY00000001/`
  assert.deepEqual(reasonsOf(await explainOwn('publish', { topic })), ['vehicle_not_subscribed'])
  const unknown = await explainOwn('delivery', { idApp: 'news', vin: 'VF7NOBODY00000001' })
  const other = await explainOwn('delivery', { idApp: 'news', vin: otherVin })
  assert.deepEqual(reasonsOf(unknown), ['vehicle_not_subscribed'])
  assert.deepEqual(unknown, other)
  assert.deepEqual(reasonsOf(await explainOwn('delivery', { idApp: 'radio', vin })), ['app_unknown'])
  const refused = await ask(server, '/partner/v1/explain/publish?topic=x', {})
  assert.equal(refused.status, 401)
})

test('explains on an open server that nobody is asked, and that nothing is kept', async () => {
  const policy = openPolicy
  const parts = { policy, isOpen: true, root, fleet, limits: { topicBytesMax: 100, topicLevelsMax: 5 } }
  const ask = (topic: string) =>
    explainPublish({ ...parts, ...noStores }, { role: 'partner', name: 'ANYBODY', topic })
  assert.equal((await ask('a/b')).isYes, true)
  assert.deepEqual(reasonsOf(await ask('$SYS/a')), ['topic_reserved'])
  assert.deepEqual(reasonsOf(await ask('a/b/c/d/e/f')), ['topic_too_long'])
})

/** Nobody looks into them where nobody is asked who it is. */
const noStores = {} as Pick<PublishParts, 'accounts' | 'installations'>

test('says that it does not know where a vehicle is when a node is silent, and names it to operators alone', () => {
  assert.deepEqual(
    [explainAbsence([], false).reason, explainAbsence(['b'], false).reason],
    ['vehicle_away', 'node_silent'],
  )
  assert.match(explainAbsence(['b', 'c'], false).text, /^No answer from b, c:/)
  assert.match(explainAbsence(['b', 'c'], true).text, /^A node did not answer/)
})

test('explains a push: nobody, not installed, not connected, connected, disabled (P 6, 13)', async () => {
  const { appID } = (await askAdmin(server, 'POST', '/push-apps', { appID: 'pushpush1' }))
    .json as IssuedPushApp
  const app = (await server.push.apps.find(appID)) ?? assert.fail()
  const caller = { app, principal: { kind: 'admin' } } as const
  const to = 'user:ann'
  const reasonsTo = async (to: string) => reasonsOf(await explain('push', { appID, to }))
  assert.deepEqual(await reasonsTo(to), ['push_receiver_unknown'])
  assert.deepEqual(await reasonsTo('nobody'), ['push_receiver_unknown'])
  const user = await server.push.users.register(app, () => ({
    loginName: 'ann',
    password: 'secret-word-1',
  }))
  assert.deepEqual(await reasonsTo(to), ['not_installed'])
  const { userID } = user
  await server.push.installations.create(caller, () => ({ deviceType: 'MQTT', userID }))
  assert.deepEqual(await reasonsTo(to), ['not_connected'])
  const [installation] = await server.push.installations.list(caller, { subject: `user:${userID}` })
  const { installationID } = installation ?? assert.fail()
  const endpoint = await server.push.installations.endpoint(caller, installationID)
  const { mqttTopic, username, password } = endpoint
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  await client.connect({ clientId: mqttTopic, username, password: Buffer.from(password) })
  await settleServers()
  const reached = await explain('push', { appID, to })
  assert.ok(reached.isYes)
  assert.equal(reached.answer, 'It would reach 1 of 1 installations now.')
  client.destroy()
  const publishes = await explain('publish', { as: `installation:${mqttTopic}`, topic: 'x' })
  assert.deepEqual(reasonsOf(publishes), ['installation_publishes'])
  await server.push.apps.change(appID, { isDisabled: true })
  assert.deepEqual(await reasonsTo(to), ['push_app_disabled'])
  assert.deepEqual(reasonsOf(await explain('push', { appID: 'none', to })), ['push_app_unknown'])
})

async function listRefusals(query: Record<string, string>): Promise<RefusalView[]> {
  const { status, json } = await askAdmin(server, 'GET', `/refusals?${new URLSearchParams(query)}`)
  assert.equal(status, 200, JSON.stringify(json))
  return json as RefusalView[]
}

test('remembers who was refused a CONNECT, SUBSCRIBE or PUBLISH, counts what happens again, and finds it', async () => {
  const port = portOf(server, 'mqtt')
  for (const clientId of ['one', 'two']) {
    const wrong = await RawMqttClient.open({ port })
    await wrong.connect({ clientId, username: 'ACME', password: Buffer.from('hunter-2') })
    wrong.destroy()
  }
  const client = await RawMqttClient.open({ port })
  await client.connect({ clientId: 'three', username: vin, password: Buffer.from(vehicle?.password ?? '') })
  await subscribe(client, `${root}/to/uid/+/opa/${otherVin}/#`)
  client.send({
    type: 'publish',
    topicName: 'elsewhere',
    payload: Buffer.from('x'),
    qos: 0,
    dup: false,
    retain: false,
  })
  await waitUntil('three refusals', async () => (await listRefusals({ search: '127.0.0.1' })).length >= 3)
  const found = await listRefusals({ since: '10m' })
  client.destroy()
  assert.deepEqual(
    found
      .slice(0, 3)
      .map(({ packet, reason, name, topic = '', repeated }) => [packet, reason, name, topic, repeated]),
    [
      ['publish', 'topic_outside_portal', vin, 'elsewhere', 1],
      ['subscribe', 'vin_foreign', vin, `${root}/to/uid/+/opa/${otherVin}/#`, 1],
      ['connect', 'password_wrong', 'ACME', '', 2],
    ],
  )
  const [connect] = await listRefusals({ search: 'acme' })
  assert.equal(connect?.clientId, 'two')
  assert.match(connect?.fix ?? '', /partner rotate/)
  assert.ok(!JSON.stringify(found).includes('hunter-2'), 'no password')
  assert.deepEqual(await listRefusals({ until: '10m' }), [])
  assert.equal((await askAdmin(server, 'GET', '/refusals?since=yesterday')).status, 400)
})

test('names the nodes whose refusals are missing, for they did not answer', async () => {
  const log = pino({ level: 'silent' })
  // Beyond that many questions nobody is asked, so everybody is silent.
  const limits = { ...defaultLimits, nodeQuestionsMax: 0 }
  const questions = new NodeQuestions({ node: 'n1', broker: {} as never, nodes: undefined, limits, log })
  const refusals = new AllRefusals(new RefusalMemory({ node: 'n1', limits }), questions)
  const surface = createSurface(log)
  addExplainRoutes(surface, { refusals } as ExplainParts)
  const { headers, body } = await surface.inject('/refusals')
  assert.deepEqual([headers['x-pillion-silent-nodes'], body], ['n1', '[]'])
  const { headers: ofOne } = await askAdmin(server, 'GET', '/refusals')
  assert.equal(ofOne['x-pillion-silent-nodes'], undefined)
})

test('remembers TLS handshakes that failed, and WebSockets and requests that were turned away', async () => {
  const socket = connectTls({
    port: portOf(server, 'partners'),
    host: '127.0.0.1',
    rejectUnauthorized: false,
  })
  socket.on('error', () => {})
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  await ask(server, '/mqtt', { headers: { ...headers, 'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==' } })
  await waitUntil('the handshake', async () => (await listRefusals({ search: 'tls_handshake' })).length === 1)
  const [handshake] = await listRefusals({ search: 'partners' })
  assert.match(handshake?.text ?? '', /shows no certificate/)
  // As an MQTT client without TLS.
  const plain = connectTcp({ port: portOf(server, 'mqtts'), host: '127.0.0.1' }, () =>
    plain.write('\x10\x0c\0\x04MQTT'),
  )
  plain.on('error', () => {})
  await waitUntil('it', async () => (await listRefusals({ search: 'mqtts' })).length === 1)
  assert.match(
    (await listRefusals({ search: 'mqtts' }))[0]?.text ?? '',
    /speaks no TLS, and this port wants it/,
  )
  plain.destroy()
  assert.equal((await listRefusals({ search: 'subprotocol' }))[0]?.packet, 'http')
  socket.destroy()
})

test('counts what is wrong with a handshake by what it is, as all has one reason', () => {
  const memory = new RefusalMemory({ node: 'n', limits: { refusalsMax: 9 } })
  for (const text of ['no certificate', 'no TLS', 'no certificate']) {
    const from = { listener: 'partners', address: 'a', clientId: '', name: '' }
    memory.refused({ packet: 'tls', ...from, reason: 'tls_handshake', text })
  }
  assert.deepEqual(
    memory.list({}).map(({ text, repeated }) => [text, repeated]),
    [
      ['no certificate', 2],
      ['no TLS', 1],
    ],
  )
})

test('remembers the newest refusals, no more than the limit says', () => {
  let now = 0
  const limits = { refusalsMax: 2 }
  const memory = new RefusalMemory({ node: 'n', limits, now: () => ++now })
  const refuse = (name: string) =>
    memory.refused({
      packet: 'connect',
      listener: 'mqtt',
      address: 'a',
      clientId: '',
      name,
      reason: 'password_wrong',
      text: '',
    })
  for (const name of ['ann', 'bob', 'ann', 'cid', 'x'.repeat(1_000)]) refuse(name)
  const names = memory.list({}).map(({ name, repeated }) => `${name.length} ${repeated}`)
  assert.deepEqual(names, ['256 1', '3 1'])
  refuse('cid')
  assert.equal(memory.list({ search: 'CID' })[0]?.repeated, 2)
  limits.refusalsMax = 1
  refuse('dan')
  assert.deepEqual(
    memory.list({}).map(({ name }) => name),
    ['dan'],
  )
})

test('knows every stable reason in the code, each with a sentence and what to do', () => {
  const found = new Set(listReasons())
  for (const reason of [
    'relay_full',
    'outbox_stuck',
    'mailbox_busy',
    'takeover_storm',
    'retained_overtaken',
    'vin_foreign',
  ])
    assert.ok(found.has(reason), `the sources are not read: ${reason}`)
  assert.deepEqual(
    [...found].filter((reason) => findReason(reason) === undefined),
    [],
  )
  for (const [reason, { text, fix }] of Object.entries(reasons)) {
    assert.match(text, /^[“A-Z`].*\.$/s, reason)
    assert.match(fix, /^[A-Z].*\.$/s, reason)
  }
})

test('docs/reference/reasons.md is what the table says', () => {
  const file = join(import.meta.dirname, '../../../../docs/reference/reasons.md')
  assert.equal(readFileSync(file, 'utf8'), formatReasonReference(), 'run reason-reference.ts')
})

/** As they stand in the sources: in tables of refusals and drops, and where something is dropped or refused. */
function* listReasons(): Generator<string> {
  const forms = [
    /reason: '([a-z]+(?:_[a-z]+)+)'/g,
    /\b(?:drop(?:Unwatched|ped)?|abort|countDrop|countRefusal|#dropAll|refuse|ignore)\((?:[^()']*, |'connect', )?'([a-z]+(?:_[a-z]+)+)'/g,
    /^ {2}\| '(mailbox_[a-z]+)'$/gm,
    /^ {2}([a-z]+(?:_[a-z]+)+): (?:badCredentials|\[|'|\{ reason)/gm,
  ]
  const packages = join(import.meta.dirname, '../../../..')
  const folders = ['broker', 'fleet', 'push', 'accounts', 'host', 'ledger', 'relay-nats'].map((each) =>
    join(packages, 'packages', each, 'src'),
  )
  for (const folder of [...folders, join(packages, 'apps/server/src')])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (
        !file.endsWith('.ts') ||
        /\.(test|fixture|contract|fuzz)\.ts$|fuzz\/|conformance\/|fixtures\//.test(file)
      )
        continue
      if (!/refus|drop|reason|ports|mailbox|relay|stream|connect|subscri|host|access|listeners/.test(file))
        continue
      const text = readFileSync(join(folder, file), 'utf8')
      for (const form of forms)
        for (const [, reason] of text.matchAll(form)) if (reason !== undefined) yield reason
    }
  const table = readFileSync(join(packages, 'packages/schema/src/drop-reasons.ts'), 'utf8')
  for (const [, reason] of table.matchAll(/^ {2}([a-z_]+):/gm)) if (reason !== undefined) yield reason
}
