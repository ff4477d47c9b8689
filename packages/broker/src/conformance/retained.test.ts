import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

/** What a new subscriber is handed. */
async function kept(filter: string): Promise<string[]> {
  const client = await TestClient.connect({ ...broker, clientId: 'asks' })
  await client.subscribe(filter)
  await client.ping()
  const messages = client.messages()
  await client.lose()
  return messages.sort()
}

for (const { version, name } of protocols) {
  describe(`a retained message in ${name}`, () => {
    const topic = `kept/${version}`

    for (const qos of [0, 1, 2] as const) {
      it(`at QoS ${qos} replaces the one before [MQTT-3.3.1-5] [3.1.1:MQTT-3.3.1-7]`, async () => {
        const client = await TestClient.connect({ ...broker, version })
        for (const [index, text] of ['old', 'new'].entries()) {
          client.publish(topic, text, { retain: true, qos, ...(qos === 0 ? {} : { packetId: 1 + index }) })
        }
        await client.ping()
        assert.deepEqual(await kept(topic), [`${topic} new`])
        await client.lose()
      })
    }

    it('comes to a new subscription with RETAIN 1, one for each topic that matches [3.1.1:MQTT-3.3.1-6, -8]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      const topics = ['a', 'a/b', 'a/b/c', 'd'].map((each) => `many/${version}/${each}`)
      for (const each of topics) client.publish(each, 'text', { retain: true })
      await client.subscribe(`many/${version}/#`)
      await client.ping()
      const messages = client.received.filter((packet) => packet.type === 'publish')
      assert.deepEqual(messages.map(({ topicName }) => topicName).sort(), topics)
      assert.ok(messages.every(({ retain }) => retain))
      await client.lose()
    })

    it('comes to a subscription that stands with RETAIN 0 [MQTT-3.3.1-12] [3.1.1:MQTT-3.3.1-9]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe(`standing/${version}`)
      for (const text of ['one', '']) client.publish(`standing/${version}`, text, { retain: true })
      for (const text of ['one', '']) {
        const { retain, payload } = await client.next('publish')
        assert.deepEqual(
          { retain, text: `${payload}` },
          { retain: false, text: Buffer.from(text).toString() },
        )
      }
      await client.lose()
    })

    it('that is empty is delivered, removes the one before, and is not kept [MQTT-3.3.1-6, -7] [3.1.1:MQTT-3.3.1-10, -11]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      await client.subscribe(`empty/${version}`)
      client.publish(`empty/${version}`, 'text', { retain: true })
      client.publish(`empty/${version}`, '', { retain: true })
      await client.ping()
      assert.deepEqual(client.messages(), [`empty/${version} text`, `empty/${version} `])
      assert.deepEqual(await kept(`empty/${version}`), [])
      await client.lose()
    })

    it('stays when one without RETAIN comes [MQTT-3.3.1-8] [3.1.1:MQTT-3.3.1-12]', async () => {
      const client = await TestClient.connect({ ...broker, version })
      client.publish(`stays/${version}`, 'kept', { retain: true })
      for (const text of ['passing', '']) client.publish(`stays/${version}`, text)
      await client.ping()
      assert.deepEqual(await kept(`stays/${version}`), [`stays/${version} kept`])
      client.publish(`never/${version}`, 'passing')
      await client.ping()
      assert.deepEqual(await kept(`never/${version}`), [])
      await client.lose()
    })

    it('outlasts the session that sent it [3.1.1:MQTT-3.1.2-7]', async () => {
      const client = await TestClient.connect({ ...broker, version, clientId: 'passing' })
      client.publish(`outlasts/${version}`, 'text', { retain: true })
      await client.ping()
      await client.lose()
      const again = await TestClient.connect({ ...broker, version, clientId: 'passing' })
      await again.lose()
      assert.deepEqual(await kept(`outlasts/${version}`), [`outlasts/${version} text`])
    })

    it('does not come to a filter that begins with a wildcard if its topic begins with $ [MQTT-4.7.2-1]', async () => {
      const messages = [...(await kept('#')), ...(await kept('+/#'))]
      assert.deepEqual(
        messages.filter((message) => message.startsWith('$')),
        [],
      )
    })
  })
}

describe('a retained message in 5', () => {
  it('is not delivered after its expiry; before, with what is left of it [MQTT-3.3.2-5, -6]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    for (const [topic, messageExpirySeconds] of [
      ['expiry/2', 2],
      ['expiry/60', 60],
    ] as const) {
      client.publish(topic, 'text', { retain: true, properties: { messageExpirySeconds } })
    }
    await client.ping()
    await wait(3_100)
    await client.subscribe('expiry/+')
    await client.ping()
    const messages = client.received.filter((packet) => packet.type === 'publish')
    assert.deepEqual(
      messages.map(({ topicName }) => topicName),
      ['expiry/60'],
    )
    const left = messages[0]?.properties?.messageExpirySeconds ?? 0
    assert.ok(left >= 50 && left <= 57, `${left} s are left`)
    await client.lose()
  })
})
