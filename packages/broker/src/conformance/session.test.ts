import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Connect, type ProtocolVersion, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

/** CONNECT of a client whose session outlasts the connection. */
function lasting(version: ProtocolVersion, clientId: string, sessionExpirySeconds = 60): Partial<Connect> {
  return { clientId, clean: false, ...(version === 5 ? { properties: { sessionExpirySeconds } } : {}) }
}

for (const { version, name } of protocols) {
  describe(`a session in ${name}`, () => {
    it('that is kept goes on with its filters, and CONNACK says so [MQTT-3.1.2-5, -23] [MQTT-3.2.2-3] [3.1.1:MQTT-3.1.2-4] [3.1.1:MQTT-3.2.2-2] [3.1:3.1f]', async () => {
      const fields = lasting(version, `kept-${version}`)
      const first = await TestClient.connect({ ...broker, version, ...fields })
      await first.subscribe(`s/${version}`)
      await first.lose()
      const second = await TestClient.open({ ...broker, version })
      const { sessionPresent } = await second.signIn(fields)
      // 3.1 has no room for it.
      assert.equal(sessionPresent, version !== 3)
      second.publish(`s/${version}`, 'text')
      assert.deepEqual(await second.nextMessages(1), [`s/${version} text`])
      await second.lose()
    })

    it('that is not there begins anew, and CONNACK says so [MQTT-3.1.2-6] [MQTT-3.2.2-3] [3.1.1:MQTT-3.1.2-4] [3.1.1:MQTT-3.2.2-3]', async () => {
      const client = await TestClient.open({ ...broker, version })
      const connack = await client.signIn(lasting(version, `new-${version}`))
      assert.deepEqual([connack.reasonCode, connack.sessionPresent], [0, false])
      await client.lose()
    })

    it('is thrown away by a clean start, and CONNACK says so [MQTT-3.1.2-4] [MQTT-3.1.4-4] [MQTT-3.2.2-2] [3.1.1:MQTT-3.1.2-6] [3.1.1:MQTT-3.1.4-3] [3.1.1:MQTT-3.2.2-1]', async () => {
      const fields = lasting(version, `clean-${version}`)
      const first = await TestClient.connect({ ...broker, version, ...fields })
      await first.subscribe('#')
      await first.lose()
      const second = await TestClient.open({ ...broker, version })
      assert.equal((await second.signIn({ ...fields, clean: true })).sessionPresent, false)
      second.publish('s', 'text')
      await second.ping()
      assert.deepEqual(second.messages(), [])
      await second.lose()
    })

    it('is thrown away by a clean start while its connection is open, too [MQTT-3.1.2-4] [3.1.1:MQTT-3.1.2-6]', async () => {
      const fields = lasting(version, `open-${version}`)
      const first = await TestClient.connect({ ...broker, version, ...fields })
      await first.subscribe('#')
      const second = await TestClient.open({ ...broker, version })
      assert.equal((await second.signIn({ ...fields, clean: true })).sessionPresent, false)
      second.publish('s', 'text')
      await second.ping()
      assert.deepEqual(second.messages(), [])
      await second.lose()
    })

    it('that was clean ends with its connection [3.1.1:MQTT-3.1.2-6]', async () => {
      const clientId = `ended-${version}`
      const first = await TestClient.connect({ ...broker, version, clientId })
      await first.subscribe('#')
      await first.lose()
      const second = await TestClient.open({ ...broker, version })
      assert.equal((await second.signIn({ ...lasting(version, clientId) })).sessionPresent, false)
      second.publish('s', 'text')
      await second.ping()
      assert.deepEqual(second.messages(), [])
      await second.lose()
    })

    it('belongs to its client id [MQTT-3.1.3-2]', async () => {
      const mine = lasting(version, `mine-${version}`)
      const yours = lasting(version, `yours-${version}`)
      for (const [fields, filter] of [
        [mine, 'x/mine'],
        [yours, 'x/yours'],
      ] as const) {
        const client = await TestClient.connect({ ...broker, version, ...fields })
        await client.subscribe(filter)
        await client.lose()
      }
      const client = await TestClient.connect({ ...broker, version, ...mine })
      client.publish('x/yours', '')
      client.publish('x/mine', '')
      await client.ping()
      assert.deepEqual(client.messages(), ['x/mine '])
      await client.lose()
    })

    it('is taken over with its filters while its connection is open [MQTT-3.1.2-5] [3.1.1:MQTT-3.1.2-4]', async () => {
      const fields = lasting(version, `over-${version}`)
      const older = await TestClient.connect({ ...broker, version, ...fields })
      await older.subscribe('over')
      const newer = await TestClient.connect({ ...broker, version, ...fields })
      newer.publish('over', 'text')
      assert.deepEqual(await newer.nextMessages(1), ['over text'])
      if (version === 5) await older.next('disconnect')
      await older.untilClosed()
      await assert.rejects(older.raw.next(1), /closed/)
      await newer.lose()
    })

    it('holds the packet identifiers of QoS 2 that are not released [MQTT-4.3.3-10] [3.1.1:MQTT-4.3.3-2]', async () => {
      const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
      await watcher.subscribe('two')
      const fields = lasting(version, `two-${version}`)
      for (const dup of [false, true]) {
        const client = await TestClient.connect({ ...broker, version, ...fields })
        client.publish('two', 'once', { qos: 2, packetId: 5, dup })
        await client.next('pubrec')
        await client.lose()
      }
      await watcher.ping()
      assert.deepEqual(watcher.messages(), ['two once'])
      await watcher.lose()
    })
  })
}

describe('a session and time', { concurrency: true }, () => {
  it('lasts as long as the connection, whatever its expiry [MQTT-4.1.0-1] [3.1.1:MQTT-4.1.0-2]', async () => {
    const clients = await Promise.all(
      protocols.map(({ version }) =>
        TestClient.connect({ ...broker, version, ...lasting(version, `lasts-${version}`, 1) }),
      ),
    )
    for (const client of clients) await client.subscribe('lasts')
    await wait(2_500)
    for (const client of clients) {
      broker.broker.publish('lasts', Buffer.from('text'))
      for (const each of clients) assert.deepEqual(await each.nextMessages(1), ['lasts text'])
      await client.ping()
    }
    for (const client of clients) await client.lose()
  })

  const isPresent = async (clientId: string) => {
    const client = await TestClient.open({ ...broker, version: 5 })
    const { sessionPresent } = await client.signIn({ clientId, clean: false })
    await client.lose()
    return sessionPresent
  }

  it('without an expiry ends with its connection, even if it was not clean [MQTT-4.1.0-2]', async () => {
    for (const properties of [{}, { sessionExpirySeconds: 0 }]) {
      const client = await TestClient.connect({
        ...broker,
        version: 5,
        clientId: 'a',
        clean: false,
        properties,
      })
      await client.lose()
      assert.equal(await isPresent('a'), false)
    }
  })

  it('ends when its expiry has passed, not before [MQTT-4.1.0-2] [MQTT-3.1.2-23]', async () => {
    for (const [clientId, sessionExpirySeconds] of [
      ['short', 1],
      ['long', 60],
    ] as const) {
      const properties = { sessionExpirySeconds }
      const client = await TestClient.connect({ ...broker, version: 5, clientId, properties })
      await client.lose()
    }
    await wait(3_500)
    assert.deepEqual([await isPresent('short'), await isPresent('long')], [false, true])
  })

  it('may be given another expiry by DISCONNECT, but none if it had none', async () => {
    const properties = { sessionExpirySeconds: 60 }
    const ending = await TestClient.connect({ ...broker, version: 5, clientId: 'ending', properties })
    ending.raw.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpirySeconds: 0 } })
    await ending.untilClosed()
    assert.equal(await isPresent('ending'), false)
    const none = await TestClient.connect({ ...broker, version: 5, clientId: 'none' })
    none.raw.send({ type: 'disconnect', reasonCode: 0, properties })
    assert.equal((await none.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
    await none.untilClosed()
  })
})
