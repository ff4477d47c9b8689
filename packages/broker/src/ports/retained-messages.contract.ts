import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RetainedMessages } from './retained-messages.ts'

/** What every `RetainedMessages` must do. `open` gives an empty one with room for two messages, on the given clock. */
export function retainedMessagesContract(name: string, open: (now: () => number) => RetainedMessages): void {
  describe(`RetainedMessages: ${name}`, () => {
    const keep = (retained: RetainedMessages, topic: string, text: string, expiresAt?: number) =>
      retained.keep(topic, { payload: Buffer.from(text), expiresAt })
    const texts = (retained: RetainedMessages, filter: string) =>
      [...retained.match(filter)].map(([topic, { payload }]) => `${topic} ${Buffer.from(payload)}`).sort()

    it('keeps the last message of each topic and finds it by filter [MQTT-3.3.1-5]', () => {
      const retained = open(() => 0)
      keep(retained, 'a/b', 'old')
      keep(retained, 'a/b', 'new')
      keep(retained, 'a/c', 'other')
      assert.deepEqual(texts(retained, 'a/+'), ['a/b new', 'a/c other'])
      assert.deepEqual(texts(retained, 'b/#'), [])
    })

    it('deletes the message when an empty payload comes [MQTT-3.3.1-6]', () => {
      const retained = open(() => 0)
      keep(retained, 'a', 'text')
      assert.equal(keep(retained, 'a', ''), true)
      assert.deepEqual(texts(retained, '#'), [])
    })

    it('hides $-topics from a leading wildcard [MQTT-4.7.2-1]', () => {
      const retained = open(() => 0)
      keep(retained, '$SYS/uptime', '1')
      assert.deepEqual(texts(retained, '#'), [])
      assert.deepEqual(texts(retained, '$SYS/#'), ['$SYS/uptime 1'])
    })

    it('forgets a message when its time is over [MQTT-3.3.2-5]', () => {
      let now = 0
      const retained = open(() => now)
      keep(retained, 'a', 'text', 1_000)
      now = 999
      assert.deepEqual(texts(retained, 'a'), ['a text'])
      now = 1_000
      assert.deepEqual(texts(retained, 'a'), [])
    })

    it('says no when there is no room, changes nothing, and still replaces and deletes', () => {
      const retained = open(() => 0)
      assert.equal(keep(retained, 'a', '1'), true)
      assert.equal(keep(retained, 'b', '2'), true)
      assert.equal(keep(retained, 'c', '3'), false)
      assert.equal(keep(retained, 'a', '4'), true)
      assert.deepEqual(texts(retained, '#'), ['a 4', 'b 2'])
      keep(retained, 'a', '')
      assert.equal(keep(retained, 'c', '5'), true)
    })
  })
}
