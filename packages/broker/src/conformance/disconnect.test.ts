import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { decode, encode, type Packet, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

for (const { version, name } of protocols) {
  describe(`in ${name}`, () => {
    it('PINGREQ is answered by PINGRESP, each [MQTT-3.12.4-1] [3.1:3.12]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.raw.sendBytes(Buffer.from('c000'.repeat(3), 'hex'))
      for (let times = 0; times < 3; times++) await client.next('pingresp')
      await client.lose()
    })

    it('DISCONNECT ends the connection, and nothing after it counts [3.1:3.14]', async () => {
      const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
      await watcher.subscribe('after')
      const client = await TestClient.connect({ ...broker, version })
      const late = { type: 'publish', dup: false, qos: 0, retain: false, topicName: 'after' } as const
      const packets: Packet[] = [
        { type: 'disconnect', reasonCode: 0 },
        { ...late, payload: Buffer.from('late') },
      ]
      client.raw.sendBytes(Buffer.concat(packets.map((packet) => encode(packet, version))))
      await client.untilClosed()
      await watcher.ping()
      assert.deepEqual(watcher.messages(), [])
      await watcher.lose()
    })

    it('a packet that only a server may send ends the connection [MQTT-4.13.1-1] [3.1.1:MQTT-4.8.0-1]', async () => {
      const fromServer: Packet[] = [
        { type: 'connack', sessionPresent: false, reasonCode: 0 },
        { type: 'suback', packetId: 1, reasonCodes: [0] },
        { type: 'unsuback', packetId: 1, reasonCodes: version === 5 ? [0] : [] },
        { type: 'pingresp' },
      ]
      for (const packet of fromServer) {
        const client = await TestClient.connect({ ...broker, version })
        client.raw.send(packet)
        if (version === 5) {
          assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
        }
        await client.untilClosed()
      }
    })

    it('an error of ours ends the connection it met, and no other [3.1.1:MQTT-4.8.0-2]', async (t) => {
      const failing = await serve({ policy: { ...openPolicy, publish: () => undefined as never } })
      t.after(() => failing.close())
      const bystander = await TestClient.connect({ ...failing, clientId: 'bystander' })
      const client = await TestClient.connect({ ...failing, version })
      client.publish('a', '', { qos: 1, packetId: 1 })
      await client.untilClosed()
      await bystander.ping()
    })
  })
}

describe('DISCONNECT of the server in 5', () => {
  it('is its last packet, and the connection ends with it [MQTT-3.14.4-1, -2] [MQTT-4.13.2-1]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('#')
    // Much to answer, a breach in the middle, and more to answer behind it.
    const pings = Buffer.alloc(400, Buffer.from('c000', 'hex'))
    client.raw.sendBytes(Buffer.concat([pings, Buffer.from('c100', 'hex'), pings]))
    broker.broker.publish('a', Buffer.from('text'))
    await client.untilClosed()
    const types: string[] = []
    for (;;) {
      try {
        types.push((await client.raw.next(1)).type)
      } catch {
        break
      }
    }
    assert.equal(types.indexOf('disconnect'), types.length - 1)
    assert.equal(types.filter((type) => type === 'pingresp').length, 200)
  })

  it('has no Session Expiry Interval, and a code that is listed [MQTT-3.14.2-1, -2]', async (t) => {
    const own = await serve()
    t.after(() => own.close())
    for (const code of new Set(Object.values(reasonCodes))) {
      if (code < 0x80) continue
      const properties = { sessionExpirySeconds: 60 }
      const client = await TestClient.connect({ ...own, version: 5, properties })
      own.broker.disconnect(({ key }) => key === 'open', code, 'as told')
      const disconnect = await client.next('disconnect')
      assert.ok(disconnect.reasonCode >= 0x80)
      assert.equal(disconnect.properties?.sessionExpirySeconds, undefined)
      await client.untilClosed()
    }
  })

  it('does not come before a CONNACK that accepts [MQTT-3.14.0-1]', async () => {
    for (const hex of [
      'c000',
      'e000',
      '1000',
      '30ffffff7f',
      'f000',
      '101300044d51545405020000062100012100010000',
    ]) {
      const client = await TestClient.open({ ...broker, version: 5 })
      client.raw.sendBytes(Buffer.from(hex, 'hex'))
      await client.untilClosed()
      for (;;) {
        const packet = await client.raw.next(1).catch(() => undefined)
        if (packet === undefined) break
        assert.ok(packet.type === 'connack' && packet.reasonCode >= 0x80, packet.type)
      }
    }
  })
})

describe('AUTH', () => {
  it('is a protocol error where no method was agreed on [MQTT-4.12.0-7] [MQTT-4.12.0-6]', async () => {
    for (const packet of [
      { type: 'auth', reasonCode: reasonCodes.REAUTHENTICATE, properties: { authenticationMethod: 'm' } },
      { type: 'auth', reasonCode: 0 },
    ] as const) {
      const client = await TestClient.connect({ ...broker, version: 5 })
      client.raw.send(packet)
      assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
      await client.untilClosed()
    }
  })
})

describe('AUTH has its own reason codes only [MQTT-3.15.2-1]', () => {
  it('for whoever reads and writes it', () => {
    for (let code = 0; code < 256; code++) {
      const bytes = Uint8Array.from([0xf0, 6, code, 4, 0x15, 0, 1, 0x6d])
      const isListed = code === 0 || code === 0x18 || code === 0x19
      if (isListed) assert.equal(decode(bytes, 0, bytes.length, 5).type, 'auth')
      else assert.throws(() => decode(bytes, 0, bytes.length, 5), /MQTT-3\.15\.2-1/)
    }
  })
})
