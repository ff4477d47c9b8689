import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { PartnerClient } from './index.ts'

/** A server of the old kind, byte by byte: it takes CONNECT with protocol level 4 only [MQTT-3.1.2-2]. */
describe('a server that speaks MQTT 3.1.1 only', () => {
  let server: Server
  let levels: number[] = []

  before(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (connect) => {
        const level = connect[connect.indexOf('MQTT') + 4] ?? 0
        levels.push(level)
        socket.write(Uint8Array.of(0x20, 0x02, 0x00, level === 4 ? 0 : 1))
        if (level !== 4) socket.end()
        socket.on('data', ([first, , idHigh = 0, idLow = 0]) => {
          if (first === 0x82) socket.write(Uint8Array.of(0x90, 0x03, idHigh, idLow, 0x80)) // no subscriptions here
          if (first === 0xe0) socket.end()
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => server.close())

  function makeClient(allowMqtt311?: boolean): PartnerClient {
    levels = []
    const uri = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    return new PartnerClient({ uri, username: 'acme', password: 'secret', allowMqtt311 })
  }

  test('is refused by default, and the error names the option', async () => {
    await using client = makeClient()
    await assert.rejects(client.connect(), {
      code: 'SIGN_IN_REFUSED',
      reasonCode: 1,
      message: /allowMqtt311/,
    })
    assert.deepEqual(levels, [5])
  })

  test('is spoken to in its own version with allowMqtt311', async () => {
    await using client = makeClient(true)
    await client.connect()
    assert.deepEqual(levels, [5, 4])
  })

  test('refuses a subscription: the loop throws the server’s code', async () => {
    await using client = makeClient(true)
    await client.connect()
    await assert.rejects(client.messages().next(), { code: 'SUBSCRIBE_REFUSED', reasonCode: 0x80 })
  })
})
