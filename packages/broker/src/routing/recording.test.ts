import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { BrokerOptions } from '../broker.ts'
import { openRelay } from '../fixtures/open-relay.ts'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'
import type {
  ArrivalOutcome,
  MessageOutcome,
  MessageRecorder,
  RouteRecorder,
} from '../ports/message-recorder.ts'
import type { SeenRefusal } from '../ports/refusal-listener.ts'

const refusing: AccessPolicy = {
  ...openPolicy,
  publish: (_, topic) =>
    topic === 'no'
      ? { refused: 0x87, reason: 'because', text: 'It is so.' }
      : { topic, payloadBytesMax: 2_000_000, mayRetain: true },
}

/** Records topics that do not begin with `quiet`, so many of them as it may. */
class Notes implements MessageRecorder {
  readonly lines: string[] = []
  left = Infinity
  passedOver = 0
  asked = 0
  isRecording = true

  droppedArrival(topic: string, payload: Uint8Array, { reached, dropped }: ArrivalOutcome): void {
    const reasons = [...dropped].map(([reason, receivers]) => `${reason} ${receivers}`)
    this.lines.push(`${topic} ${payload.length} bytes from elsewhere: reached ${reached}, ${reasons}`)
  }

  lostForwarded(topic: string, payload: Uint8Array, node: string, age: number): void {
    this.lines.push(`${topic} ${Buffer.from(payload)}: lost with ${node}, sent ${age} ms ago`)
  }

  recorderOf(_: unknown, topicName: string): RouteRecorder | undefined {
    this.asked++
    return topicName.startsWith('quiet') ? undefined : this.of(topicName)
  }

  of(topicName: string): RouteRecorder {
    return {
      take: (messages) => {
        const taken = Math.min(messages, this.left)
        this.left -= taken
        this.passedOver += messages - taken
        return taken
      },
      record: (payload, outcome) => {
        const text = payload.length > 20 ? `${payload.length} bytes` : Buffer.from(payload).toString()
        this.lines.push(`${topicName} ${text}: ${describeOutcome(outcome)}`)
      },
    }
  }
}

function describeOutcome({ refused, routed, forwarded, isKept, dropped }: MessageOutcome): string {
  if (refused !== undefined) return `refused ${refused.reason}`
  const counted = {
    ...(routed && { routed }),
    ...(forwarded && { forwarded }),
    ...Object.fromEntries(dropped),
  }
  return [
    ...Object.entries(counted).map(([name, count]) => `${name} ${count}`),
    ...(isKept ? ['kept'] : []),
  ].join(', ')
}

async function open(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const notes = new Notes()
  const { broker, port } = await serveFor(t, { policy: refusing, recorder: notes, ...options })
  const connect = (clientId: string, fields: object = {}) =>
    TestClient.connect({ port, version: 5, clientId, ...fields })
  return { notes, broker, connect }
}

describe('a recorder of messages', () => {
  it('is told what became of each, at every QoS, with properties and without', async (t) => {
    const { notes, connect } = await open(t)
    const receivers = [await connect('r1'), await connect('r2')]
    for (const receiver of receivers) await receiver.subscribe('a')
    const sender = await connect('sender')
    sender.publish('a', '1')
    sender.publish('a', '2')
    sender.publish('a', '3', { qos: 1, packetId: 1 })
    sender.publish('a', '4', { properties: { contentType: 'text' } })
    sender.publish('b', '5')
    sender.publish('b', '6', { qos: 1, packetId: 2 })
    sender.publish('b', '7', { retain: true })
    sender.publish('no', '8')
    sender.publish('no', '9', { qos: 2, packetId: 3 })
    sender.publish('quiet', '10')
    await sender.ping()
    assert.deepEqual(notes.lines, [
      'a 1: routed 2',
      'a 2: routed 2',
      'a 3: routed 2',
      'a 4: routed 2',
      'b 5: no_receiver 1',
      'b 6: no_receiver 1',
      'b 7: ',
      'no 8: refused because',
      'no 9: refused because',
    ])
    for (const receiver of receivers) await receiver.ping()
    const texts = receivers.map(({ received }) =>
      received.flatMap((packet) =>
        packet.type === 'publish' ? [Buffer.from(packet.payload).toString()] : [],
      ),
    )
    assert.deepEqual(texts, [
      ['1', '2', '3', '4'],
      ['1', '2', '3', '4'],
    ])
  })

  it('is asked once for each topic name, and takes as many of a run as it likes; all of it is delivered in order', async (t) => {
    const { notes, connect } = await open(t)
    const receiver = await connect('receiver')
    await receiver.subscribe('a')
    const sender = await connect('sender')
    // A route is kept from the second message on.
    for (let n = 0; n < 2; n++) {
      sender.publish('a', `w${n}`)
      await sender.ping()
    }
    const asked = notes.asked
    notes.left = 2
    for (let n = 0; n < 5; n++) sender.publish('a', `${n}`)
    await sender.ping()
    assert.equal(notes.asked, asked)
    assert.deepEqual(notes.lines.slice(2), ['a 0: routed 1', 'a 1: routed 1'])
    assert.equal(notes.passedOver, 3)
    await receiver.ping()
    const texts = receiver.received.flatMap((packet) =>
      packet.type === 'publish' ? [Buffer.from(packet.payload).toString()] : [],
    )
    assert.deepEqual(texts, ['w0', 'w1', '0', '1', '2', '3', '4'])
  })

  it('hears who did not get it: too large for one, too slow the other', async (t) => {
    const { notes, connect } = await open(t, {
      limits: { outboxBytesMax: 65_536, packetBytesMax: 2_000_000 },
    })
    const small = await connect('small', { properties: { packetBytesMax: 100 } })
    const slow = await connect('slow')
    for (const receiver of [small, slow]) await receiver.subscribe('a')
    const sender = await connect('sender')
    sender.publish('a', 'x'.repeat(100))
    sender.publish('a', 'x'.repeat(70_000))
    await sender.ping()
    assert.deepEqual(notes.lines, [
      'a 100 bytes: routed 1, larger_than_client_accepts 1',
      'a 70000 bytes: larger_than_client_accepts 1, outbox_full 1',
    ])
  })

  it('hears that a payload was too large for its topic, fast or not', async (t) => {
    const policy: AccessPolicy = {
      ...openPolicy,
      publish: (_, topic) => ({ topic, payloadBytesMax: 3, mayRetain: false }),
    }
    const refused: string[] = []
    const refusals = {
      refused: ({ packet, topic = '', reason }: SeenRefusal) => {
        refused.push(`${packet} ${topic} ${reason}`)
      },
    }
    const { notes, connect } = await open(t, { policy, refusals })
    const sender = await connect('sender')
    for (const text of ['four', 'thr', 'four']) sender.publish('a', text)
    sender.publish('a', 'four', { qos: 1, packetId: 1 })
    await sender.ping()
    assert.deepEqual(notes.lines, [
      'a four: refused payload_too_large',
      'a thr: no_receiver 1',
      'a four: refused payload_too_large',
      'a four: refused payload_too_large',
    ])
    assert.deepEqual(refused, Array(3).fill('publish a payload_too_large'))
  })

  it('hears what was kept, and of wills and the server’s own messages', async (t) => {
    const absentReceivers = {
      receiverOf: (topic: string) => (topic === 'to/car' ? 'car' : undefined),
      isReceiver: () => true,
      keep: () => {},
    }
    const { notes, broker, connect } = await open(t, { absentReceivers })
    const sender = await connect('sender', {
      will: { topicName: 'last', payload: Buffer.from('will'), qos: 0, retain: false },
    })
    sender.publish('to/car', '1')
    sender.publish('to/car', '2', { qos: 1, packetId: 1 })
    await sender.ping()
    assert.equal(broker.publish('to/car', Buffer.from('3'), notes.of('own')), 0)
    broker.publish('nobody', Buffer.from('4'), notes.of('own'))
    broker.publish('nobody', Buffer.from('5'))
    sender.raw.destroy()
    for (let n = 0; n < 500 && notes.lines.length < 5; n++)
      await new Promise((resume) => setTimeout(resume, 5))
    assert.deepEqual(notes.lines, [
      'to/car 1: kept',
      'to/car 2: kept',
      'own 3: kept',
      'own 4: no_receiver 1',
      'last will: no_receiver 1',
    ])
  })

  it('hears on the other node what was dropped there, of whom, and whether anybody has it', async (t) => {
    const hub = new MemoryRelayHub()
    const there = await open(t, { relay: new MemoryRelay(hub), limits: { packetBytesMax: 2_000_000 } })
    const { notes, connect } = await open(t, { relay: new MemoryRelay(hub) })
    const small = await there.connect('small', { properties: { packetBytesMax: 100 } })
    for (const topicFilter of ['alone', 'both']) await small.subscribe(topicFilter)
    await (await there.connect('large')).subscribe('both')
    const sender = await connect('sender')
    const send = async (topicName: string) => {
      sender.publish(topicName, 'x'.repeat(100))
      sender.publish(topicName, 'x'.repeat(101), { qos: 1, packetId: 1 })
      sender.publish(topicName, 'x'.repeat(102), { properties: { contentType: 'text' } })
      sender.publish(topicName, 'x')
      await sender.ping()
    }
    await send('alone')
    await send('both')
    const dropped = 'larger_than_client_accepts 1'
    assert.deepEqual(there.notes.lines, [
      ...[100, 101, 102].map((bytes) => `alone ${bytes} bytes from elsewhere: reached 0, ${dropped}`),
      ...[100, 101, 102].map((bytes) => `both ${bytes} bytes from elsewhere: reached 1, ${dropped}`),
    ])
    assert.ok(notes.lines.every((line) => line.endsWith('forwarded 1')))
    there.notes.isRecording = false
    await send('alone')
    assert.equal(there.notes.lines.length, 6)
  })

  it('hears of single messages that were lost with another node, while anything is recorded', async (t) => {
    const { relay, node } = openRelay()
    const { notes } = await open(t, { relay })
    node().lost?.('a', Buffer.from('1'), 'there', 20)
    notes.isRecording = false
    assert.equal(node().lost, undefined)
    assert.deepEqual(notes.lines, ['a 1: lost with there, sent 20 ms ago'])
  })

  it('hears to how many nodes it went', async (t) => {
    const hub = new MemoryRelayHub()
    const others = [new MemoryRelay(hub), new MemoryRelay(hub)]
    const { notes, connect } = await open(t, { relay: new MemoryRelay(hub) })
    for (const [index, relay] of others.entries()) {
      const { connect: connectThere } = await open(t, { relay })
      await (await connectThere(`receiver-${index}`)).subscribe('a')
    }
    const sender = await connect('sender')
    sender.publish('a', '1')
    sender.publish('a', '2', { qos: 1, packetId: 1 })
    await sender.ping()
    assert.deepEqual(notes.lines, ['a 1: forwarded 2', 'a 2: forwarded 2'])
  })
})
