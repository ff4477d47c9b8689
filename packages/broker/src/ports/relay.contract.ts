import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Relay, RelayExtras, RelayNode } from './relay.ts'

/** What every `Relay` must do. `open` gives the relays of two nodes of one deployment, not yet opened. */
export function relayContract(name: string, connect: () => Promise<[Relay, Relay]>): void {
  describe(`Relay: ${name}`, () => {
    it('carries a message to a node that holds interest, in order, and never back to the sender', async () => {
      const { here, there, close } = await openTwo(connect)
      there.relay.addInterest('a/+')
      here.relay.addInterest('a/+')
      await until(() => here.relay.wants('a/b'))
      for (const text of ['1', '2', '3']) here.relay.forward('a/b', Buffer.from(text))
      await until(() => there.delivered.length === 3)
      assert.deepEqual(there.delivered, ['a/b 1', 'a/b 2', 'a/b 3'])
      assert.deepEqual(here.delivered, [])
      await close()
    })

    it('tells of an interest before it carries what is forwarded after it, so that the answer finds its way', async () => {
      const { here, there, close } = await openTwo(connect)
      here.relay.addInterest('question')
      await until(() => there.relay.wants('question'))
      const wanted: boolean[] = []
      for (let round = 0; round < 20; round++) {
        here.hear = () => void wanted.push(here.relay.wants(`answer/${round}`))
        there.relay.addInterest(`answer/${round}`)
        there.relay.forward('question', Buffer.from(''))
        await until(() => wanted.length > round)
      }
      assert.ok(!wanted.includes(false), String(wanted))
      await close()
    })

    it('wants a topic only while another node holds interest, and its epoch grows with each change', async () => {
      const { here, there, close } = await openTwo(connect)
      assert.equal(here.relay.wants('a/b'), false)
      const before = here.relay.interestEpoch
      there.relay.addInterest('a/#')
      there.relay.addInterest('a/#')
      await until(() => here.relay.wants('a/b'))
      assert.ok(here.relay.interestEpoch > before)
      there.relay.dropInterest('a/#')
      assert.equal(here.relay.wants('a/b'), true, 'interest is counted')
      there.relay.dropInterest('a/#')
      await until(() => !here.relay.wants('a/b'))
      await close()
    })

    it('says which one a node is among those that hold interest in a topic', async () => {
      const { here, there, close } = await openTwo(connect)
      assert.deepEqual(here.relay.placeAmong('a'), { index: 0, count: 1 })
      here.relay.addInterest('a')
      there.relay.addInterest('a')
      const places = () => [here.relay.placeAmong('a'), there.relay.placeAmong('a')]
      await until(() => places().every(({ count }) => count === 2))
      assert.deepEqual(
        places()
          .map(({ index }) => index)
          .sort(),
        [0, 1],
      )
      await close()
    })

    it('carries the RETAIN flag and the properties of version 5, and the bytes in them may be reused too', async () => {
      const { here, there, close } = await openTwo(connect)
      there.relay.addInterest('a')
      await until(() => here.relay.wants('a'))
      const correlationData = Buffer.from('first')
      const properties = {
        payloadFormatIndicator: 1,
        messageExpirySeconds: 30,
        contentType: 'text/plain',
        responseTopic: 'b',
        correlationData,
        userProperties: [
          ['name', 'one'],
          ['name', 'two'],
        ],
      } as const
      here.relay.forward('a', Buffer.from('text'), { retain: true, keepFor: undefined, properties })
      correlationData.write('XXXXX')
      here.relay.forward('a', Buffer.from('plain'))
      here.relay.forward('a', Buffer.from('kept'), {
        retain: false,
        keepFor: undefined,
        isKept: true,
        properties: undefined,
      })
      await until(() => there.extras.length === 3)
      assert.deepEqual(there.extras, [
        { retain: true, keepFor: undefined, properties: { ...properties, correlationData: 'first' } },
        undefined,
        { retain: false, keepFor: undefined, isKept: true, properties: undefined },
      ])
      assert.deepEqual(there.delivered, ['a text', 'a plain', 'a kept'])
      await close()
    })

    it('carries a retained message to a node that holds no interest, and says whose it is [MQTT-3.3.1-5]', async () => {
      const { here, there, close } = await openTwo(connect)
      const keepFor = { owner: 'identity', publisher: 'client' }
      const extras = { retain: true, keepFor, properties: undefined }
      here.relay.forward('a', Buffer.from('text'), extras)
      await until(() => there.delivered.length === 1)
      assert.deepEqual(there.delivered, ['a text'])
      assert.deepEqual(there.extras, [extras])
      assert.deepEqual(here.delivered, [])
      await close()
    })

    it('lets the bytes of a forwarded payload be reused at once', async () => {
      const { here, there, close } = await openTwo(connect)
      there.relay.addInterest('a')
      await until(() => here.relay.wants('a'))
      const payload = Buffer.from('first')
      here.relay.forward('a', payload)
      payload.write('XXXXX')
      await until(() => there.delivered.length === 1)
      assert.deepEqual(there.delivered, ['a first'])
      await close()
    })

    it('evicts the older holder of a client id, and nobody after it was released', async () => {
      const { here, there, close } = await openTwo(connect)
      await here.relay.claim('client')
      await there.relay.claim('client')
      await until(() => here.evicted.length === 1)
      assert.deepEqual(here.evicted, ['client'])
      there.relay.release('client')
      await here.relay.claim('client')
      assert.deepEqual(there.evicted, [])
      await close()
    })

    it('lets nobody release what another node has taken over', async () => {
      const { here, there, close } = await openTwo(connect)
      await here.relay.claim('client')
      await there.relay.claim('client')
      await until(() => here.evicted.length === 1)
      here.relay.release('client')
      await here.relay.claim('client')
      await until(() => there.evicted.length === 1)
      assert.deepEqual(there.evicted, ['client'])
      await close()
    })

    it('leaves exactly one holder when two nodes claim at the same instant', async () => {
      const { here, there, close } = await openTwo(connect)
      await Promise.all([here.relay.claim('client'), there.relay.claim('client')])
      await until(() => here.evicted.length + there.evicted.length === 1)
      await close()
    })

    it('delivers nothing after close, frees its claims, and may be closed twice', async () => {
      const { here, there, close } = await openTwo(connect)
      there.relay.addInterest('a')
      await there.relay.claim('client')
      await until(() => here.relay.wants('a'))
      await there.relay.close()
      await there.relay.close()
      await until(() => !here.relay.wants('a'))
      await here.relay.claim('client')
      assert.deepEqual(there.evicted, [])
      await close()
    })
  })
}

async function openTwo(connect: () => Promise<[Relay, Relay]>) {
  const [first, second] = await connect()
  const here = await openNode(first)
  const there = await openNode(second)
  const close = async () => {
    await first.close()
    await second.close()
  }
  return { here, there, close }
}

async function openNode(relay: Relay) {
  const delivered: string[] = []
  const evicted: string[] = []
  const extras: unknown[] = []
  const node: RelayNode = {
    deliver: (topic, payload, more) => {
      opened.hear()
      delivered.push(`${topic} ${Buffer.from(payload).toString()}`)
      extras.push(more === undefined ? undefined : describeExtras(more))
    },
    evict: (clientKey) => void evicted.push(clientKey),
    dropped: (reason, messages) => assert.fail(`${messages} dropped: ${reason}`),
  }
  /** `hear`: called with each message. */
  const opened = { relay, delivered, extras, evicted, hear: () => {} }
  await relay.open(node)
  return opened
}

/** A copy; the bytes as text. */
function describeExtras({ retain, keepFor, isKept, properties }: RelayExtras) {
  const correlationData = properties?.correlationData
  return {
    retain,
    keepFor,
    ...(isKept ? { isKept } : {}),
    properties:
      correlationData === undefined
        ? properties
        : { ...properties, correlationData: Buffer.from(correlationData).toString() },
  }
}

/** Relays over a network take their time; ten seconds are far more than any needs. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    assert.ok(Date.now() < deadline, `still not true: ${condition}`)
    await new Promise((resume) => setTimeout(resume, 5))
  }
}
