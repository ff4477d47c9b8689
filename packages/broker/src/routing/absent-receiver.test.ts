import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { BrokerOptions } from '../broker.ts'
import { openRelay } from '../fixtures/open-relay.ts'
import { serve, serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { openPolicy } from '../open-policy.ts'
import type { AbsentReceivers, KeepOptions } from '../ports/absent-receivers.ts'
import type { AccessPolicy, Identity } from '../ports/access-policy.ts'

/** Whoever comes is who its user name says. */
const byName: AccessPolicy = {
  ...openPolicy,
  epoch: 0,
  connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username } }),
}

/** Topics `to/<name>/…` are meant for the identity of that name. */
class Notes implements AbsentReceivers {
  readonly kept: string[] = []
  readonly options: KeepOptions[] = []

  receiverOf(topic: string): string | undefined {
    return /^to\/([^/]+)/.exec(topic)?.[1]
  }

  isReceiver({ name }: Identity): boolean {
    return name === 'car'
  }

  keep(topic: string, payload: Uint8Array, options: KeepOptions): void {
    this.kept.push(`${topic} ${Buffer.from(payload)}`)
    this.options.push(options)
  }
}

async function open(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const notes = new Notes()
  const { broker, port } = await serveFor(t, { policy: byName, absentReceivers: notes, ...options })
  const count = (name: string) => broker.counters()[name] ?? 0
  const connect = (username: string, version: 4 | 5 = 5) =>
    TestClient.connect({ port, version, username, clientId: username })
  return { notes, broker, connect, count }
}

describe('a message whose receiver is away', () => {
  it('is kept, at every QoS, in order, and is neither sent nor dropped', async (t) => {
    const { notes, connect, count } = await open(t)
    const sender = await connect('sender')
    sender.publish('to/car/x', '1')
    sender.publish('to/car/x', '2')
    sender.publish('to/car/x', '3', { qos: 1, packetId: 1 })
    assert.equal((await sender.next('puback')).reasonCode, 0, 'somebody has it')
    sender.publish('to/car/x', '4', { qos: 2, packetId: 2 })
    assert.equal((await sender.next('pubrec')).reasonCode, 0)
    sender.publish('to/car/y', '5')
    await sender.ping()
    assert.deepEqual(notes.kept, ['to/car/x 1', 'to/car/x 2', 'to/car/x 3', 'to/car/x 4', 'to/car/y 5'])
    assert.deepEqual(
      ['messages_received', 'messages_kept', 'messages_sent', 'dropped_no_receiver'].map(count),
      [5, 5, 0, 0],
    )
  })

  it('that is for nobody in particular is dropped as ever', async (t) => {
    const { notes, connect, count } = await open(t)
    const sender = await connect('sender')
    sender.publish('elsewhere', '1')
    sender.publish('elsewhere', '2', { qos: 1, packetId: 1 })
    assert.equal((await sender.next('puback')).reasonCode, 0x10)
    assert.deepEqual([notes.kept, count('messages_kept'), count('dropped_no_receiver')], [[], 0, 2])
  })

  it('is kept although others get it, and not any more as soon as the receiver subscribes', async (t) => {
    const { notes, connect, count } = await open(t)
    const [sender, observer] = [await connect('sender'), await connect('observer')]
    await observer.subscribe('to/#')
    for (const text of ['1', '2']) sender.publish('to/car/x', text)
    await sender.ping()
    const car = await connect('car', 4)
    sender.publish('to/car/x', 'connected is not subscribed')
    await sender.ping()
    await car.subscribe('to/car/#')
    sender.publish('to/car/x', '3')
    sender.publish('to/car/x', '4', { qos: 1, packetId: 1 })
    assert.deepEqual(await car.nextMessages(2), ['to/car/x 3', 'to/car/x 4'])
    assert.deepEqual(notes.kept, ['to/car/x 1', 'to/car/x 2', 'to/car/x connected is not subscribed'])
    await car.lose()
    sender.publish('to/car/x', '5')
    await sender.ping()
    assert.equal(notes.kept.at(-1), 'to/car/x 5')
    await observer.nextMessages(6)
    assert.deepEqual([count('messages_kept'), count('messages_sent')], [4, 8])
  })

  it('tells how long it may be kept [MQTT-3.3.2-5]', async (t) => {
    const { notes, connect } = await open(t)
    const sender = await connect('sender')
    sender.publish('to/car', '1', { properties: { messageExpirySeconds: 7 } })
    sender.publish('to/car', '2')
    await sender.ping()
    assert.deepEqual(notes.options, [{ expirySeconds: 7 }, { expirySeconds: undefined }])
  })

  it('is kept if it is the server’s own', async (t) => {
    const { notes, broker, connect } = await open(t)
    assert.equal(broker.publish('to/car', Buffer.from('1')), 0)
    const car = await connect('car')
    await car.subscribe('to/car')
    assert.equal(broker.publish('to/car', Buffer.from('2')), 1)
    assert.deepEqual(notes.kept, ['to/car 1'])
  })

  it('is not kept if another node wants it, nor by that one', async (t) => {
    const hub = new MemoryRelayHub()
    const here = await open(t, { relay: new MemoryRelay(hub) })
    const there = new Notes()
    const other = await serve({ policy: byName, absentReceivers: there, relay: new MemoryRelay(hub) })
    t.after(other.close)
    const car = await TestClient.connect({ port: other.port, version: 5, username: 'car' })
    await car.subscribe('to/car')
    const sender = await here.connect('sender')
    sender.publish('to/car', '1')
    sender.publish('to/car', '2', { qos: 1, packetId: 1 })
    here.broker.publish('to/car', Buffer.from('3'))
    assert.equal((await car.nextMessages(3)).length, 3)
    assert.deepEqual([here.notes.kept, there.kept], [[], []])
  })

  it('is kept once although observers on other nodes get it', async (t) => {
    const hub = new MemoryRelayHub()
    const here = await open(t, { relay: new MemoryRelay(hub) })
    const others = [
      await open(t, { relay: new MemoryRelay(hub) }),
      await open(t, { relay: new MemoryRelay(hub) }),
    ]
    const observers = await Promise.all(others.map(({ connect }, index) => connect(`observer${index}`)))
    for (const observer of observers) await observer.subscribe('to/#')
    const sender = await here.connect('sender')
    sender.publish('to/car', '1')
    sender.publish('to/car', '2', { qos: 1, packetId: 1 })
    await sender.next('puback')
    here.broker.publish('to/car', Buffer.from('3'))
    for (const observer of observers) assert.equal((await observer.nextMessages(3)).length, 3)
    assert.deepEqual(here.notes.kept, ['to/car 1', 'to/car 2', 'to/car 3'])
    for (const { notes, count } of others) {
      assert.deepEqual([notes.kept, count('messages_arrived'), count('dropped_no_receiver')], [[], 3, 0])
    }
  })

  it('is kept by no node that only observes, when another has just lost the receiver', async (t) => {
    const { relay, node } = openRelay()
    const { notes, connect } = await open(t, { relay })
    const observer = await connect('observer')
    await observer.subscribe('to/#')
    node().deliver('to/car', Buffer.from('1'))
    assert.deepEqual(await observer.nextMessages(1), ['to/car 1'])
    assert.deepEqual(notes.kept, [])
  })

  it('that was kept elsewhere is not delivered as well, though the receiver has just come', async (t) => {
    const { relay, node } = openRelay()
    const { notes, connect, count } = await open(t, { relay })
    const [car, observer] = [await connect('car'), await connect('observer')]
    await car.subscribe('to/car')
    await observer.subscribe('to/#')
    node().deliver('to/car', Buffer.from('1'), {
      retain: false,
      keepFor: undefined,
      isKept: true,
      properties: undefined,
    })
    node().deliver('to/car', Buffer.from('2'))
    assert.deepEqual(await observer.nextMessages(2), ['to/car 1', 'to/car 2'])
    assert.deepEqual(await car.nextMessages(1), ['to/car 2'])
    assert.deepEqual([notes.kept, count('dropped_no_receiver')], [[], 0])
  })

  it('is kept by the node it has just left, when the sender’s node does not know that yet', async (t) => {
    const { relay, node } = openRelay()
    const { notes, broker, connect, count } = await open(t, { relay })
    const car = await connect('car')
    await car.subscribe('to/car')
    node().deliver('to/car', Buffer.from('1'))
    assert.deepEqual(await car.nextMessages(1), ['to/car 1'])
    await car.lose()
    while (broker.connectionCount > 0) await new Promise(setImmediate)
    node().deliver('to/car', Buffer.from('2'))
    node().deliver('to/nobody/else', Buffer.from('3'), {
      retain: false,
      keepFor: undefined,
      isKept: true,
      properties: undefined,
    })
    node().deliver('elsewhere', Buffer.from('4'))
    assert.deepEqual(notes.kept, ['to/car 2'])
    assert.deepEqual([count('messages_kept'), count('dropped_no_receiver')], [1, 1])
  })
})

describe('a grant that wants to hear of its subscription', () => {
  it('does so when it is in force and answered, and again when a kept session takes it up', async (t) => {
    const told: string[] = []
    const policy: AccessPolicy = {
      ...byName,
      subscribe: async (_identity, filter) =>
        filter === 'refused'
          ? { refused: 0x87, reason: 'no', text: 'No.' }
          : {
              filter,
              form: '',
              subscribed: () => void told.push(`${filter} ${broker.publish(filter, Buffer.from('hello'))}`),
            },
    }
    const { broker, port } = await serveFor(t, { policy })
    const fields = {
      port,
      version: 5,
      username: 'car',
      clientId: 'car',
      clean: false,
      properties: { sessionExpirySeconds: 60 },
    } as const
    const first = await TestClient.connect(fields)
    await first.subscribe('a', 'refused')
    assert.deepEqual(await first.nextMessages(1), ['a hello'])
    assert.deepEqual(told, ['a 1'])
    await first.lose()
    const second = await TestClient.connect(fields)
    assert.deepEqual(await second.nextMessages(1), ['a hello'])
    assert.deepEqual(told, ['a 1', 'a 1'])
  })
})
