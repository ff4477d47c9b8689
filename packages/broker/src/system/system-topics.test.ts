import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'

describe('$SYS', () => {
  let broker: Awaited<ReturnType<typeof serve>>
  before(async () => {
    broker = await serve({ limits: { sysSeconds: 1 } })
  })
  after(() => broker.close())

  it('is there as soon as somebody subscribes, retained, under the names of mosquitto', async () => {
    const broker = await serve({ limits: { sysSeconds: 3_600 } })
    const client = await TestClient.connect({ ...broker, clientId: 'names' })
    await client.subscribe('$SYS/#')
    const values = new Map<string, string>()
    while (values.size < mosquittoNames.length) {
      const { topicName, payload, retain } = await client.next('publish')
      assert.equal(retain, true)
      values.set(topicName.replace(/^\$SYS\/broker\//, ''), Buffer.from(payload).toString())
    }
    await client.ping()
    assert.deepEqual(client.messages(), [])
    const forms: Record<string, RegExp> = {
      version: /^pillion version \d+\.\d+\.\d+/,
      uptime: /^\d+ seconds$/,
    }
    for (const name of mosquittoNames) {
      const form = forms[name] ?? (name.startsWith('load/') ? /^\d+\.\d\d$/ : /^\d+$/)
      assert.match(values.get(name) ?? 'missing', form, name)
    }
    assert.deepEqual([...values.keys()].sort(), [...mosquittoNames].sort())
    await broker.close()
  })

  it('says what is the case', async () => {
    const broker = await serve()
    const clients = await Promise.all(
      ['one', 'two', 'three'].map((clientId) => TestClient.connect({ ...broker, clientId })),
    )
    const [client, other] = clients as [TestClient, TestClient]
    await other.subscribe('a', 'b')
    const absent = await TestClient.connect({ ...broker, clientId: 'absent', clean: false })
    await absent.subscribe('c')
    await absent.lose()
    for (const topic of ['r/1', 'r/2']) client.publish(topic, 'text', { retain: true })
    client.publish('a', 'text')
    await client.ping()
    let values = new Map<string, string>()
    // It is read once a second. What comes last is there when all is.
    const isThere = () =>
      values.get('$SYS/broker/publish/messages/received') === '3' &&
      values.has('$SYS/broker/retained messages/count')
    while (!isThere()) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      await client.subscribe('$SYS/broker/+/+', '$SYS/broker/publish/#')
      await client.ping()
      values = new Map(client.messages().map((message) => split(message)))
    }
    const read = (name: string) => Number(values.get(`$SYS/broker/${name}`))
    assert.equal(read('clients/connected'), 3)
    assert.equal(read('clients/disconnected'), 1)
    assert.equal(read('clients/total'), 4)
    assert.ok(read('clients/maximum') >= 3)
    // Its own two included.
    assert.equal(read('subscriptions/count'), 5)
    assert.equal(read('retained messages/count'), 2)
    assert.equal(read('publish/messages/dropped'), 0)
    assert.ok(read('publish/messages/sent') > 0)
    assert.ok(read('bytes/received') > 0 && read('bytes/sent') > 0)
    await broker.close()
  })

  it('is told again every sysSeconds as far as it has changed, with RETAIN 0 to a subscription that stands', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'again' })
    await client.subscribe({ topicFilter: '$SYS/broker/uptime', retainHandling: 2 })
    const nextUptime = async () => {
      const { topicName, payload, retain } = await client.next('publish')
      assert.deepEqual([topicName, retain], ['$SYS/broker/uptime', false])
      return Number.parseInt(Buffer.from(payload).toString(), 10)
    }
    const first = await nextUptime()
    assert.ok((await nextUptime()) > first)
    await client.subscribe('$SYS/broker/version')
    assert.equal((await client.next('publish')).retain, true)
    // Which does not change, and comes no more.
    await nextUptime()
    await nextUptime()
    await client.lose()
  })

  it('does not match a filter that begins with a wildcard [MQTT-4.7.2-1]', async () => {
    const client = await TestClient.connect({ ...broker, clientId: 'wild' })
    await client.subscribe('#', '+/broker/#', '+/broker/version')
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    await client.ping()
    assert.deepEqual(
      client.messages().filter((message) => message.startsWith('$')),
      [],
    )
    await client.lose()
  })

  it('is nobody else’s to publish (4.7.2)', async () => {
    const client = await TestClient.connect({ ...broker, version: 5, clientId: 'liar' })
    client.publish('$SYS/broker/version', 'false', { qos: 1, packetId: 1, retain: true })
    assert.equal((await client.next('puback')).reasonCode, reasonCodes.NOT_AUTHORIZED)
    await client.lose()
  })

  it('comes only where the access policy grants the filter', async () => {
    const noSystem: AccessPolicy = {
      ...openPolicy,
      subscribe: (identity, topicFilter) =>
        topicFilter.startsWith('$')
          ? { refused: reasonCodes.NOT_AUTHORIZED, reason: 'not_yours', text: 'Not yours.' }
          : openPolicy.subscribe(identity, topicFilter),
    }
    const guarded = await serve({ policy: noSystem })
    const client = await TestClient.connect({ ...guarded, version: 5 })
    assert.deepEqual((await client.subscribe('$SYS/#', '#')).reasonCodes, [reasonCodes.NOT_AUTHORIZED, 0])
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await guarded.close()
  })

  it('is not there at all with sysSeconds 0', async () => {
    const without = await serve({ limits: { sysSeconds: 0 } })
    const client = await TestClient.connect(without)
    await client.subscribe('$SYS/#')
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await client.ping()
    assert.deepEqual(client.messages(), [])
    await without.close()
  })
})

function split(message: string): [string, string] {
  const end = message.lastIndexOf(' ')
  return [message.slice(0, end), message.slice(end + 1)]
}

const loads = [
  'messages/received',
  'messages/sent',
  'publish/received',
  'publish/sent',
  'publish/dropped',
  'bytes/received',
  'bytes/sent',
  'connections',
]

/** As mosquitto 2.0 has them; those that count what does not exist here are left out. */
const mosquittoNames = [
  'version',
  'uptime',
  'clients/total',
  'clients/connected',
  'clients/active',
  'clients/disconnected',
  'clients/inactive',
  'clients/maximum',
  'messages/received',
  'messages/sent',
  'publish/messages/received',
  'publish/messages/sent',
  'publish/messages/dropped',
  'bytes/received',
  'bytes/sent',
  'subscriptions/count',
  'retained messages/count',
  ...loads.flatMap((name) => [1, 5, 15].map((minutes) => `load/${name}/${minutes}min`)),
]
