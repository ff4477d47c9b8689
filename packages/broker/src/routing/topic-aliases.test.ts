import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

describe('topic aliases from the client', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  let receiver: TestClient
  before(async () => {
    broker = await serve({ limits: { topicAliasMax: 2 } })
    receiver = await TestClient.connect({ ...broker, clientId: 'receiver' })
    await receiver.subscribe('#')
  })
  after(() => broker.close())

  it('are offered in CONNACK (3.2.2.3.8)', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    assert.equal((await client.signIn({})).properties?.topicAliasMax, 2)
    await client.lose()
  })

  it('stand for the topic name they came with, until they come with another [MQTT-3.3.2-12]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    const alias = (topicAlias: number) => ({ properties: { topicAlias } })
    client.publish('one', '1', alias(1))
    client.publish('two', '2', alias(2))
    client.publish('', '3', alias(1))
    client.publish('', '4', { ...alias(2), qos: 1, packetId: 1 })
    client.publish('three', '5', alias(1))
    client.publish('', '6', alias(1))
    assert.deepEqual(await receiver.nextMessages(6), [
      'one 1',
      'two 2',
      'one 3',
      'two 4',
      'three 5',
      'three 6',
    ])
    await client.next('puback')
    await client.lose()
  })

  it('beyond what was offered, or never introduced, end the connection [MQTT-3.3.2-9]', async () => {
    for (const [topicName, topicAlias, code] of [
      ['one', 3, reasonCodes.TOPIC_ALIAS_INVALID],
      ['', 2, reasonCodes.PROTOCOL_ERROR],
    ] as const) {
      const client = await TestClient.connect({ ...broker, version: 5 })
      client.publish(topicName, 'x', { properties: { topicAlias } })
      assert.equal((await client.next('disconnect')).reasonCode, code)
      await client.untilClosed()
    }
  })

  it('end with the connection, whatever becomes of the session [MQTT-3.3.2-7]', async () => {
    const session = {
      version: 5,
      clientId: 'again',
      clean: false,
      properties: { sessionExpirySeconds: 100 },
    } as const
    const first = await TestClient.connect({ ...broker, ...session })
    first.publish('one', '1', { properties: { topicAlias: 1 } })
    assert.deepEqual(await receiver.nextMessages(1), ['one 1'])
    await first.lose()
    const second = await TestClient.connect({ ...broker, ...session })
    second.publish('', '2', { properties: { topicAlias: 1 } })
    assert.equal((await second.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
    await second.untilClosed()
  })
})

describe('topic aliases to the client', () => {
  it('are used as far as the client allows, each introduced once [MQTT-3.1.2-26] [MQTT-3.3.2-11]', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5, properties: { topicAliasMax: 1 } })
    await client.subscribe('#')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    for (const [topicName, text] of ['a1', 'a2', 'b3', 'a4', 'b5'].map(
      (each) => [...each] as [string, string],
    ))
      sender.publish(topicName, text)
    const got: string[] = []
    for (let index = 0; index < 5; index++) {
      const { topicName, properties, payload } = await client.next('publish')
      got.push(`${topicName}:${properties?.topicAlias ?? ''}:${Buffer.from(payload)}`)
    }
    assert.deepEqual(got, ['a:1:1', ':1:2', 'b::3', ':1:4', 'b::5'])
    await broker.close()
  })

  it('are not used towards a client that does not ask for them [MQTT-3.1.2-27]', async () => {
    const broker = await serve()
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('#')
    client.publish('a', '1', { properties: { topicAlias: 1 } })
    client.publish('', '2', { properties: { topicAlias: 1 } })
    for (const text of ['1', '2']) {
      const { topicName, properties, payload } = await client.next('publish')
      assert.deepEqual([topicName, properties, `${Buffer.from(payload)}`], ['a', undefined, text])
    }
    await broker.close()
  })

  it('are introduced again when the message that would have introduced them was dropped', async () => {
    const broker = await serve({ limits: { outboxBytesMax: 100_000 } })
    const properties = { topicAliasMax: 1, packetBytesMax: 1_000 }
    const client = await TestClient.connect({ ...broker, version: 5, properties })
    await client.subscribe('#')
    client.publish('a', 'x'.repeat(2_000))
    client.publish('a', 'small')
    client.publish('a', 'next')
    const first = await client.next('publish')
    assert.deepEqual([first.topicName, first.properties?.topicAlias], ['a', 1])
    const second = await client.next('publish')
    assert.deepEqual([second.topicName, second.properties?.topicAlias], ['', 1])
    assert.equal(broker.broker.counters().dropped_larger_than_client_accepts, 1)
    await broker.close()
  })
})
