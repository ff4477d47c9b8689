import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Publish } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

/** Everything that travels with a message, in every combination of topic name, version and QoS of the way in. */
describe('what belongs to a message reaches subscribers as it came', () => {
  const properties = {
    payloadFormatIndicator: 1,
    contentType: 'text/plain; ä',
    responseTopic: 'answers/🚗',
    correlationData: Buffer.from([0, 255, 1, 128]),
    userProperties: [
      ['b', '2'],
      ['a', '1'],
      ['b', '1'],
      ['', ''],
      ['\ufeff', '\ufeff'],
    ],
  } as const satisfies Publish['properties']

  for (const qos of [0, 1, 2] as const) {
    for (const retain of [false, true]) {
      it(`at QoS ${qos}${retain ? ', retained' : ''} [MQTT-3.3.2-4] [MQTT-3.3.2-15, -16, -17, -18, -20]`, async () => {
        const topic = `all/${qos}/${retain}`
        const client = await TestClient.connect({ ...broker, version: 5 })
        const packetId = qos === 0 ? {} : { packetId: 1 }
        if (!retain) await client.subscribe(topic)
        client.publish(topic, 'text', { qos, retain, ...packetId, properties })
        if (retain) {
          await client.ping()
          client.received = []
          await client.subscribe(topic)
        }
        const message = await client.next('publish')
        assert.equal(message.retain, retain)
        assert.deepEqual(bare(message.properties), bare(properties))
        await client.lose()
      })
    }
  }

  it('from a will, too, in its order [MQTT-3.1.3-10]', async () => {
    const watcher = await TestClient.connect({ ...broker, version: 5, clientId: 'watcher' })
    await watcher.subscribe('will')
    const will = {
      topicName: 'will',
      payload: Buffer.from('bye'),
      qos: 0,
      retain: false,
      properties,
    } as const
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'mortal', will })
    await client.lose()
    assert.deepEqual(bare((await watcher.next('publish')).properties), bare(properties))
    await watcher.lose()
  })

  it('without the properties, for subscribers of 3.1 and 3.1.1', async () => {
    const receivers = await Promise.all(
      ([3, 4] as const).map((version) => TestClient.connect({ ...broker, version, clientId: `${version}` })),
    )
    for (const receiver of receivers) await receiver.subscribe('plain')
    const sender = await TestClient.connect({ ...broker, version: 5 })
    sender.publish('plain', 'text', { properties })
    for (const receiver of receivers) {
      assert.deepEqual(await receiver.nextMessages(1), ['plain text'])
      await receiver.lose()
    }
    await sender.lose()
  })

  it('payload and topic name byte by byte: nothing is normalised [MQTT-4.7.3-4] [MQTT-1.5.4-3] [3.1.1:MQTT-1.5.3-3]', async () => {
    // é as one code point and as two, a Kelvin sign and a K, U+FEFF in front, an unassigned code point.
    const names = [
      'é',
      'e\u0301',
      '\u212a',
      'K',
      '\ufeffK',
      'k',
      'a/\u{e0fff}',
      'a//b',
      'a/b',
      '/a',
      'a ',
      'a',
    ]
    for (const { version } of protocols) {
      const client = await TestClient.connect({ ...broker, version })
      for (const name of names) {
        await client.subscribe(name)
        for (const other of names) client.publish(other, '')
        await client.ping()
        assert.deepEqual(client.messages(), [`${name} `])
        client.raw.send({ type: 'unsubscribe', packetId: 2, topicFilters: [name] })
        await client.next('unsuback')
      }
      await client.lose()
    }
  })
})

/** Comparable: deepEqual tells a Buffer from a Uint8Array. */
function bare(properties: Publish['properties']) {
  return { ...properties, correlationData: [...(properties?.correlationData ?? [])] }
}
