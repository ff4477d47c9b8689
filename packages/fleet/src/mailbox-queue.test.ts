import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Uid, Vin } from '@pillion/schema'
import { MailboxQueue, type WaitingMessage } from './mailbox-queue.ts'

const ample = 1_000_000
/** Beside the payload. */
const entry = 512

function message(text: string, uid = 'P', vin = 'V', bytes = 0): WaitingMessage {
  const topic = { environment: 'default', uid: uid as Uid, vin: vin as Vin, subtopic: '' }
  const payload = Buffer.from(text.padEnd(bytes))
  return { topic, payload, receivedAt: 0, expirySeconds: undefined }
}

function texts(messages: readonly WaitingMessage[]): string {
  return messages.map(({ payload }) => Buffer.from(payload).toString().trim()).join(' ')
}

describe('the queue in front of the mailboxes', () => {
  it('gives back what came, oldest first, so many and so much at a time, but one at least', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: ample })
    for (let n = 1; n <= 6; n++) assert.equal(queue.add(message(String(n), 'P', 'V', 100)).length, 0)
    assert.equal(queue.size, 6)
    assert.equal(texts(queue.take(2, ample)), '1 2')
    assert.equal(texts(queue.take(9, 1)), '3')
    assert.equal(texts(queue.take(9, 2 * (entry + 100))), '4 5')
    assert.equal(texts(queue.take(9, ample)), '6')
    assert.equal(texts(queue.take(9, ample)), '')
    assert.equal(queue.size, 0)
  })

  it('keeps a copy: the bytes it was given may be overwritten', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: ample })
    const given = message('first')
    queue.add(given)
    given.payload.fill(0)
    assert.equal(texts(queue.take(1, ample)), 'first')
  })

  it('drops a partner’s oldest where it has no more room, at the byte, and nobody else’s', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: 3 * (entry + 100) })
    queue.add(message('other', 'Q', 'V', 100))
    for (let n = 1; n <= 3; n++) assert.equal(queue.add(message(String(n), 'P', 'V', 100)).length, 0)
    assert.equal(queue.add(message('4', 'P', 'V', 100)).length, 1)
    assert.equal(queue.add(message('5', 'P', 'V', 101)).length, 2)
    assert.equal(queue.add(message('6', 'P', 'V', 9_999)).length, 2, 'even one that is too large alone')
    assert.deepEqual([queue.size, texts(queue.take(9, ample))], [2, 'other 6'])
  })

  it('forgets nothing and holds on to nothing in a flood', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: 10 * (entry + 5) })
    let pushedOut = 0
    for (let n = 0; n < 50_000; n++) pushedOut += queue.add(message(String(n).padStart(5, '0'))).length
    assert.deepEqual([queue.size, pushedOut], [10, 49_990])
    assert.match(texts(queue.take(99, ample)), /^49990 .* 49999$/)
  })

  it('serves partners in turn', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: ample })
    for (let n = 1; n <= 4; n++) queue.add(message(`p${n}`, 'P'))
    for (let n = 1; n <= 2; n++) queue.add(message(`q${n}`, 'Q'))
    assert.equal(texts(queue.take(3, ample)), 'p1 q1 p2')
    assert.equal(texts(queue.take(3, ample)), 'q2 p3 p4')
  })

  it('gives out those of one vehicle at once', () => {
    const queue = new MailboxQueue({ mailboxQueueBytesPerPartnerMax: ample })
    for (const [text, uid, vin] of [
      ['1', 'P', 'V'],
      ['2', 'P', 'W'],
      ['3', 'Q', 'V'],
      ['4', 'P', 'V'],
    ] as const)
      queue.add(message(text, uid, vin))
    assert.equal(texts(queue.take(1, ample)), '1')
    assert.equal(queue.has('V'), true)
    assert.equal(texts(queue.takeFor('V')), '3 4')
    assert.equal(queue.has('V'), false)
    assert.deepEqual([queue.size, texts(queue.take(9, ample)), texts(queue.takeFor('W'))], [1, '2', ''])
  })
})
