import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Packet, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'

const refusal = {
  refused: reasonCodes.NOT_AUTHORIZED,
  reason: 'test',
  text: `Not there. ${'x'.repeat(200)}`,
} as const
const broker = await serve({
  policy: {
    ...openPolicy,
    publish: (_, topic) =>
      topic === 'forbidden' ? refusal : { topic, payloadBytesMax: Infinity, mayRetain: true },
    subscribe: (_, filter) => (filter === 'forbidden' ? refusal : { filter, form: '' }),
  },
})
after(() => broker.close())

/** Enough for a CONNACK, too little for a long reason. */
const packetBytesMax = 60

/** Asks for what is refused in every way there is; ends with a DISCONNECT of the server. */
async function provoke(client: TestClient): Promise<Map<Packet['type'], Packet>> {
  const { raw } = client
  client.publish('forbidden', '', { qos: 1, packetId: 1 })
  client.publish('forbidden', '', { qos: 2, packetId: 2 })
  raw.send({ type: 'pubrel', packetId: 3, reasonCode: 0 })
  raw.send({
    type: 'subscribe',
    packetId: 4,
    subscriptions: [
      { topicFilter: 'forbidden', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
    ],
  })
  raw.send({ type: 'unsubscribe', packetId: 5, topicFilters: ['never'] })
  // A second CONNECT.
  raw.send({ type: 'connect', protocolVersion: 5, clean: true, keepAliveSeconds: 0, clientId: '' })
  const answers = new Map<Packet['type'], Packet>()
  for (const type of ['puback', 'pubrec', 'pubcomp', 'suback', 'unsuback', 'disconnect'] as const) {
    answers.set(type, await client.next(type))
  }
  await client.untilClosed()
  return answers
}

describe('Maximum Packet Size of a client', () => {
  it('is kept to by every answer: reasons are left out rather than answers [MQTT-3.1.2-24] [MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.7.2-2] [MQTT-3.9.2-1] [MQTT-3.11.2-1] [MQTT-3.14.2-3]', async () => {
    const free = await provoke(await TestClient.connect({ ...broker, version: 5 }))
    assert.match(reasonOf(free.get('suback')) ?? '', /^Not there/)
    assert.match(reasonOf(free.get('disconnect')) ?? '', /second CONNECT/)
    const narrow = await TestClient.connect({ ...broker, version: 5, properties: { packetBytesMax } })
    const sizes: number[] = []
    narrow.raw.socket.prependListener('data', (bytes) => void sizes.push(bytes.length))
    const answers = await provoke(narrow)
    for (const [type, answer] of answers) {
      assert.ok((reasonOf(answer)?.length ?? 0) < packetBytesMax, type)
    }
    assert.equal(reasonOf(answers.get('suback')), undefined)
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= answers.size * packetBytesMax)
  })

  it('is kept to by messages: a larger one counts as sent, a smaller one comes [MQTT-3.1.2-25]', async () => {
    for (const from of [4, 5] as const) {
      const client = await TestClient.connect({ ...broker, version: 5, properties: { packetBytesMax } })
      await client.subscribe('size/#')
      const sender = await TestClient.connect({ ...broker, version: from, clientId: 'sender' })
      // First byte, Remaining Length, topic name with its length, property length.
      const fits = packetBytesMax - 2 - 2 - 'size/1'.length - 1
      for (const [index, size] of [1, fits, fits + 1, 3_000, 2].entries()) {
        sender.publish('size/1', 'x'.repeat(size))
        const packet = { qos: 1, packetId: index + 1 } as const
        sender.publish('size/1', 'x'.repeat(size), packet)
      }
      sender.publish('size/1', '', { qos: 2, packetId: 9, retain: true })
      await sender.ping()
      assert.equal(sender.received.length, 6, 'every one is acknowledged')
      await client.ping()
      const sizes = client.messages().map((message) => message.length - 'size/1 '.length)
      assert.deepEqual(sizes, [1, 1, fits, fits, 2, 2, 0])
      await client.lose()
      await sender.lose()
    }
  })

  it('is kept to by retained messages [MQTT-3.1.2-24, -25]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, properties: { packetBytesMax } })
    for (const size of [10, 50]) {
      const properties = { contentType: 'x'.repeat(size) }
      client.publish(`held/${size}`, 'text', { retain: true, properties })
    }
    await client.subscribe('held/+')
    await client.ping()
    assert.deepEqual(client.messages(), ['held/10 text'])
    await client.lose()
  })
})

describe('Request Problem Information 0', () => {
  it('leaves reasons to CONNACK and DISCONNECT [MQTT-3.1.2-29]', async () => {
    const properties = { requestProblemInformation: 0 } as const
    const answers = await provoke(await TestClient.connect({ ...broker, version: 5, properties }))
    for (const [type, answer] of answers) {
      if (type !== 'disconnect') assert.equal(reasonOf(answer), undefined, type)
    }
  })
})

function reasonOf(packet: Packet | undefined): string | undefined {
  return packet !== undefined && 'properties' in packet ? packet.properties?.reasonString : undefined
}
