import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serve, serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { parseSharedFilter } from '../handle/shared-filter.ts'
import { MemoryRelay, MemoryRelayHub } from '../memory/relay.ts'
import { openPolicy } from '../open-policy.ts'

describe('shared subscriptions (4.8.2)', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  before(async () => {
    broker = await serve()
  })
  after(() => broker.close())

  async function members(count: number, filter: string): Promise<TestClient[]> {
    const clients: TestClient[] = []
    for (let index = 0; index < count; index++) {
      const version = index % 2 === 0 ? 5 : 4
      const client = await TestClient.connect({ ...broker, version, clientId: `${filter}/${index}` })
      assert.deepEqual((await client.subscribe(filter)).reasonCodes, [0])
      clients.push(client)
    }
    return clients
  }

  async function received(clients: TestClient[]): Promise<string[][]> {
    const all: string[][] = []
    for (const client of clients) {
      await client.ping()
      all.push(client.messages())
    }
    return all
  }

  it('give each message to one member, in turn, however it was published', async () => {
    const clients = await members(3, '$share/turn/t/#')
    const sender = await TestClient.connect({ ...broker, version: 5, clientId: 'sender' })
    for (let index = 0; index < 12; index++) {
      const slow = index % 2 === 0 ? { qos: 1 as const, packetId: index + 1 } : {}
      sender.publish(`t/${index % 2}`, `${index}`, slow)
    }
    await sender.ping()
    const got = await received(clients)
    assert.deepEqual(
      got.map((each) => each.length),
      [4, 4, 4],
    )
    assert.equal(new Set(got.flat()).size, 12)
    for (const client of [...clients, sender]) await client.lose()
  })

  it('give each message to one member on all nodes together, whichever node it comes in on', async (t) => {
    const hub = new MemoryRelayHub()
    const nodes: (Awaited<ReturnType<typeof serveFor>> & { member: TestClient })[] = []
    for (let index = 0; index < 3; index++) {
      const node = await serveFor(t, { relay: new MemoryRelay(hub) })
      const member = await TestClient.connect({ ...node, clientId: `member ${index}` })
      await member.subscribe('$share/all/far/#')
      nodes.push({ ...node, member })
    }
    const publish = async () => {
      for (const { port, broker } of nodes) {
        const sender = await TestClient.connect({ port, clientId: 'sender' })
        for (let index = 0; index < 10; index++) {
          sender.publish(`far/${index}`, 'plain')
          sender.publish(`far/${index}`, 'slow', { qos: 1, packetId: 1 })
        }
        await sender.ping()
        broker.publish('far/0', Buffer.from('server'))
        await sender.lose()
      }
    }
    await publish()
    const counts = (await received(nodes.map(({ member }) => member))).map(({ length }) => length)
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      3 * 21,
    )
    assert.ok(Math.min(...counts) > 0, `every node serves some topics: ${counts}`)
    for (const { broker } of nodes) assert.equal(broker.counters().dropped_no_receiver ?? 0, 0)
    // Whoever is left serves all.
    const [last, ...gone] = nodes
    for (const { member, broker } of gone) {
      await member.lose()
      await waitUntil('it has left', () => broker.connectionCount === 0)
    }
    await publish()
    assert.equal((await received([last?.member as TestClient]))[0]?.length, 3 * 21)
  })

  it('take turns each for itself, also where two of them match the same messages', async () => {
    const ones = await members(2, '$share/one/two/shares')
    const others = await members(2, '$share/other/two/shares')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    for (let index = 0; index < 10; index++) {
      sender.publish('two/shares', `${index}`)
      await sender.ping()
    }
    const got = await received([...ones, ...others])
    assert.deepEqual(
      got.map((each) => each.length),
      [5, 5, 5, 5],
    )
    for (const client of [...ones, ...others, sender]) await client.lose()
  })

  it('stand beside other groups and ordinary subscriptions, each of which gets its own copy', async () => {
    const [one] = await members(1, '$share/a/both')
    const [other] = await members(1, '$share/b/both')
    await one?.subscribe('both')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    sender.publish('both', 'x')
    await sender.ping()
    assert.deepEqual(await received([one as TestClient, other as TestClient]), [
      ['both x', 'both x'],
      ['both x'],
    ])
    for (const client of [one, other, sender]) await client?.lose()
  })

  it('never give a message to a member that is absent, or has unsubscribed, though its session is kept', async () => {
    const absent = {
      clean: false,
      version: 5,
      clientId: 'absent',
      properties: { sessionExpirySeconds: 60 },
    } as const
    const gone = await TestClient.connect({ ...broker, ...absent })
    await gone.subscribe('$share/left/l')
    await gone.lose()
    const [stays, leaves] = (await members(2, '$share/left/l')) as [TestClient, TestClient]
    leaves.raw.send({ type: 'unsubscribe', packetId: 2, topicFilters: ['$share/left/l'] })
    await leaves.next('unsuback')
    for (let index = 0; index < 4; index++) stays.publish('l', `${index}`)
    assert.deepEqual(await stays.nextMessages(4), ['l 0', 'l 1', 'l 2', 'l 3'])
    for (const client of [stays, leaves]) await client.lose()
  })

  it('never give a message to a member that is stuck, as long as another is not', async () => {
    const [stuck, reader] = (await members(2, '$share/stuck/s')) as [TestClient, TestClient]
    stuck.raw.socket.pause()
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    // Until its socket is full, some messages are on their way to it; then none is any more.
    const payload = 'x'.repeat(100_000)
    for (let index = 0; index < 200; index++) {
      sender.publish('s', payload)
      await sender.ping()
    }
    await reader.ping()
    reader.received = []
    const dropped = () => broker.broker.counters().dropped_outbox_full ?? 0
    const before = dropped()
    for (let index = 0; index < 50; index++) sender.publish('s', `${index}`)
    await sender.ping()
    await reader.ping()
    assert.deepEqual(
      reader.messages(),
      Array.from({ length: 50 }, (_, index) => `s ${index}`),
    )
    assert.equal(dropped(), before)
    for (const client of [stuck, reader, sender]) client.raw.socket.destroy()
  })

  it('with No Local are a protocol error [MQTT-3.8.3-4]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    client.raw.send({
      type: 'subscribe',
      packetId: 1,
      subscriptions: [
        { topicFilter: '$share/a/b', qos: 0, noLocal: true, retainAsPublished: false, retainHandling: 0 },
      ],
    })
    assert.equal((await client.next('disconnect')).reasonCode, reasonCodes.PROTOCOL_ERROR)
    await client.untilClosed()
  })

  it('bring no retained messages (4.8.2)', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'retained' })
    client.publish('kept/shared', 'x', { retain: true })
    await client.subscribe('$share/r/kept/shared')
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await client.lose()
  })

  it('need a share name without wildcards, and a filter [MQTT-4.8.2-1] [MQTT-4.8.2-2]', async () => {
    const client = await TestClient.connect({ ...broker, version: 5 })
    const invalid = reasonCodes.TOPIC_FILTER_INVALID
    const filters = [
      '$share',
      '$share/a',
      '$share/a/',
      '$share//b',
      '$share/+/b',
      '$share/a#/b',
      '$share/a/b+',
    ]
    assert.deepEqual(
      (await client.subscribe(...filters)).reasonCodes,
      filters.map(() => invalid),
    )
    assert.deepEqual(parseSharedFilter('$share/a//b'), { share: 'a', filter: '/b' })
    assert.deepEqual(parseSharedFilter('$shared/a/b'), { share: undefined, filter: '$shared/a/b' })
    await client.lose()
  })

  it('are refused where the policy does not grant them (W 2.6)', async () => {
    const policy = { ...openPolicy, subscribe: (_: unknown, filter: string) => ({ filter, form: '' }) }
    const strict = await serve({ policy })
    const client = await TestClient.connect({ ...strict, version: 5 })
    assert.deepEqual((await client.subscribe('$share/a/b', 'b')).reasonCodes, [reasonCodes.NOT_AUTHORIZED, 0])
    await strict.close()
  })
})
