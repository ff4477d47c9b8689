import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RetainedMessage, RetainedMessages } from './retained-messages.ts'

/**
 * What every `RetainedMessages` must do. `open` gives an empty one on the given clock, with room for four messages in
 * all and for two of one owner.
 */
export function retainedMessagesContract(name: string, open: (now: () => number) => RetainedMessages): void {
  describe(`RetainedMessages: ${name}`, () => {
    it('keeps the last message of each topic and finds it by filter [MQTT-3.3.1-5]', () => {
      const retained = open(() => 0)
      keep(retained, 'a/b', 'old')
      keep(retained, 'a/b', 'new')
      keep(retained, 'a/c', 'other')
      assert.deepEqual(texts(retained, 'a/+'), ['a/b new', 'a/c other'])
      assert.deepEqual(texts(retained, 'a/b'), ['a/b new'])
      assert.deepEqual(texts(retained, 'b/#'), [])
      assert.deepEqual(texts(retained, 'a'), [])
      assert.equal(retained.count, 2)
    })

    it('gives the very object that was kept, with everything in it', () => {
      const retained = open(() => 0)
      const message: RetainedMessage = {
        payload: Buffer.from('text'),
        properties: { contentType: 'text/plain', userProperties: [['a', 'b']] },
        expiresAt: 5,
        owner: 'somebody',
        publisher: 'client',
      }
      retained.keep('a/b', message)
      assert.equal(retained.find('a/b'), message)
      assert.deepEqual([...retained.match('#')].filter(Boolean), [['a/b', message]])
      assert.equal(retained.find('a'), undefined)
      assert.equal(retained.find('a/b/c'), undefined)
    })

    it('deletes the message when an empty payload comes, and keeps none [MQTT-3.3.1-6, -7]', () => {
      const retained = open(() => 0)
      keep(retained, 'a', 'text')
      assert.equal(keep(retained, 'a', ''), true)
      assert.equal(keep(retained, 'never', ''), true)
      assert.deepEqual(texts(retained, '#'), [])
      assert.equal(retained.count, 0)
    })

    it('hides $-topics from a leading wildcard [MQTT-4.7.2-1]', () => {
      const retained = open(() => 0)
      keep(retained, '$SYS/uptime', '1')
      keep(retained, 'a/$b', '2')
      assert.deepEqual(texts(retained, '#'), ['a/$b 2'])
      assert.deepEqual(texts(retained, '+/uptime'), [])
      assert.deepEqual(texts(retained, '+/+'), ['a/$b 2'])
      assert.deepEqual(texts(retained, '$SYS/#'), ['$SYS/uptime 1'])
    })

    it('gives no message whose time is over, and frees its room, once counted [MQTT-3.3.2-5]', () => {
      let now = 0
      const retained = open(() => now)
      for (const topic of ['a', 'b', 'c']) keep(retained, topic, 'text', { expiresAt: 1_000 })
      keep(retained, 'for ever', 'text')
      now = 999
      assert.equal(retained.expire(), 0)
      assert.deepEqual(texts(retained, 'a'), ['a text'])
      now = 1_000
      assert.deepEqual(texts(retained, '#'), ['for ever text'])
      assert.equal(retained.find('a'), undefined)
      let ended = 0
      for (let second = 0; second < 10; second++) ended += retained.expire()
      assert.equal(ended, 3)
      assert.equal(retained.count, 1)
      for (const topic of ['d', 'e', 'f']) assert.equal(keep(retained, topic, 'text'), true)
    })

    it('forgets the earlier end when a message is replaced', () => {
      let now = 0
      const retained = open(() => now)
      keep(retained, 'a', 'old', { expiresAt: 1_000 })
      keep(retained, 'a', 'new')
      now = 2_000
      assert.equal(retained.expire(), 0)
      assert.deepEqual(texts(retained, 'a'), ['a new'])
    })

    it('says no when there is no room, and still replaces and deletes', () => {
      const retained = open(() => 0)
      for (const topic of ['a', 'b', 'c', 'd']) assert.equal(keep(retained, topic, '1'), true)
      assert.equal(keep(retained, 'e', '2'), false)
      assert.equal(keep(retained, 'a', '3'), true)
      assert.deepEqual(texts(retained, '#'), ['a 3', 'b 1', 'c 1', 'd 1'])
      keep(retained, 'a', '')
      assert.equal(keep(retained, 'e', '4'), true)
    })

    it('bounds what one owner keeps; a topic changes hands with its message', () => {
      const retained = open(() => 0)
      const ours = { owner: 'us' }
      const theirs = { owner: 'them' }
      assert.equal(keep(retained, 'a', '1', ours), true)
      assert.equal(keep(retained, 'b', '1', ours), true)
      assert.equal(keep(retained, 'c', '1', ours), false)
      assert.equal(keep(retained, 'a', '2', ours), true, 'their own may be replaced')
      assert.equal(keep(retained, 'c', '1', theirs), true)
      assert.equal(keep(retained, 'a', '3', theirs), true)
      assert.equal(keep(retained, 'b', '3', theirs), false)
      assert.deepEqual(texts(retained, 'b'), [], 'nor is the earlier one kept [3.1.1:MQTT-3.3.1-7]')
      assert.equal(keep(retained, 'd', '1', ours), true)
    })

    it('does not bind the nameless owner', () => {
      const retained = open(() => 0)
      for (const topic of ['a', 'b', 'c']) assert.equal(keep(retained, topic, '1'), true)
    })

    it('may be read slowly while it changes: what stays is given once, what is given is current', () => {
      const retained = open(() => 0)
      for (const topic of ['a/1', 'a/2', 'a/3']) keep(retained, topic, 'old')
      const given: string[] = []
      for (const found of retained.match('#')) {
        if (found === undefined) continue
        given.push(text(found))
        if (given.length > 1) continue
        // One that has not been given goes, another changes, one comes, and the first one goes and comes back.
        const [gone, changed] = ['a/1', 'a/2', 'a/3'].filter((topic) => topic !== found[0]) as [
          string,
          string,
        ]
        keep(retained, gone, '')
        keep(retained, changed, 'new')
        keep(retained, 'b/1', 'came')
        keep(retained, found[0], '')
      }
      const kept = given.filter((each) => each.endsWith('new'))
      assert.equal(kept.length, 1, `${given}`)
      assert.equal(given.filter((each) => each.endsWith('old')).length, 1, `${given}`)
    })
  })
}

function keep(
  retained: RetainedMessages,
  topic: string,
  content: string,
  fields: Partial<RetainedMessage> = {},
) {
  const plain = { properties: undefined, expiresAt: undefined, owner: '', publisher: '' }
  return retained.keep(topic, { ...plain, ...fields, payload: Buffer.from(content) })
}

function texts(retained: RetainedMessages, filter: string): string[] {
  return [...retained.match(filter)]
    .filter((found) => found !== undefined)
    .map(text)
    .sort()
}

function text([topic, { payload }]: readonly [string, RetainedMessage]): string {
  return `${topic} ${Buffer.from(payload)}`
}
