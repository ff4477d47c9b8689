import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Publish, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

const broker = await serve()
after(() => broker.close())

const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

describe('a shared and an ordinary subscription of one client', () => {
  it('bring a copy each, with its own subscription identifier, at the QoS granted [MQTT-3.3.4-5] [MQTT-4.8.2-3]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    for (const [topicFilter, identifier] of [
      ['both/+', 1],
      ['$share/group/both/+', 2],
      ['both/#', 3],
    ] as const) {
      const properties = { subscriptionIdentifiers: [identifier] }
      client.raw.send({
        type: 'subscribe',
        packetId: 1,
        subscriptions: [{ ...options, topicFilter }],
        properties,
      })
      assert.deepEqual((await client.next('suback')).reasonCodes, [0])
    }
    client.publish('both/1', 'text', { qos: 2, packetId: 1 })
    const copies: Publish[] = []
    while (copies.length < 2) copies.push(await client.next('publish'))
    assert.deepEqual(
      copies.map(({ qos }) => qos),
      [0, 0],
    )
    const identifiers = copies.map(({ properties }) =>
      [...(properties?.subscriptionIdentifiers ?? [])].sort(),
    )
    assert.deepEqual(identifiers.sort(), [[1, 3], [2]])
    await client.lose()
  })
})

describe('shared subscriptions', () => {
  it('give each message to one member only, which may be the sender [MQTT-4.8.2-1]', async () => {
    const members = await Promise.all(
      [1, 2].map((number) => TestClient.connect({ ...broker, version: 5, clientId: `member-${number}` })),
    )
    for (const member of members) await member.subscribe('$share/group/one/+')
    for (let index = 0; index < 20; index++) members[0]?.publish(`one/${index}`, '')
    await members[0]?.ping()
    await members[1]?.ping()
    const all = members.flatMap((member) => member.messages())
    assert.equal(all.length, 20)
    assert.equal(new Set(all).size, 20)
    for (const member of members) await member.lose()
  })

  it('end with UNSUBSCRIBE of the same text [MQTT-3.10.4-1]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('$share/group/end')
    const none = reasonCodes.NO_SUBSCRIPTION_EXISTED
    const topicFilters = ['end', '$share/other/end', '$share/group/end']
    client.raw.send({ type: 'unsubscribe', packetId: 1, topicFilters })
    assert.deepEqual((await client.next('unsuback')).reasonCodes, [none, none, 0])
    client.publish('end', '')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await client.lose()
  })
})
