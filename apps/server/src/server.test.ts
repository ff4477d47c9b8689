import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RawMqttClient } from '@pillion/testkit'
import { pino } from 'pino'
import { DataFolderInUseError, ListenError, loadConfig, startServer } from './index.ts'
import { makePackage } from './packages/archive.fixture.ts'
import { ask, askAdmin, freePorts, makeFolder, portOf, startTestServer } from './server.fixture.ts'

const silent = pino({ level: 'silent' })

function start(data: string, flags: Record<string, unknown> = {}) {
  return startServer({
    config: loadConfig({ env: {}, flags: { ...freePorts, data, ...flags } }),
    log: silent,
  })
}

test('starts and stops twice on one data folder, and forgets nothing', async () => {
  const data = makeFolder()
  const first = await start(data)
  await first.fleet.addPartner({ uid: 'ACME' })
  await first.fleet.addApp({ idApp: 'demo', uid: 'ACME' })
  await first.installPackage('demo', { archive: makePackage({ 'index.html': 'kept' }) })
  await first.close()
  await first.close()
  const second = await start(data)
  after(() => second.close())
  assert.equal(second.adminToken, first.adminToken)
  assert.equal((await second.fleet.findApp('demo'))?.version, '0.0.0')
  const host = `demo.pillion.localhost:${portOf(second, 'http')}`
  assert.match((await ask(second, '/apps/demo/', { headers: { host } })).body.toString(), /kept/)
})

test('the admin token is 256 bits and readable by its owner only', async () => {
  const server = await startTestServer()
  const file = join(server.config.data, 'admin-token')
  assert.equal(Buffer.from(server.adminToken, 'base64url').length, 32)
  assert.equal(readFileSync(file, 'utf8').trim(), server.adminToken)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('server.json leads the command line to the running server, a stale one is overwritten', async () => {
  const data = makeFolder()
  const file = join(data, 'server.json')
  writeFileSync(file, '{"pid":1,"url":"http://stale"}')
  const server = await start(data)
  const { pid, url, version } = JSON.parse(readFileSync(file, 'utf8'))
  assert.deepEqual({ pid, url }, { pid: process.pid, url: server.httpUrl })
  assert.match(version, /^\d/)
  await server.close()
  assert.equal(existsSync(file), false)
})

test('of servers that start on one data directory at the same moment one does, and the others say who', async () => {
  const data = makeFolder()
  // Of one that was killed: its process id is that of another program by now.
  writeFileSync(join(data, 'server.json'), `{"pid":${process.ppid},"url":"http://127.0.0.1:1"}`)
  const starts = await Promise.allSettled([start(data), start(data), start(data)])
  const [server, ...others] = starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  assert.ok(server !== undefined)
  after(() => server.close())
  assert.deepEqual(others, [])
  for (const each of starts) {
    if (each.status === 'fulfilled') continue
    assert.ok(each.reason instanceof DataFolderInUseError)
    assert.match(each.reason.message, new RegExp(`process (${process.pid}|${process.ppid})`))
  }
  const later = (error: Error) => error.message.includes(`process ${process.pid}, ${server.httpUrl}`)
  await assert.rejects(start(data), later)
  await server.close()
  await (await start(data)).close()
})

test('a taken port is an error that says which listener and what to change, and leaves nothing running', async () => {
  const thief = createServer().listen(0, '127.0.0.1')
  await once(thief, 'listening')
  after(() => thief.close())
  const port = (thief.address() as { port: number }).port
  const data = makeFolder()
  await assert.rejects(start(data, { 'listeners.http.port': port }), (error) => {
    assert.ok(error instanceof ListenError)
    assert.equal(error.listener, 'http')
    assert.match(error.message, /listeners\.http\.port.*--http PORT.*PILLION_LISTENERS__HTTP__PORT/)
    return true
  })
  const server = await start(data)
  await server.close()
})

test('a listener that is off is not there', async () => {
  const server = await startTestServer({ 'listeners.mqtt.enabled': false, 'listeners.https.enabled': false })
  assert.deepEqual(
    server.listeners.map(({ name }) => name),
    ['mqtts', 'partners', 'http'],
  )
})

test('answers what machines ask', async () => {
  const server = await startTestServer()
  assert.deepEqual(JSON.parse((await ask(server, '/healthz')).body.toString()), { status: 'ok' })
  assert.deepEqual(JSON.parse((await ask(server, '/readyz')).body.toString()), { status: 'ready' })
  assert.equal(JSON.parse((await ask(server, '/version')).body.toString()).name, 'pillion')
  assert.equal((await ask(server, '/')).headers.location, '/portal/')
})

async function startWithFleet(flags: Record<string, unknown> = {}) {
  const vin = 'VF7SERVER00000001'
  const server = await startTestServer(flags)
  const partner = await server.fleet.addPartner({ uid: 'ACME' })
  const [vehicle] = await server.fleet.addVehicles([vin])
  await server.fleet.addApp({ idApp: 'demo', uid: 'ACME' })
  await server.fleet.subscribeVehicles('demo', [vin])
  const credentials = { username: vin, password: Buffer.from(vehicle?.password ?? '') }
  return { server, vin, partner, credentials }
}

async function connectVehicle(
  { server, vin, credentials }: Awaited<ReturnType<typeof startWithFleet>>,
  filters: string[],
) {
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  after(() => client.destroy())
  const connack = await client.connect({ clientId: vin, ...credentials })
  assert.equal(connack.reasonCode, 0)
  if (filters.length === 0) return client
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = filters.map((topicFilter) => ({ topicFilter, ...options }))
  client.send({ type: 'subscribe', packetId: 1, subscriptions })
  await client.receive('suback')
  return client
}

test('the operator’s message reaches the head unit as the partner’s would (W 3.1, 3.2)', async () => {
  const fleet = await startWithFleet()
  const client = await connectVehicle(fleet, [`psa/OVIPPartners-Dev/to/uid/+/opa/${fleet.vin}/#`])
  const messages = [
    { sent: { content: { a: 1 } }, got: { idApp: 'demo', popup: false, content: { a: 1 } } },
    {
      sent: { popup: 'Hi', button: false },
      got: { idApp: 'demo', popup: true, popupText: 'Hi', popupBtn: false },
    },
    {
      sent: { popup: 'Hi', content: null },
      got: { idApp: 'demo', popup: true, popupText: 'Hi', popupBtn: true, content: null },
    },
  ]
  for (const { sent, got } of messages) {
    const { json } = await askAdmin(fleet.server, 'POST', '/messages', {
      vin: fleet.vin,
      idApp: 'demo',
      ...sent,
    })
    assert.partialDeepStrictEqual(json, { routedTo: 1 })
    const { payload } = await client.receive('publish')
    assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), got)
  }
  const metrics = (await ask(fleet.server, '/metrics')).body.toString()
  assert.match(metrics, /^pillion_connections\{role="vehicle",listener="mqtt"\} 1$/m)
  assert.match(metrics, /^pillion_messages_sent_total 3$/m)
})

test('where no mailboxes are, the operator is told that a message is lost (W 9.3)', async () => {
  const { server, vin } = await startWithFleet({ 'limits.mailboxMax': 0 })
  const { json } = await askAdmin(server, 'POST', '/messages', { vin, idApp: 'demo', content: 1 })
  assert.partialDeepStrictEqual(json, { routedTo: 0, keptSeconds: 0 })
})

test('in the open mode the operator’s message reaches who subscribed to its topic, and else it is lost', async () => {
  const fleet = await startWithFleet({ 'access.mode': 'open' })
  const message = { vin: fleet.vin, idApp: 'demo', content: 1 }
  const { json } = await askAdmin(fleet.server, 'POST', '/messages', message)
  assert.partialDeepStrictEqual(json, { routedTo: 0, keptSeconds: 0 })
  const client = await connectVehicle(fleet, [`psa/OVIPPartners-Dev/to/uid/+/opa/${fleet.vin}/#`])
  const sent = await askAdmin(fleet.server, 'POST', '/messages', message)
  assert.partialDeepStrictEqual(sent.json, { routedTo: 1 })
  const { topicName } = await client.receive('publish')
  assert.equal(topicName, `psa/OVIPPartners-Dev/to/uid/ACME/opa/${fleet.vin}/`)
})

test('the head unit is told when its apps change', async () => {
  const fleet = await startWithFleet()
  const client = await connectVehicle(fleet, [`pillion/vehicle/${fleet.vin}`])
  await fleet.server.installPackage('demo', { archive: makePackage({ 'index.html': 'x' }) })
  const { topicName, payload } = await client.receive('publish')
  assert.deepEqual([topicName, payload.length], [`pillion/vehicle/${fleet.vin}`, 0])
})

for (const mode of ['product', 'open']) {
  test(`the operator listens in on a partner, line by line, until the server stops, access.mode ${mode}`, async () => {
    const fleet = await startWithFleet({ 'access.mode': mode })
    const { server, vin } = fleet
    const headers = { authorization: `Bearer ${server.adminToken}` }
    const response = await fetch(`${server.httpUrl}/admin/v1/partners/ACME/messages`, { headers })
    assert.equal(response.headers.get('content-type'), 'application/x-ndjson')
    const client = await connectVehicle(fleet, [])
    for (const [subtopic, text] of [
      ['', '{"content":1}'],
      ['a/b', 'no JSON'],
    ] as const) {
      const topicName = `psa/OVIPPartners-Dev/from/uid/ACME/opa/${vin}/${subtopic}`
      client.send({
        type: 'publish',
        topicName,
        payload: Buffer.from(text),
        qos: 0,
        retain: false,
        dup: false,
      })
    }
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (text.split('\n').length < 3) text += (await reader?.read())?.value
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ at, ...line }) => line),
      [
        { vin, subtopic: '', payload: { content: 1 } },
        { vin, subtopic: 'a/b', payload: 'no JSON' },
      ],
    )
    const end = reader?.read()
    await server.close()
    assert.equal((await end)?.done, true)
  })
}

test('a reader of partner messages that does not keep up misses the newest, and the server does not swell', async () => {
  const fleet = await startWithFleet()
  const { server, vin } = fleet
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const response = await fetch(`${server.httpUrl}/admin/v1/partners/ACME/messages`, { headers })
  const client = await connectVehicle(fleet, [])
  const topicName = `psa/OVIPPartners-Dev/from/uid/ACME/opa/${vin}/`
  const count = 400
  for (let index = 0; index < count; index++) {
    const payload = Buffer.from(JSON.stringify({ content: index, filling: 'x'.repeat(120_000) }))
    const isLast = index === count - 1
    const options = {
      retain: false,
      dup: false,
      ...(isLast ? { qos: 1 as const, packetId: 2 } : { qos: 0 as const }),
    }
    client.send({ type: 'publish', topicName, payload, ...options })
  }
  await client.receive('puback')
  const text = response.text()
  await server.close()
  const contents = (await text)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).payload.content)
  assert.ok(contents.length > 0 && contents.length < count, `${contents.length} lines`)
  assert.deepEqual(contents, [...contents.keys()])
})

test('closing tells connected clients why (MQTT 5: 0x8B)', async () => {
  const fleet = await startWithFleet()
  const client = await connectVehicle(fleet, [])
  await fleet.server.close()
  assert.equal((await client.receive('disconnect')).reasonCode, 0x8b)
  await client.closed()
})

test('closing waits for no client that says nothing', async () => {
  const server = await startTestServer()
  for (const name of ['mqtt', 'http', 'partners']) {
    const client = await RawMqttClient.open({ port: portOf(server, name) })
    client.socket.on('error', () => {})
    after(() => client.destroy())
  }
  await server.close()
  await assert.rejects(ask(server, '/healthz'), { code: 'ECONNREFUSED' })
})

test('the partner listener lets nobody in without a certificate of the local authority (W 2.2)', async () => {
  const { server, partner } = await startWithFleet()
  const stranger = await startWithFleet()
  const port = portOf(server, 'partners')
  const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
  const credentials = { username: 'ACME', password: Buffer.from(partner.password) }

  const pem = partner.certificatePem
  const client = await RawMqttClient.open({ port, tls: { ca, cert: pem, key: pem } })
  assert.equal((await client.connect(credentials)).reasonCode, 0)
  client.destroy()

  const untrusted = stranger.partner.certificatePem
  for (const tls of [{ ca }, { ca, cert: untrusted, key: untrusted }]) {
    await assert.rejects(async () => {
      const refused = await RawMqttClient.open({ port, tls })
      refused.socket.on('error', () => {})
      after(() => refused.destroy())
      await refused.connect(credentials)
    })
  }
})

test('other TLS clients need no certificate', async () => {
  const { server, credentials } = await startWithFleet()
  const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
  const client = await RawMqttClient.open({
    port: portOf(server, 'mqtts'),
    tls: { ca, servername: 'localhost' },
  })
  assert.equal((await client.connect(credentials)).reasonCode, 0)
  client.destroy()
})
