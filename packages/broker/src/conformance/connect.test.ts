import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { encode, type Packet, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
const picky: AccessPolicy = {
  ...openPolicy,
  connect: async ({ username = 'nobody', password = Buffer.alloc(0) }) => {
    const identity = { key: 'open', role: 'test', name: username }
    if (`${password}` === 'right') return { identity }
    const silent = username === 'unknown'
    return {
      refused: reasonCodes.BAD_USER_NAME_OR_PASSWORD,
      reason: 'password',
      text: `Wrong. ${'x'.repeat(100)}`,
      silent,
    }
  },
}
const guarded = await serve({ policy: picky })
after(() => Promise.all([broker.close(), guarded.close()]))

const plain = { type: 'connect', clean: true, keepAliveSeconds: 0, clientId: 'plain' } as const

for (const { version, name } of protocols) {
  describe(`CONNECT in ${name}`, () => {
    it('is the first packet, or the connection ends without an answer [MQTT-3.1.0-1]', async () => {
      const client = await TestClient.open({ ...broker, version })
      client.raw.send({ type: 'pingreq' })
      await client.untilClosed()
      await assert.rejects(client.raw.next(1), /closed/)
    })

    it('comes once: a second one is a protocol error [MQTT-3.1.0-2]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.raw.send({ ...plain, protocolVersion: version })
      if (version === 5) {
        assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
      }
      await client.untilClosed()
    })

    it('takes client ids of 1 to 23 letters and digits [MQTT-3.1.3-5]', async () => {
      const all = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
      for (const clientId of ['0', all.slice(0, 23), all.slice(23, 46), all.slice(39)]) {
        const client = await TestClient.connect({ ...broker, version, clientId })
        await client.lose()
      }
    })

    it('is answered by one CONNACK, before anything else [MQTT-3.1.4-5] [3.1.1:MQTT-3.1.4-4] [MQTT-3.2.0-1, -2]', async () => {
      const client = await TestClient.open({ ...guarded, version })
      const connect = { ...plain, protocolVersion: version, username: 'u', password: Buffer.from('right') }
      sendTogether(client, [connect, subscribeTo('first'), publishTo('first')])
      await client.ping()
      assert.deepEqual(
        client.received.map(({ type }) => type),
        ['connack', 'suback', 'publish'],
      )
      assert.equal((await client.next('connack')).reasonCode, 0)
      await client.lose()
    })

    it('that is refused is answered with the reason, then the connection ends [MQTT-3.1.4-2] [MQTT-3.2.2-7] [3.1.1:MQTT-3.2.2-5] [MQTT-4.13.2-1]', async () => {
      const client = await TestClient.open({ ...guarded, version })
      const connack = await client.signIn({ username: 'u', password: Buffer.from('wrong') })
      assert.equal(connack.reasonCode, version === 5 ? reasonCodes.BAD_USER_NAME_OR_PASSWORD : 4)
      await client.untilClosed()
    })

    it('that is refused does not tell of a session [MQTT-3.2.2-6] [3.1.1:MQTT-3.2.2-4]', async () => {
      const signIn = { clientId: `refused-${version}`, clean: false, username: 'u' }
      const properties = version === 5 ? { properties: { sessionExpirySeconds: 60 } } : {}
      const right = { ...signIn, ...properties, password: Buffer.from('right') }
      await (await TestClient.connect({ ...guarded, version, ...right })).lose()
      const refused = await TestClient.open({ ...guarded, version })
      const { sessionPresent } = await refused.signIn({ ...signIn, password: Buffer.from('wrong') })
      assert.equal(sessionPresent, false)
      const accepted = await TestClient.open({ ...guarded, version })
      if (version > 3) assert.equal((await accepted.signIn(right)).sessionPresent, true)
    })

    it('that is refused hides what follows it [MQTT-3.1.4-6] [3.1.1:MQTT-3.1.4-5]', async () => {
      const watcher = await TestClient.connect({ ...guarded, username: 'w', password: Buffer.from('right') })
      await watcher.subscribe('behind')
      const client = await TestClient.open({ ...guarded, version })
      const connect = { ...plain, protocolVersion: version, username: 'u', password: Buffer.from('wrong') }
      sendTogether(client, [connect, publishTo('behind')])
      assert.notEqual((await client.next('connack')).reasonCode, 0)
      await client.untilClosed()
      await watcher.ping()
      assert.deepEqual(watcher.messages(), [])
      await watcher.lose()
    })

    it('for which there is no return code ends without a CONNACK [3.1.1:MQTT-3.2.2-6]', async () => {
      const client = await TestClient.open({ ...guarded, version })
      client.raw.send({ ...plain, protocolVersion: version, username: 'unknown' })
      await client.untilClosed()
      await assert.rejects(client.raw.next(1), /closed/)
    })

    it('with a client id that is too long is refused [MQTT-3.1.3-8] [3.1.1:MQTT-3.1.3-9]', async () => {
      const client = await TestClient.open({ ...broker, version })
      const { reasonCode } = await client.signIn({ clientId: 'x'.repeat(257) })
      assert.equal(reasonCode, version === 5 ? reasonCodes.CLIENT_IDENTIFIER_NOT_VALID : 2)
      await client.untilClosed()
    })

    it('ends an older connection of the same client id [MQTT-3.1.4-3] [3.1.1:MQTT-3.1.4-2] [3.1:3.1d]', async () => {
      const older = await TestClient.connect({ ...broker, version, clientId: 'same' })
      const newer = await TestClient.connect({ ...broker, version, clientId: 'same' })
      if (version === 5) {
        assert.equal((await older.next('disconnect')).reasonCode, reasonCodes.SESSION_TAKEN_OVER)
      }
      await older.untilClosed()
      await newer.ping()
      await newer.lose()
    })

    it('is answered by a byte of flags that is 0 or 1, and a code [MQTT-3.2.2-1] [3.1:3.2]', async () => {
      const { raw } = await TestClient.open({ ...broker, version })
      const bytes = new Promise<Buffer>((resolve) => raw.socket.once('data', resolve))
      raw.send({ ...plain, protocolVersion: version })
      const [type, , flags, code] = await bytes
      assert.deepEqual({ type, flags, code }, { type: 0x20, flags: 0, code: 0 })
    })
  })
}

describe('CONNECT of a version that is not served', () => {
  it('such as MQTT 6 is answered with 0x84, then the connection ends [MQTT-3.1.2-2]', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    client.raw.sendBytes(Buffer.from('100d00044d51545406020000000161', 'hex'))
    assert.equal((await client.next('connack')).reasonCode, reasonCodes.UNSUPPORTED_PROTOCOL_VERSION)
    await client.untilClosed()
  })

  for (const [what, hex] of [
    ['MQIsdp 4', '100f00064d514973647004020000000161'],
    ['MQTT 3', '100d00044d51545403020000000161'],
  ] as const) {
    it(`such as ${what} is answered with 1, then the connection ends [3.1.1:MQTT-3.1.2-2] [3.1:3.1a]`, async () => {
      const client = await TestClient.open(broker)
      client.raw.sendBytes(Buffer.from(hex, 'hex'))
      assert.equal((await client.next('connack')).reasonCode, 1)
      await client.untilClosed()
    })
  }
})

describe('an empty client id', () => {
  for (const { version, name } of protocols.slice(1)) {
    it(`gets one that nobody else has, in ${name} [MQTT-3.1.3-6]`, async () => {
      const first = await TestClient.connect({ ...broker, version, clientId: '' })
      const second = await TestClient.connect({ ...broker, version, clientId: '' })
      for (const client of [first, second]) {
        await client.ping()
        await client.lose()
      }
    })
  }

  it('is named in CONNACK in 5 and counts like one the client chose [MQTT-3.1.3-7] [MQTT-3.2.2-16]', async () => {
    const properties = { sessionExpirySeconds: 60 }
    const first = await TestClient.open({ ...broker, version: 5 })
    const { properties: told } = await first.signIn({ clientId: '', properties })
    const clientId = told?.assignedClientId ?? ''
    assert.match(clientId, /./)
    await first.subscribe('assigned')
    const other = await TestClient.open({ ...broker, version: 5 })
    assert.notEqual((await other.signIn({ clientId: '' })).properties?.assignedClientId, clientId)
    await first.lose()
    const again = await TestClient.open({ ...broker, version: 5 })
    const connack = await again.signIn({ clientId, clean: false, properties })
    assert.deepEqual([connack.reasonCode, connack.sessionPresent], [0, true])
    assert.equal(connack.properties?.assignedClientId, undefined)
    other.publish('assigned', 'text')
    assert.deepEqual(await again.nextMessages(1), ['assigned text'])
  })

  it('is refused in 3.1, which knows none [3.1:3.1g]', async () => {
    const client = await TestClient.open({ ...broker, version: 3 })
    assert.equal((await client.signIn({ clientId: '' })).reasonCode, 2)
    await client.untilClosed()
  })

  it('needs a clean session in 3.1.1: otherwise code 2, and the end [3.1.1:MQTT-3.1.3-8]', async () => {
    const client = await TestClient.open(broker)
    assert.equal((await client.signIn({ clientId: '', clean: false })).reasonCode, 2)
    await client.untilClosed()
  })
})

describe('a client id of more than 23 characters', () => {
  it('is taken in 3.1, too [3.1:3.1h]', async () => {
    const client = await TestClient.connect({ ...broker, version: 3, clientId: 'x'.repeat(24) })
    await client.ping()
    await client.lose()
  })
})

describe('CONNACK of 5', () => {
  it('has no Response Information, whether asked for or not [MQTT-3.1.2-28]', async () => {
    for (const properties of [
      {},
      { requestResponseInformation: 0 },
      { requestResponseInformation: 1 },
    ] as const) {
      const client = await TestClient.open({ ...broker, version: 5 })
      const connack = await client.signIn({ properties })
      assert.equal(connack.properties?.responseInformation, undefined)
      await client.lose()
    }
  })

  it('has no authentication method for who named none [MQTT-4.12.0-6]', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    const { properties } = await client.signIn({})
    assert.equal(properties?.authenticationMethod, undefined)
    assert.equal(properties?.authenticationData, undefined)
    await client.lose()
  })

  it('refuses an authentication method, and the connection ends [MQTT-4.12.0-1]', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    const properties = { authenticationMethod: 'SCRAM-SHA-1', authenticationData: Buffer.from('n,,n=u') }
    assert.equal((await client.signIn({ properties })).reasonCode, reasonCodes.BAD_AUTHENTICATION_METHOD)
    await client.untilClosed()
  })

  it('has a reason code that is listed for it, whatever the policy says [MQTT-3.2.2-8]', async (t) => {
    let refused: (typeof reasonCodes)[keyof typeof reasonCodes] = reasonCodes.UNSPECIFIED_ERROR
    const policy = { ...openPolicy, connect: () => ({ refused, reason: 'test', text: 'Not today.' }) }
    const changing = await serve({ policy })
    t.after(() => changing.close())
    for (const code of new Set(Object.values(reasonCodes))) {
      if (code < 0x80) continue
      refused = code
      const client = await TestClient.open({ ...changing, version: 5 })
      const connack = await client.signIn({})
      assert.ok(connack.reasonCode >= 0x80)
      await client.untilClosed()
    }
  })

  it('leaves out its Reason String when that does not fit [MQTT-3.2.2-19]', async () => {
    for (const [packetBytesMax, isTold] of [
      [200, true],
      [60, false],
    ] as const) {
      const client = await TestClient.open({ ...guarded, version: 5 })
      const { reasonCode, properties } = await client.signIn({ properties: { packetBytesMax } })
      assert.equal(reasonCode, reasonCodes.BAD_USER_NAME_OR_PASSWORD)
      assert.equal(properties?.reasonString !== undefined, isTold)
      await client.untilClosed()
    }
  })
})

function subscribeTo(topicFilter: string) {
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return { type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] } as const
}

function publishTo(topicName: string) {
  const payload = Buffer.from('text')
  return { type: 'publish', dup: false, qos: 0, retain: false, topicName, payload } as const
}

/** In one chunk, so that the server has the last when it begins with the first. */
function sendTogether({ raw }: TestClient, packets: readonly Packet[]): void {
  raw.sendBytes(Buffer.concat(packets.map((packet) => encode(packet, raw.protocolVersion))))
}
