import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { RawMqttClient } from '@pillion/testkit'
import { pino } from 'pino'
import { addPushApp, addUser, adminToken, askPush } from '../http/push/push.fixture.ts'
import { loadConfig, startServer } from '../index.ts'
import { ask, freePorts, makeFolder, portOf, startTestServer } from '../server.fixture.ts'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
}

const spans: Span[] = []
const collector = createServer(async (request, response) => {
  assert.equal(request.url, '/v1/traces')
  const { resourceSpans } = (await json(request)) as {
    resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
  }
  spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans)))
  response.end('{}')
}).listen(0, '127.0.0.1')
await once(collector, 'listening')
after(() => collector.close())

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

async function start() {
  const otlpUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const flags = { data: makeFolder(), ...freePorts, 'access.mode': 'open', 'telemetry.otlpUrl': otlpUrl }
  const config = loadConfig({ env: {}, flags })
  return startServer({ config, log: pino({ level: 'silent' }) })
}

async function openClient(port: number): Promise<RawMqttClient> {
  const client = await RawMqttClient.open({ port })
  await client.connect({ protocolVersion: 5 })
  return client
}

/** Publishes with these user properties, and gives those that arrive. */
async function publish(port: number, userProperties: [string, string][]): Promise<unknown> {
  const receiver = await openClient(port)
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  receiver.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter: 'a', ...options }] })
  await receiver.receive('suback')
  const sender = await openClient(port)
  const payload = Buffer.from('x')
  const message = { topicName: 'a', payload, qos: 0, dup: false, retain: false } as const
  sender.send({ type: 'publish', ...message, properties: { userProperties } })
  const { properties } = await receiver.receive('publish')
  for (const client of [sender, receiver]) client.destroy()
  return properties?.userProperties
}

test('a trace goes through requests, messages and pushes, and on to receivers', async () => {
  const server = await start()
  const app = await addPushApp(server)
  const { userID } = await addUser(server, app, 'ann')
  const token = await adminToken(server, app)
  const pushed = await askPush(server, app, 'POST', `/users/${userID}/push/messages`, {
    token,
    body: { data: { a: 1 }, mqtt: { enabled: true } },
    headers: { 'content-type': 'application/vnd.kii.SendPushMessageRequest+json', traceparent },
  })
  assert.equal(pushed.status, 201, pushed.text)
  const { body } = await ask(server, '/admin/v1/status', {
    headers: { authorization: `Bearer ${server.adminToken}`, traceparent },
  })
  assert.ok(JSON.parse(body.toString()).version)
  const arrived = await publish(portOf(server, 'mqtt'), [
    ['mine', 'kept'],
    ['traceparent', traceparent],
    ['tracestate', 'a=b'],
  ])
  await server.close()

  const find = (name: string) => spans.find((span) => span.name === name) as Span
  const request = find('GET /admin/v1/status')
  assert.deepEqual([request.traceId, request.parentSpanId], [traceId, 'b7ad6b7169203331'])
  const status = request.attributes.find(({ key }) => key === 'http.response.status_code')
  assert.equal(status?.value.intValue, 200)
  const routed = find('mqtt route')
  assert.deepEqual([routed.traceId, routed.parentSpanId], [traceId, 'b7ad6b7169203331'])
  assert.deepEqual(arrived, [
    ['mine', 'kept'],
    ['tracestate', 'a=b'],
    ['traceparent', `00-${traceId}-${routed.spanId}-01`],
  ])
  const sent = find('push send')
  const post = spans.find(({ spanId }) => spanId === sent.parentSpanId)
  assert.match(post?.name ?? '', /^POST .*push\/messages$/)
  assert.equal(sent.traceId, traceId)
})

test('what a sender’s own properties say is no trace context stays as it is, and is not traced', async () => {
  const server = await start()
  spans.length = 0
  const made: [string, string][] = [['traceparent', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]]
  assert.deepEqual(await publish(portOf(server, 'mqtt'), made), made)
  await server.close()
  assert.equal(
    spans.some(({ name }) => name === 'mqtt route'),
    false,
  )
})

test('without a collector nothing of it is there, and properties go on as they came', async () => {
  const server = await startTestServer({ 'access.mode': 'open' })
  const made: [string, string][] = [['traceparent', traceparent]]
  assert.deepEqual(await publish(portOf(server, 'mqtt'), made), made)
})
