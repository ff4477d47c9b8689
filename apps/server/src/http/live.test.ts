import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { type AuditPage, type LedgerLevels, LiveLine, type Session, Setting } from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import { pino } from 'pino'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { loadConfig, startServer } from '../index.ts'
import { ask, askAdmin, freePorts, makeFolder, portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer({ 'access.mode': 'open', 'limits.streamBytesMax': 4_096 })

test('GET /settings tells every key, its value and its source', async () => {
  const { status, json } = await askAdmin(server, 'GET', '/settings')
  assert.equal(status, 200)
  assert.ok(Value.Check(Type.Array(Setting), json))
  const setting = json.find(({ key }) => key === 'limits.streamBytesMax')
  assert.deepEqual([setting?.value, setting?.defaultValue, setting?.source], [4_096, 1_048_576, 'flag'])
})

test('a reload (SIGHUP) is in force at once, and in the audit log', async (t) => {
  const data = makeFolder()
  const file = join(data, 'pillion.yaml')
  writeFileSync(file, '')
  const configSources = { file, env: {}, flags: { data, ...freePorts, 'access.mode': 'open' } }
  const log = pino({ level: 'silent' })
  const reloaded = await startServer({ config: loadConfig(configSources), configSources, log })
  t.after(() => reloaded.close())
  const client = await RawMqttClient.open({ port: portOf(reloaded, 'mqtt') })
  t.after(() => client.destroy())
  await client.connect()
  writeFileSync(
    file,
    'limits: { subscriptionsPerConnectionMax: 1, pushAppsMax: 1 }\nlog: { level: error }\nledger: { retentionDays: 3 }\n',
  )
  await reloaded.reload()
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = ['a', 'b'].map((topicFilter) => ({ topicFilter, ...options }))
  client.send({ type: 'subscribe', packetId: 1, subscriptions })
  assert.deepEqual((await client.receive('suback')).reasonCodes, [0, 0x97])
  assert.equal(log.level, 'error')
  const addPushApp = async (appID: string) =>
    (await askAdmin(reloaded, 'POST', '/push-apps', { appID })).status
  assert.deepEqual([await addPushApp('pushapp01'), await addPushApp('pushapp02')], [201, 409])
  const { json: levels } = await askAdmin(reloaded, 'GET', '/ledger-levels')
  assert.equal((levels as LedgerLevels).defaults.retentionDays, 3)
  const { json } = await askAdmin(reloaded, 'GET', '/audit?action=configuration.reload')
  const [entry] = (json as AuditPage).entries
  assert.deepEqual(
    [entry?.actor, entry?.details],
    [
      'server',
      {
        changed: [
          'ledger.retentionDays',
          'limits.subscriptionsPerConnectionMax',
          'limits.pushAppsMax',
          'log.level',
        ],
        needRestart: [],
      },
    ],
  )
})

test('a reload holds for whoever signs in, asks or connects from then on', async (t) => {
  const data = makeFolder()
  const file = join(data, 'pillion.yaml')
  writeFileSync(file, '')
  const configSources = {
    file,
    env: {},
    flags: { data, ...freePorts, 'log.level': 'silent', 'limits.closeSeconds': 1 },
  }
  const log = pino({ level: 'silent' })
  const reloaded = await startServer({ config: loadConfig(configSources), configSources, log })
  t.after(() => reloaded.close())
  const password = 'four random words'
  await askAdmin(reloaded, 'POST', '/operators', { name: 'anna', role: 'admin', password })
  const secondFactor = async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'anna', password })
    const answer = await ask(reloaded, '/admin/v1/session', { method: 'POST', headers, body })
    return (JSON.parse(answer.body.toString()) as Session).secondFactor
  }
  const keptAlive = async () => (await fetch(`${reloaded.httpUrl}/healthz`)).headers.get('keep-alive')
  const isClosedFor = async (bytes: number) => {
    const socket = new WebSocket(`${reloaded.httpUrl.replace('http', 'ws')}/mqtt`, 'mqtt')
    await once(socket, 'open')
    // No packet type has the number 0: the broker hangs up, if it gets to see it.
    socket.send(new Uint8Array(bytes))
    const [{ code }] = (await once(socket, 'close')) as [CloseEvent]
    return code === 1009
  }
  assert.deepEqual(
    [await secondFactor(), await keptAlive(), await isClosedFor(1_025)],
    ['off', 'timeout=5', false],
  )
  writeFileSync(
    file,
    'operators: { secondFactor: required }\nlimits: { httpIdleSeconds: 77, webSocketMessageBytesMax: 1024 }',
  )
  await reloaded.reload()
  assert.deepEqual(
    [await secondFactor(), await keptAlive(), await isClosedFor(1_025)],
    ['missing', 'timeout=77', true],
  )
})

test('GET /live tells at once how it stands, and each second what has happened since', async (t) => {
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  t.after(() => client.destroy())
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const request = get(`${server.httpUrl}/admin/v1/live`, { headers, agent: false })
  t.after(() => request.destroy())
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(response.headers['content-type'], 'application/x-ndjson')
  const lines = createInterface(response)[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value ?? '') as LiveLine
  const first = await next()
  assert.ok(Value.Check(LiveLine, first))
  assert.deepEqual([first.messagesIn, first.nodes.length > 0], [0, true])

  await client.connect()
  const qos = { dup: false, qos: 0, retain: false } as const
  client.send({ type: 'publish', ...qos, topicName: 'a', payload: Buffer.from('x') })
  let line = await next()
  for (let tries = 0; tries < 3 && line.messagesIn === 0; tries++) line = await next()
  assert.ok(line.messagesIn > 0 && line.bytesIn > 0)
  assert.ok((line.dropped.no_receiver ?? 0) > 0)
  assert.equal(
    Object.values(line.connections).reduce((sum, count) => sum + count),
    1,
  )
})
