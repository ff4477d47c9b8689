import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Connect, type ProtocolVersion, reasonCodes } from '@pillion/packet'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { protocols } from './protocols.ts'

const broker = await serve()
after(() => broker.close())

/** Everything that comes to these topics, until somebody asks. */
async function watch(filter: string): Promise<TestClient> {
  const watcher = await TestClient.connect({ ...broker, version: 5, clientId: `watcher-${filter}` })
  await watcher.subscribe({ topicFilter: filter, retainAsPublished: true })
  return watcher
}

async function heard(watcher: TestClient): Promise<string[]> {
  await watcher.ping()
  return watcher.messages()
}

function willTo(topicName: string, fields: Partial<NonNullable<Connect['will']>> = {}) {
  return { topicName, payload: Buffer.from('gone'), qos: 0, retain: false, ...fields } as const
}

for (const { version, name } of protocols) {
  describe(`a will in ${name}`, () => {
    const topic = `will/${version}`
    const connect = (fields: Partial<Connect> = {}) =>
      TestClient.connect({
        ...broker,
        version,
        clientId: `mortal-${version}`,
        will: willTo(topic),
        ...fields,
      })

    for (const [what, end] of [
      ['its socket ends', (client: TestClient) => void client.raw.socket.end()],
      ['its socket is reset', (client: TestClient) => void client.raw.socket.resetAndDestroy()],
      ['it breaks a rule', (client: TestClient) => client.raw.sendBytes(Buffer.from('c100', 'hex'))],
    ] as const) {
      it(`is published when the connection ends because ${what}, once [MQTT-3.1.2-7, -8, -10] [3.1.1:MQTT-3.1.2-8]`, async () => {
        const watcher = await watch(topic)
        const client = await connect()
        assert.deepEqual(await heard(watcher), [])
        end(client)
        await client.untilClosed()
        assert.deepEqual(await watcher.nextMessages(1), [`${topic} gone`])
        const again = await TestClient.connect({ ...broker, version, clientId: `mortal-${version}` })
        await again.lose()
        assert.deepEqual(await heard(watcher), [])
        await watcher.lose()
      })
    }

    it('is published when another connection takes the client id over [MQTT-3.1.2-8] [3.1.1:MQTT-3.1.2-8]', async () => {
      const watcher = await watch(topic)
      const older = await connect()
      const newer = await connect()
      assert.deepEqual(await watcher.nextMessages(1), [`${topic} gone`])
      newer.raw.send({ type: 'disconnect', reasonCode: 0 })
      await newer.untilClosed()
      await older.untilClosed()
      assert.deepEqual(await heard(watcher), [])
      await watcher.lose()
    })

    it('is discarded by DISCONNECT [MQTT-3.14.4-3] [MQTT-3.1.2-10] [3.1:3.14]', async () => {
      const watcher = await watch(topic)
      const client = await connect()
      client.raw.send({ type: 'disconnect', reasonCode: 0 })
      await client.untilClosed()
      await wait(50)
      assert.deepEqual(await heard(watcher), [])
      await watcher.lose()
    })

    it('is not published where there is none [3.1.1:MQTT-3.1.2-12]', async () => {
      const watcher = await watch('#')
      await heard(watcher)
      const client = await TestClient.connect({ ...broker, version, clientId: 'without' })
      await client.lose()
      await wait(50)
      assert.deepEqual(await heard(watcher), [])
      await watcher.lose()
    })

    for (const qos of [0, 1, 2] as const) {
      it(`at QoS ${qos} is taken, and delivered at QoS 0 [MQTT-3.1.2-12] [3.1.1:MQTT-3.1.2-14]`, async () => {
        const watcher = await watch(topic)
        const client = await connect({ will: willTo(topic, { qos }) })
        await client.lose()
        assert.equal((await watcher.next('publish')).qos, 0)
        await watcher.lose()
      })
    }

    it('is retained if it says so, and only then [MQTT-3.1.2-14, -15] [3.1.1:MQTT-3.1.2-16, -17]', async () => {
      const watcher = await watch(`retained/${version}/+`)
      for (const retain of [false, true]) {
        const client = await connect({ will: willTo(`retained/${version}/${retain}`, { retain }) })
        await client.lose()
        assert.equal((await watcher.next('publish')).retain, retain)
      }
      await watcher.subscribe(`retained/${version}/+`)
      assert.deepEqual(await heard(watcher), [`retained/${version}/true gone`])
      await watcher.lose()
    })
  })
}

// Each waits for seconds: together they take no longer than one.
describe('a will in 5', { concurrency: true }, () => {
  const delayed = (clientId: string, willDelaySeconds: number, sessionExpirySeconds: number) => ({
    version: 5 as ProtocolVersion,
    clientId,
    properties: { sessionExpirySeconds },
    will: willTo(`delay/${clientId}`, { properties: { willDelaySeconds } }),
  })

  it('is published on DISCONNECT with 0x04 [MQTT-3.1.2-8]', async () => {
    const watcher = await watch('delay/asked')
    const client = await TestClient.connect({ ...broker, ...delayed('asked', 0, 0) })
    client.raw.send({ type: 'disconnect', reasonCode: reasonCodes.DISCONNECT_WITH_WILL })
    await client.untilClosed()
    assert.deepEqual(await watcher.nextMessages(1), ['delay/asked gone'])
    await watcher.lose()
  })

  it('waits for its delay [MQTT-3.1.2-8]', async () => {
    const watcher = await watch('delay/late')
    const client = await TestClient.connect({ ...broker, ...delayed('late', 3, 60) })
    await client.lose()
    await wait(1_000)
    assert.deepEqual(await heard(watcher), [])
    assert.deepEqual(await watcher.nextMessages(1), ['delay/late gone'])
    await watcher.lose()
  })

  it('does not wait longer than the session lasts [MQTT-3.1.2-8]', async () => {
    const watcher = await watch('delay/w/+')
    const without = await TestClient.connect({ ...broker, ...delayed('w/none', 60, 0) })
    await without.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['delay/w/none gone'])
    const short = await TestClient.connect({ ...broker, ...delayed('w/short', 60, 1) })
    await short.lose()
    assert.deepEqual(await watcher.nextMessages(1), ['delay/w/short gone'])
    await watcher.lose()
  })

  it('does not come if the client is back before its delay is over [MQTT-3.1.3-9]', async () => {
    const watcher = await watch('delay/back')
    const { will: _, ...again } = delayed('back', 1, 60)
    const client = await TestClient.connect({ ...broker, ...delayed('back', 1, 60) })
    await client.lose()
    const back = await TestClient.connect({ ...broker, ...again, clean: false })
    await wait(2_500)
    assert.deepEqual(await heard(watcher), [])
    await back.lose()
    await watcher.lose()
  })

  it('comes at once if a clean start ends its session', async () => {
    const watcher = await watch('delay/clean')
    const client = await TestClient.connect({ ...broker, ...delayed('clean', 60, 60) })
    await client.lose()
    const fresh = await TestClient.connect({ ...broker, version: 5, clientId: 'clean', clean: true })
    assert.deepEqual(await watcher.nextMessages(1), ['delay/clean gone'])
    await fresh.lose()
    await watcher.lose()
  })
})
