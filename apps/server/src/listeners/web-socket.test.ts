import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { encode } from '@pillion/packet'
import { WebSocket } from 'ws'
import { portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer()
const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
const url = `ws://127.0.0.1:${portOf(server, 'http')}`
const secureUrl = `wss://localhost:${portOf(server, 'https')}`

const opened = [
  { name: 'the usual path', url: `${url}/mqtt`, protocols: ['mqtt'], chosen: 'mqtt' },
  { name: 'any other path', url: `${url}/`, protocols: ['mqtt'], chosen: 'mqtt' },
  { name: 'the name of MQTT 3.1', url: `${url}/mqtt`, protocols: ['mqttv3.1'], chosen: 'mqttv3.1' },
  { name: 'the better of two', url: `${url}/mqtt`, protocols: ['mqttv3.1', 'mqtt'], chosen: 'mqtt' },
  { name: 'TLS', url: `${secureUrl}/mqtt`, protocols: ['mqtt'], chosen: 'mqtt' },
]

for (const { name, url, protocols, chosen } of opened) {
  test(`MQTT over WebSocket opens with ${name} [MQTT-6.0.0-4]`, async () => {
    const socket = new WebSocket(url, protocols, { ca })
    await once(socket, 'open')
    assert.equal(socket.protocol, chosen)
    assert.equal(socket.extensions, '')
    const connect = {
      type: 'connect',
      protocolVersion: 4,
      clean: true,
      keepAliveSeconds: 0,
      clientId: 'a',
    } as const
    socket.send(encode(connect, 4))
    const [connack] = (await once(socket, 'message')) as [Buffer]
    assert.equal(connack[0], 0x20)
    socket.terminate()
  })
}

const refused = [
  { name: 'no subprotocol', protocols: [] },
  { name: 'another subprotocol', protocols: ['graphql-ws'] },
]

for (const { name, protocols } of refused) {
  test(`a WebSocket with ${name} is refused with 400 and a text that says what to ask for`, async () => {
    const socket = new WebSocket(`${url}/mqtt`, protocols)
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    assert.equal(response.statusCode, 400)
    assert.match(String(Buffer.concat(await response.toArray())), /subprotocol "mqtt"/)
  })
}
