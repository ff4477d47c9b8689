import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

for (const { version, name } of protocols) {
  describe(`UNSUBSCRIBE in ${name}`, () => {
    it('is answered by UNSUBACK with its packet identifier, even if there is no such filter [MQTT-3.10.4-4, -5] [MQTT-2.2.1-6] [3.1.1:MQTT-2.3.1-7]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      for (const packetId of [1, 255, 256, 65_535]) {
        const unsuback = await unsubscribe(client, ['never'], packetId)
        assert.equal(unsuback.packetId, packetId)
      }
      await client.lose()
    })

    it('ends the filter that is the same character by character, and no other [MQTT-3.10.4-1, -2]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('a/+', 'b/é', 'c/#')
      await unsubscribe(client, ['a/b', 'a/#', '+/+', '#', 'b/e\u0301', 'B/é', 'c', 'c/+', 'c/#/', ' c/#'])
      const publish = async () => {
        for (const topic of ['a/b', 'b/é', 'c']) client.publish(topic, '')
        await client.ping()
        return client.messages()
      }
      assert.deepEqual(await publish(), ['a/b ', 'b/é ', 'c '])
      await unsubscribe(client, ['a/+'])
      assert.deepEqual(await publish(), ['b/é ', 'c '])
      await unsubscribe(client, ['c/#'])
      assert.deepEqual(await publish(), ['b/é '])
      await client.lose()
    })

    it('of several filters has one answer [MQTT-3.10.4-6]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe('a', 'b', 'c')
      await unsubscribe(client, ['a', 'never', 'b', 'a'])
      for (const topic of ['a', 'b', 'c']) client.publish(topic, '')
      await client.ping()
      assert.deepEqual(client.messages(), ['c '])
      await client.lose()
    })
  })
}

describe('UNSUBACK in 5', () => {
  it('has a code for each filter, in their order [MQTT-3.11.3-1, -2]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    await client.subscribe('a', 'b', 'c')
    const none = reasonCodes.NO_SUBSCRIPTION_EXISTED
    const { reasonCodes: codes } = await unsubscribe(client, ['never', 'b', 'a', 'b', 'c'])
    assert.deepEqual(codes, [none, 0, 0, none, 0])
    await client.lose()
  })
})

function unsubscribe(client: TestClient, topicFilters: readonly string[], packetId = 1) {
  client.raw.send({ type: 'unsubscribe', packetId, topicFilters })
  return client.next('unsuback')
}
