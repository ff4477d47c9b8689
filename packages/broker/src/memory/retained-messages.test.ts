import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { retainedMessagesContract } from '../ports/retained-messages.contract.ts'
import type { RetainedMessage } from '../ports/retained-messages.ts'
import { MemoryRetainedMessages } from './retained-messages.ts'

retainedMessagesContract(
  'memory',
  (now) => new MemoryRetainedMessages({ messagesMax: 4, perOwnerMax: 2, now }),
)

describe('MemoryRetainedMessages', () => {
  it('counts payload, topic name and properties towards its bytes', () => {
    const properties = { contentType: 'ü', responseTopic: 'abc', correlationData: Buffer.alloc(10) }
    // Topic name 5, payload 20, properties 2 + 3 + 10.
    const retained = new MemoryRetainedMessages({ bytesMax: 40 })
    assert.equal(retained.keep('topic', message(21, properties)), false)
    assert.equal(retained.keep('topic', message(20, properties)), true)
    assert.equal(retained.keep('t', message(1)), false)
    assert.equal(retained.keep('topic', message(20)), true)
    assert.equal(retained.keep('t', message(14)), true)
    assert.equal(retained.keep('t', message(15)), false)
    assert.equal(retained.find('t'), undefined, 'nor is the earlier one kept [3.1.1:MQTT-3.3.1-7]')
    retained.keep('topic', message(0))
    assert.equal(retained.keep('t', message(39)), true)
  })

  it('counts pairs of user properties for what they are in memory', () => {
    const userProperties = Array.from({ length: 1_000 }, () => ['', ''] as const)
    const retained = new MemoryRetainedMessages({ bytesMax: 50_000 })
    assert.equal(retained.keep('a', message(1, { userProperties })), false)
  })

  it('counts levels that hold no message: a deep topic name costs more memory than it has bytes', () => {
    const retained = new MemoryRetainedMessages({ bytesMax: 100_000 })
    const deep = (index: number) => `${index}${'/x'.repeat(150)}`
    let kept = 0
    while (retained.keep(deep(kept), message(1))) kept++
    assert.equal(kept, 2, 'and not 300, as its 311 bytes would allow')
    for (let index = 0; index < kept; index++) retained.keep(deep(index), message(0))
    assert.equal(retained.keep('a', message(99_999)), true, 'everything is freed')
  })

  it('looks at what can match, not at everything that is kept', () => {
    const retained = new MemoryRetainedMessages()
    const count = 50_000
    for (let index = 0; index < count; index++) retained.keep(`a/${index}/b`, message(1))
    for (let index = 0; index < 100; index++) retained.keep(`c/${index}/d`, message(1))
    for (const [filter, expected] of [
      ['a/500/b', 1],
      ['a/500/c', 0],
      ['a/500/+', 1],
      ['c/+/d', 100],
      ['c/#', 100],
      ['+/500/b', 1],
      ['a/+/b', count],
      ['#', count + 100],
    ] as const) {
      let matched = 0
      // A walk through all of it without a match would pause hundreds of times.
      for (const found of retained.match(filter)) {
        assert.notEqual(found, undefined, filter)
        matched++
      }
      assert.equal(matched, expected, filter)
    }
  })

  it('lets its reader pause where nothing matches for long', () => {
    const retained = new MemoryRetainedMessages()
    for (let index = 0; index < 10_000; index++) retained.keep(`a/${index}/b`, message(1))
    let pauses = 0
    for (const found of retained.match('+/+/nothing')) {
      assert.equal(found, undefined)
      pauses++
    }
    assert.ok(pauses >= 50, `${pauses} pauses`)
  })
})

function message(size: number, properties?: RetainedMessage['properties']): RetainedMessage {
  return { payload: Buffer.alloc(size), properties, expiresAt: undefined, owner: '', publisher: '' }
}
