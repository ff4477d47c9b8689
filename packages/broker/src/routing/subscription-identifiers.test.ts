import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

async function subscribe(client: TestClient, topicFilter: string, identifier?: number): Promise<void> {
  client.raw.send({
    type: 'subscribe',
    packetId: 7,
    subscriptions: [{ topicFilter, qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    ...(identifier === undefined ? {} : { properties: { subscriptionIdentifiers: [identifier] } }),
  })
  assert.deepEqual((await client.next('suback')).reasonCodes, [0])
}

describe('subscription identifiers', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  before(async () => {
    broker = await serve()
  })
  after(() => broker.close())

  const identifiersOf = async (client: TestClient) =>
    [...((await client.next('publish')).properties?.subscriptionIdentifiers ?? [])].sort()

  it('come with every message of their subscription, all of them in one copy [MQTT-3.3.4-3] [MQTT-3.3.4-4]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'several' })
    await subscribe(client, 'id/#', 1)
    await subscribe(client, 'id/+', 268_435_455)
    await subscribe(client, 'id/plain')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    sender.publish('id/plain', 'from 3.1.1')
    assert.deepEqual(await identifiersOf(client), [1, 268_435_455])
    sender.publish('id/a/b', 'one matches')
    assert.deepEqual(await identifiersOf(client), [1])
    client.publish('id/x', 'with properties', {
      qos: 1,
      packetId: 3,
      properties: { contentType: 'text/plain' },
    })
    const { properties } = await client.next('publish')
    assert.equal(properties?.contentType, 'text/plain')
    assert.equal(properties?.subscriptionIdentifiers?.length, 2)
    await client.lose()
    await sender.lose()
  })

  it('are replaced with the subscription, and left out again [MQTT-3.8.4-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'replace' })
    await subscribe(client, 'replace', 5)
    await subscribe(client, 'replace', 6)
    client.publish('replace', '')
    assert.deepEqual(await identifiersOf(client), [6])
    await subscribe(client, 'replace')
    client.publish('replace', '')
    assert.deepEqual(await identifiersOf(client), [])
    await client.lose()
  })

  it('belong to the session and survive it (4.1)', async () => {
    const session = {
      version: 5,
      clientId: 'kept',
      clean: false,
      properties: { sessionExpirySeconds: 100 },
    } as const
    const first = await TestClient.connect({ ...broker, ...session })
    await subscribe(first, 'kept', 9)
    await first.lose()
    const second = await TestClient.connect({ ...broker, ...session })
    second.publish('kept', '')
    assert.deepEqual(await identifiersOf(second), [9])
    await second.lose()
  })
})
