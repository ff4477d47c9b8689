import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { LiveLine, Setting } from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer({ 'access.mode': 'open', 'limits.streamBytesMax': 4_096 })

test('GET /settings tells every key, its value and its source', async () => {
  const { status, json } = await askAdmin(server, 'GET', '/settings')
  assert.equal(status, 200)
  assert.ok(Value.Check(Type.Array(Setting), json))
  const setting = json.find(({ key }) => key === 'limits.streamBytesMax')
  assert.deepEqual([setting?.value, setting?.defaultValue, setting?.source], [4_096, 1_048_576, 'flag'])
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
