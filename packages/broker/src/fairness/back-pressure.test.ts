import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { waitUntil } from '@pillion/testkit'
import { serve, serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'

const small = { outboxBytesMax: 262_144 }

/** Publishes as fast as the socket takes it; resolves when all is written. */
async function flood(sender: TestClient, topicName: string, messages: number, bytes: number): Promise<void> {
  const { socket } = sender.raw
  for (let index = 0; index < messages; index++) {
    sender.publish(topicName, `${index}`.padEnd(bytes))
    if (socket.writableNeedDrain) await new Promise((resume) => socket.once('drain', resume))
  }
}

describe('back pressure', () => {
  it('slows a publisher down to what its receivers take, and loses nothing', async (t) => {
    const attempts: Record<string, number>[] = []
    // A machine that stops this process for longer than the broker has patience makes its reader a slow one.
    while (attempts.length < 4) {
      attempts.push(await countDrops(t))
      if (Object.keys(attempts.at(-1) ?? {}).length === 0) return
    }
    assert.fail(`dropped each time: ${JSON.stringify(attempts)}`)
  })

  async function countDrops(t: TestContext): Promise<Record<string, number>> {
    const { broker, port } = await serveFor(t, { limits: small })
    const receiver = await TestClient.connect({ port, clientId: 'receiver' })
    await receiver.subscribe('fast')
    const sender = await TestClient.connect({ port, clientId: 'sender' })
    const { socket } = receiver.raw
    // Takes a lot, but never at once.
    let isReading = true
    const reading = (async () => {
      while (isReading) {
        socket.pause()
        await wait(5)
        socket.resume()
        await wait(5)
      }
    })()
    const messages = 4_000
    await flood(sender, 'fast', messages, 5_000)
    const drops = () =>
      Object.fromEntries(Object.entries(broker.counters()).filter(([name]) => name.startsWith('dropped')))
    const sum = () => Object.values(drops()).reduce((sum, count) => sum + count, 0)
    await waitUntil('all is accounted for', () => broker.counters().messages_sent === messages - sum())
    isReading = false
    await reading
    return drops()
  }

  it('does not let a stuck reader slow others: it loses messages, its publisher goes on', async () => {
    const broker = await serve({ limits: small })
    const stuck = await TestClient.connect({ ...broker, clientId: 'stuck' })
    await stuck.subscribe('both')
    stuck.raw.socket.pause()
    const reader = await TestClient.connect({ ...broker, clientId: 'reader' })
    await reader.subscribe('both')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    const messages = 4_000
    for (let sent = 0; sent < messages; sent += 20) {
      await flood(sender, 'both', 20, 5_000)
      await reader.nextMessages(20)
    }
    const { dropped_outbox_full = 0 } = broker.broker.counters()
    assert.ok(dropped_outbox_full > messages / 2, 'the stuck one went without')
    await broker.close()
  })

  it('gives up a publisher that is gone, and takes what it had sent before', async () => {
    const broker = await serve({ limits: small })
    const receiver = await TestClient.connect({ ...broker, clientId: 'receiver' })
    await receiver.subscribe('last')
    const sender = await TestClient.connect({ ...broker, clientId: 'sender' })
    receiver.raw.socket.pause()
    const messages = 400
    await flood(sender, 'last', messages, 5_000)
    await sender.lose()
    receiver.raw.socket.resume()
    await waitUntil('the sender is gone', () => broker.broker.connectionCount === 1)
    await receiver.ping()
    const { dropped_outbox_full = 0 } = broker.broker.counters()
    assert.equal(receiver.messages().length + dropped_outbox_full, messages)
    await broker.close()
  })
})
