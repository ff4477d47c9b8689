import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

describe('keep alive', { concurrency: true }, () => {
  it('ends who is silent for 1.5 times as long, and publishes the will; not who sends PINGREQ, nor who asked for none [MQTT-3.1.2-22] [3.1.1:MQTT-3.1.2-24] [3.1:3.1e]', async () => {
    const watcher = await TestClient.connect({ ...broker, clientId: 'watcher' })
    await watcher.subscribe('silent/+')
    const silent = await Promise.all(
      protocols.map(async ({ version }) => {
        const topicName = `silent/${version}`
        const will = { topicName, payload: Buffer.from('gone'), qos: 0, retain: false } as const
        const options = { ...broker, version, clientId: topicName, keepAliveSeconds: 1, will }
        return { version, since: Date.now(), client: await TestClient.connect(options) }
      }),
    )
    const talking = await TestClient.connect({ ...broker, clientId: 'talking', keepAliveSeconds: 1 })
    const pings = setInterval(() => talking.raw.send({ type: 'pingreq' }), 500)
    const free = await TestClient.connect({ ...broker, clientId: 'free', keepAliveSeconds: 0 })
    const lasted = await Promise.all(
      silent.map(async ({ version, since, client }) => {
        if (version === 5) {
          assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.KEEP_ALIVE_TIMEOUT)
        }
        await client.untilClosed()
        return Date.now() - since
      }),
    )
    clearInterval(pings)
    for (const milliseconds of lasted) assert.ok(milliseconds >= 1_500, `closed after ${milliseconds} ms`)
    const wills = protocols.map(({ version }) => `silent/${version} gone`)
    assert.deepEqual((await watcher.nextMessages(wills.length)).sort(), wills)
    for (const client of [talking, free]) await client.ping()
  })

  it('is the client’s own where CONNACK names no other [MQTT-3.2.2-22]', async () => {
    const client = await TestClient.open({ ...broker, version: 5 })
    const { properties } = await client.signIn({ keepAliveSeconds: 1 })
    assert.equal(properties?.serverKeepAliveSeconds, undefined)
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.KEEP_ALIVE_TIMEOUT)
    await client.untilClosed()
  })
})
