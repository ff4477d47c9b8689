import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ManualClock, MemoryTransport } from '@pillion/testkit'
import { SlowTransport } from './slow-transport.ts'

let clock: ManualClock
let network: MemoryTransport
let slow: SlowTransport
let heard: string[]
beforeEach(() => {
  clock = new ManualClock()
  network = new MemoryTransport()
  heard = []
  slow = new SlowTransport(network, clock, () => heard.push('stopped'))
  slow.start({
    connected: () => heard.push('connected'),
    disconnected: () => heard.push('disconnected'),
    message: (topicName) => heard.push(topicName),
    kept: () => true,
  })
})
const send = (text: string) => slow.publish(text, new Uint8Array())
const sent = () => network.published.map(({ topicName }) => topicName)

test('without a delay everything passes at once', () => {
  network.connect()
  network.deliver('a', {})
  send('b')
  assert.deepEqual([heard, sent()], [['connected', 'a'], ['b']])
})

test('a slow network delays both ways, and a promise is kept when the message has left', async () => {
  slow.delaySeconds = 2
  network.deliver('a', {})
  let acknowledged = false
  const published = send('b').then(() => {
    acknowledged = true
  })
  clock.advance(1_999)
  await Promise.resolve()
  assert.deepEqual([heard, sent(), acknowledged], [[], [], false])
  clock.advance(1)
  assert.deepEqual([heard, sent()], [['a'], ['b']])
  await published
})

test('no message overtakes another when the network becomes faster', () => {
  slow.delaySeconds = 5
  network.deliver('a', {})
  slow.delaySeconds = 0
  network.deliver('b', {})
  assert.deepEqual(heard, [])
  clock.advance(5_000)
  assert.deepEqual(heard, ['a', 'b'])
  network.deliver('c', {})
  assert.deepEqual(heard, ['a', 'b', 'c'])
})

for (const [end, act] of [
  ['is lost', () => network.disconnect()],
  ['is not allowed any more', () => slow.allow(false)],
  ['stops', () => slow.stop()],
] as const) {
  test(`what is on its way when the connection ${end} is lost`, async () => {
    slow.delaySeconds = 2
    network.deliver('a', {})
    const published = send('b')
    act()
    await assert.rejects(published, /on its way/)
    clock.advance(10_000)
    assert.deepEqual([heard.includes('a'), sent()], [false, []])
    assert.equal(clock.waiting, 0)
  })
}

test('what the server kept comes at once, for it is acknowledged at once (W 9.3)', () => {
  slow.delaySeconds = 2
  assert.equal(network.deliverKept([]), true)
})
