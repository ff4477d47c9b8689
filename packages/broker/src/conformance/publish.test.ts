import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
const closed = await serve({
  policy: {
    ...openPolicy,
    publish: (_, topic) =>
      topic === 'forbidden'
        ? { refused: reasonCodes.NOT_AUTHORIZED, reason: 'test', text: 'Not there.' }
        : { topic, payloadBytesMax: Infinity, mayRetain: true },
  },
})
after(() => Promise.all([broker.close(), closed.close()]))

for (const { version, name } of protocols) {
  describe(`PUBLISH in ${name}`, () => {
    it('is delivered at QoS 0 without DUP and packet identifier, however it came [MQTT-4.3.1-1] [MQTT-3.3.1-2, -3] [MQTT-2.2.1-2] [3.1.1:MQTT-2.3.1-5]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe({ topicFilter: 'a', qos: 2 })
      client.publish('a', 'zero')
      client.publish('a', 'one', { qos: 1, packetId: 1, dup: true })
      client.publish('a', 'two', { qos: 2, packetId: 2, dup: true })
      await client.ping()
      const messages = client.received.filter((packet) => packet.type === 'publish')
      assert.equal(messages.length, 3)
      for (const { qos, dup, packetId } of messages) {
        assert.deepEqual({ qos, dup, packetId }, { qos: 0, dup: false, packetId: undefined })
      }
      await client.lose()
    })

    it('is delivered at the lower of two QoS, which is 0 [MQTT-3.8.4-8] [3.1.1:MQTT-3.8.4-6]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe({ topicFilter: 'low/0', qos: 0 }, { topicFilter: 'low/2', qos: 2 })
      client.publish('low/0', '', { qos: 1, packetId: 1 })
      client.publish('low/2', '', { qos: 1, packetId: 2 })
      await client.ping()
      const delivered = client.received.filter((packet) => packet.type === 'publish')
      assert.deepEqual(
        delivered.map(({ qos }) => qos),
        [0, 0],
      )
      await client.lose()
    })

    it('at QoS 0, 1 and 2 is answered by nothing, PUBACK and PUBREC [MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.3-8] [3.1.1:MQTT-4.3.2-2]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.publish('a', '')
      client.publish('a', '', { qos: 1, packetId: 1 })
      client.publish('a', '', { qos: 2, packetId: 2 })
      await client.ping()
      assert.deepEqual(
        client.received.map(({ type }) => type),
        ['puback', 'pubrec'],
      )
      await client.lose()
    })

    it('is answered with its own packet identifier, to the end [MQTT-2.2.1-5] [3.1.1:MQTT-2.3.1-6] [MQTT-4.3.3-11]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      for (const packetId of [1, 255, 256, 65_535]) {
        client.publish('a', '', { qos: 1, packetId })
        assert.equal((await client.next('puback')).packetId, packetId)
        client.publish('a', '', { qos: 2, packetId })
        assert.equal((await client.next('pubrec')).packetId, packetId)
        client.raw.send({ type: 'pubrel', packetId, reasonCode: 0 })
        assert.equal((await client.next('pubcomp')).packetId, packetId)
      }
      await client.lose()
    })

    it('at QoS 1 is a new message each time, whatever DUP says [MQTT-4.3.2-5]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('again')
      for (const [text, dup] of [
        ['1', false],
        ['2', true],
        ['3', false],
      ] as const) {
        client.publish('again', text, { qos: 1, packetId: 7, dup })
      }
      await client.ping()
      assert.deepEqual(client.messages(), ['again 1', 'again 2', 'again 3'])
      await client.lose()
    })

    it('at QoS 2 is delivered once until PUBREL, and is a new message after it [MQTT-4.3.3-10, -12] [3.1.1:MQTT-4.3.3-2]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('once')
      client.publish('once', 'first', { qos: 2, packetId: 7 })
      for (let times = 0; times < 3; times++) {
        client.publish('once', 'first', { qos: 2, packetId: 7, dup: true })
      }
      client.raw.send({ type: 'pubrel', packetId: 7, reasonCode: 0 })
      client.publish('once', 'second', { qos: 2, packetId: 7 })
      client.raw.send({ type: 'pubrel', packetId: 7, reasonCode: 0 })
      await client.ping()
      const answers = client.received.filter(({ type }) => type !== 'publish')
      assert.deepEqual(
        answers.map(({ type }) => type),
        ['pubrec', 'pubrec', 'pubrec', 'pubrec', 'pubcomp', 'pubrec', 'pubcomp'],
      )
      assert.deepEqual(client.messages(), ['once first', 'once second'])
      await client.lose()
    })

    it('PUBREL of an unknown packet identifier is answered by PUBCOMP all the same', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.raw.send({ type: 'pubrel', packetId: 99, reasonCode: 0 })
      const { packetId, reasonCode } = await client.next('pubcomp')
      const expected = version === 5 ? reasonCodes.PACKET_IDENTIFIER_NOT_FOUND : 0
      assert.deepEqual({ packetId, reasonCode }, { packetId: 99, reasonCode: expected })
      await client.lose()
    })

    it('to the topics of one client keeps its order, at every QoS [MQTT-4.6.0-5, -6] [3.1.1:MQTT-4.6.0-5, -6]', async () => {
      const sender = await TestClient.connect({ ...broker, version, clientId: 'sender' })
      const receiver = await TestClient.connect({ ...broker, version, clientId: 'receiver' })
      await receiver.subscribe('order/+')
      for (let index = 0; index < 300; index++) {
        const qos = (index % 3) as 0 | 1 | 2
        sender.publish(`order/${index % 2}`, `${index}`, qos === 0 ? {} : { qos, packetId: index })
      }
      const texts = (await receiver.nextMessages(300)).map((message) => message.split(' ')[1])
      assert.deepEqual(
        texts,
        Array.from({ length: 300 }, (_, index) => `${index}`),
      )
      await sender.lose()
      await receiver.lose()
    })
  })

  describe(`a PUBLISH that is not allowed, in ${name}`, () => {
    if (version === 5) return
    it('is acknowledged all the same, and goes to nobody [3.1.1:MQTT-3.3.5-2] [3.1:3.3]', async () => {
      const client = await TestClient.connect({ ...closed, version })
      await client.subscribe('#')
      client.publish('forbidden', '')
      client.publish('forbidden', '', { qos: 1, packetId: 1 })
      client.publish('forbidden', '', { qos: 2, packetId: 2 })
      client.raw.send({ type: 'pubrel', packetId: 2, reasonCode: 0 })
      await client.ping()
      assert.deepEqual(
        client.received.map(({ type }) => type),
        ['puback', 'pubrec', 'pubcomp'],
      )
      await client.lose()
    })
  })
}

describe('PUBLISH in 5', () => {
  it('that is refused says why, and frees its packet identifier [MQTT-4.3.3-9]', async () => {
    const client = await TestClient.connect({ ...closed, version: 5 })
    await client.subscribe('#')
    client.publish('forbidden', '', { qos: 1, packetId: 1 })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.NOT_AUTHORIZED)
    client.publish('forbidden', '', { qos: 2, packetId: 1 })
    assert.equal((await client.next('pubrec')).reasonCode, reasonCodes.NOT_AUTHORIZED)
    client.publish('allowed', 'new', { qos: 2, packetId: 1 })
    assert.deepEqual(await client.nextMessages(1), ['allowed new'])
    assert.equal((await client.next('pubrec')).reasonCode, 0)
    await client.lose()
  })

  it('is answered with a reason code that is listed, whatever the policy says [MQTT-3.4.2-1] [MQTT-3.5.2-1]', async (t) => {
    let refused: (typeof reasonCodes)[keyof typeof reasonCodes] = reasonCodes.UNSPECIFIED_ERROR
    const policy = { ...openPolicy, publish: () => ({ refused, reason: 'test', text: 'Not today.' }) }
    const changing = await serve({ policy })
    t.after(() => changing.close())
    const client = await TestClient.connect({ ...changing, version: 5 })
    for (const code of new Set(Object.values(reasonCodes))) {
      if (code < 0x80) continue
      refused = code
      client.publish(`${code}`, '', { qos: 1, packetId: 1 })
      assert.ok((await client.next('puback')).reasonCode >= 0x80)
      client.publish(`${code}`, '', { qos: 2, packetId: 1 })
      assert.ok((await client.next('pubrec')).reasonCode >= 0x80)
    }
  })

  it('PUBCOMP has a reason code that is listed for it [MQTT-3.7.2-1]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    client.publish('a', '', { qos: 2, packetId: 1 })
    await client.next('pubrec')
    const codes: number[] = []
    for (let times = 0; times < 2; times++) {
      client.raw.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
      codes.push((await client.next('pubcomp')).reasonCode)
    }
    assert.deepEqual(codes, [0, reasonCodes.PACKET_IDENTIFIER_NOT_FOUND])
    await client.lose()
  })

  it('at QoS 2 finishes its handshake after the message has expired [MQTT-4.3.3-13]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    client.publish('a', '', { qos: 2, packetId: 1, properties: { messageExpirySeconds: 0 } })
    assert.equal((await client.next('pubrec')).reasonCode < 0x80, true)
    client.raw.send({ type: 'pubrel', packetId: 1, reasonCode: 0 })
    assert.equal((await client.next('pubcomp')).reasonCode, 0)
    await client.lose()
  })

  it('beyond Receive Maximum ends the connection with 0x93 [MQTT-3.3.4-7]', async (t) => {
    const narrow = await serve({ limits: { receiveMax: 2 } })
    t.after(() => narrow.close())
    const client = await TestClient.open({ ...narrow, version: 5 })
    assert.equal((await client.signIn({})).properties?.receiveMax, 2)
    for (const packetId of [1, 2]) {
      client.publish('a', '', { qos: 2, packetId })
      await client.next('pubrec')
    }
    client.publish('a', '', { qos: 1, packetId: 9 })
    await client.next('puback')
    client.publish('a', '', { qos: 2, packetId: 3 })
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.RECEIVE_MAXIMUM_EXCEEDED)
    await client.untilClosed()
  })

  it('larger than the server takes ends the connection with 0x95 [MQTT-3.2.2-15]', async (t) => {
    const narrow = await serve({ limits: { packetBytesMax: 1_000 } })
    t.after(() => narrow.close())
    const client = await TestClient.open({ ...narrow, version: 5 })
    assert.equal((await client.signIn({})).properties?.packetBytesMax, 1_000)
    await client.subscribe('a')
    client.publish('a', 'x'.repeat(1_000 - 7))
    assert.equal((await client.nextMessages(1)).length, 1)
    client.publish('a', 'x'.repeat(1_000 - 6))
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PACKET_TOO_LARGE)
    await client.untilClosed()
  })
})
