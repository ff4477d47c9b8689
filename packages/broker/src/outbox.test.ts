import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Counters } from './counters.ts'
import { defaultLimits } from './limits.ts'
import { Outbox } from './outbox.ts'
import type { Transport } from './transports/transport.ts'
import { Writer } from './wire/writer.ts'

/** A transport that keeps what it is given and takes it, or not, as the test says. */
class SlowTransport implements Transport {
  readonly kind = 'tcp'
  readonly bytesRead = 0
  readonly remoteAddress = ''
  readonly certificate = undefined
  taken = Buffer.alloc(0)
  isBlocked = false
  isWriting = false

  write(chunks: readonly Uint8Array[]): boolean {
    assert.ok(!this.isWriting, 'nothing is written before the last write is done')
    assert.ok(chunks.length > 0)
    this.taken = Buffer.concat([this.taken, ...chunks])
    this.isWriting = this.isBlocked
    return !this.isBlocked
  }

  start(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

type Step = { add: number } | 'block' | 'drain' | 'turn'

describe('Outbox', () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ add: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 4_000, max: 30_000 })) }),
    fc.constantFrom<Step>('block', 'drain', 'turn'),
  )

  it('gives every byte once and in order, however reader and writer take turns', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const transport = new SlowTransport()
        const counters = new Counters()
        const outbox = new Outbox(transport, { limits: defaultLimits, counters, writer: new Writer(() => 0) })
        const added: Buffer[] = []
        const drain = () => {
          transport.isBlocked = false
          if (!transport.isWriting) return
          transport.isWriting = false
          outbox.drained(0)
        }
        for (const [index, each] of steps.entries()) {
          if (each === 'block') transport.isBlocked = true
          else if (each === 'drain') drain()
          else if (each === 'turn') outbox.write(0)
          else {
            // In the middle of a larger buffer, as messages come.
            const buffer = Buffer.alloc(each.add + 20, index)
            if (outbox.add(buffer, 10, 10 + each.add, 1)) added.push(buffer.subarray(10, 10 + each.add))
          }
        }
        drain()
        outbox.write(0)
        assert.ok(transport.taken.equals(Buffer.concat(added)))
        assert.equal(outbox.bytes, 0)
        assert.equal(counters.messagesSent, added.length)
      }),
    )
  })

  it('refuses what goes beyond its bound, which counts what is being written too', () => {
    const transport = new SlowTransport()
    transport.isBlocked = true
    const limits = { ...defaultLimits, outboxBytesMax: 100 }
    const outbox = new Outbox(transport, { limits, counters: new Counters(), writer: new Writer(() => 0) })
    const buffer = Buffer.alloc(100)
    assert.equal(outbox.add(buffer, 0, 60, 1), true)
    outbox.write(0)
    assert.equal(outbox.add(buffer, 60, 100, 1), true)
    assert.equal(outbox.add(buffer, 0, 1, 1), false)
    assert.equal(outbox.bytes, 100)
  })

  it('counts what was lost when it closes, once', () => {
    const transport = new SlowTransport()
    transport.isBlocked = true
    const counters = new Counters()
    const outbox = new Outbox(transport, { limits: defaultLimits, counters, writer: new Writer(() => 0) })
    outbox.add(Buffer.alloc(10), 0, 10, 3)
    outbox.write(0)
    outbox.add(Buffer.alloc(10), 0, 10, 2)
    outbox.close()
    outbox.drained(0)
    outbox.close()
    assert.equal(counters.snapshot().dropped_connection_closed, 5)
    assert.equal(counters.messagesSent, 0)
  })

  it('counts exactly what had not been handed to the transport, message by message', () => {
    const transport = new SlowTransport()
    const counters = new Counters()
    const outbox = new Outbox(transport, { limits: defaultLimits, counters, writer: new Writer(() => 0) })
    const messages = Array.from({ length: 10 }, () => Buffer.alloc(30_000))
    for (const message of messages) outbox.add(message, 0, message.length, 1)
    transport.isBlocked = true
    // 64 KiB at a time: three messages each.
    outbox.write(0)
    transport.isWriting = false
    outbox.drained(0)
    outbox.close()
    assert.equal(counters.messagesSent, 3)
    assert.equal(counters.snapshot().dropped_connection_closed, 7)
  })

  it('of slow readers hold no more together than they may, but each its minimum, and the memory is given back', () => {
    const counters = new Counters()
    const writer = new Writer(() => 0)
    const core = {
      limits: { ...defaultLimits, outboxBytesMax: 100_000, outboxesBytesMax: 40_000 },
      counters,
      writer,
    }
    const message = Buffer.alloc(1_000)
    const open = (isSlow: boolean) => {
      const transport = new SlowTransport()
      transport.isBlocked = true
      const outbox = new Outbox(transport, core)
      outbox.add(Buffer.alloc(12_600), 0, 12_600, 1)
      outbox.write(0)
      if (isSlow) outbox.giveUp()
      return outbox
    }
    const fill = (outbox: Outbox) => {
      let count = 0
      for (; count < 60 && outbox.add(message, 0, message.length, 1); count++) outbox.write(0)
      return count
    }
    const slow = [open(true), open(true), open(true)]
    // The first takes all there is; the others get their minimum; whoever keeps up is not concerned.
    assert.deepEqual(slow.map(fill), [41, 2, 2])
    assert.deepEqual(
      slow.map(({ hasRoom }) => hasRoom),
      [false, false, false],
    )
    const busy = open(false)
    assert.equal(fill(busy), 60)
    assert.equal(writer.heldBytes, 105 * 1_000)
    for (const outbox of [...slow, busy]) outbox.close()
    assert.equal(writer.heldBytes, 0)
  })
})
