import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'

it('PUBACK and PUBREC that refuse say why (3.4.2.2.2, 3.5.2.2.2)', async (t) => {
  const refusal = { refused: reasonCodes.NOT_AUTHORIZED, reason: 'test', text: 'Not there.' } as const
  const broker = await serve({ policy: { ...openPolicy, publish: () => refusal } })
  t.after(() => broker.close())
  const client = await TestClient.connect({ ...broker, version: 5 })
  client.publish('a', '', { qos: 1, packetId: 1 })
  assert.equal((await client.next('puback')).properties?.reasonString, 'Not there.')
  client.publish('a', '', { qos: 2, packetId: 1 })
  assert.equal((await client.next('pubrec')).properties?.reasonString, 'Not there.')
})

const broker = await serve()
after(() => broker.close())

describe('PUBLISH in 5', () => {
  it('must not bring a subscription identifier [MQTT-3.3.4-6]', async () => {
    for (const qos of [0, 1, 2] as const) {
      const client = await TestClient.connect({ ...broker, version: 5 })
      const packetId = qos === 0 ? {} : { packetId: 1 }
      client.publish('a', '', { qos, ...packetId, properties: { subscriptionIdentifiers: [1] } })
      assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
      await client.untilClosed()
    }
  })
})
