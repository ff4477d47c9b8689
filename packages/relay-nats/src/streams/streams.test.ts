import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RelayExtras, RelayNode } from '@pillion/broker'
import { waitUntil } from '@pillion/testkit'
import fc from 'fast-check'
import { defaultRelayLimits, type RelayLimits } from '../options.ts'
import { FrameBlocks } from './frame-blocks.ts'
import { BATCH_HEADER_BYTES, encodeAnswer, frameKinds, readAnswer } from './frames.ts'
import { InStream } from './in-stream.ts'
import { OutStream } from './out-stream.ts'

const PATIENCE = 2_000

/** Two nodes and what is on its way between them; time and losses are the test's. */
class Pair {
  readonly delivered: string[] = []
  readonly topics: string[] = []
  readonly extras: (RelayExtras | undefined)[] = []
  /** By reason, on both sides together. */
  readonly dropped = new Map<string, number>()
  /** Of single messages, as `text age`; undefined: nobody wants to know. */
  lost: string[] | undefined = []
  /** On its way to the receiver, and to the sender. */
  readonly frames: Buffer[] = []
  readonly answers: Buffer[] = []
  readonly out: OutStream
  forwarded = 0
  now = 0
  frameBytesMax = 1_048_576
  #streams = 0
  readonly #in: InStream
  readonly #node: RelayNode = {
    deliver: (topic, payload, extras) => {
      this.topics.push(topic)
      this.delivered.push(Buffer.from(payload).toString())
      this.extras.push(extras)
    },
    evict: () => {},
    dropped: (reason, messages) => void this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + messages),
  }

  constructor(limits: Partial<RelayLimits> = {}) {
    this.out = new OutStream({
      from: 'a'.repeat(16),
      limits: { ...defaultRelayLimits, ...limits },
      now: () => this.now,
      frameBytesMax: () => this.frameBytesMax,
      nextStream: () => ++this.#streams,
      // A copy: the sender may write a new header into a frame that it sends again.
      send: (frame) => void this.frames.push(Buffer.from(frame)),
      dropped: this.#node.dropped,
      lost: () => {
        const { lost } = this
        return lost && ((_topic, payload, age) => void lost.push(`${Buffer.from(payload)} ${age}`))
      },
    })
    this.#in = new InStream({ info() {}, warn: (_fields, text) => assert.fail(text) }, (answer) => {
      this.answers.push(encodeAnswer('resync', 'b'.repeat(16), answer))
    })
  }

  get droppedCount(): number {
    return [...this.dropped.values()].reduce((sum, count) => sum + count, 0)
  }

  forward(count = 1, text = () => String(this.forwarded)): void {
    for (let index = 0; index < count; index++) {
      this.forwarded++
      this.out.add('topic', Buffer.from(text()), undefined)
    }
  }

  flush(): void {
    this.out.flush()
  }

  carry(frames = Number.POSITIVE_INFINITY, answers = frames): void {
    for (const frame of this.frames.splice(0, frames)) {
      if (this.#in.receive(frame, this.#node)) {
        this.answers.push(encodeAnswer('ack', 'b'.repeat(16), this.#in.takeAcknowledgement()))
      }
    }
    for (const answer of this.answers.splice(0, answers)) {
      if (answer[0] === frameKinds.ack) this.out.acknowledge(readAnswer(answer))
      else this.out.resync(readAnswer(answer))
    }
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
    this.out.tick(PATIENCE)
    this.#in.tick()
  }

  /** As after a cut on the receiver's side, or a pause. */
  restartReceiver(): void {
    this.#in.restart()
  }

  /** Nothing gets lost any more, until nothing is on its way. */
  settle(): void {
    this.flush()
    for (let round = 0; round < 20 && (this.out.unsettled > 0 || this.frames.length > 0); round++) {
      this.carry()
      this.carry()
      this.pass(PATIENCE)
    }
    assert.equal(this.out.unsettled, 0)
    assert.equal(this.out.windowBytes, 0)
  }

  assertExact(): void {
    const numbers = this.delivered.map(Number)
    assert.ok(
      numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number)),
      `in order and once: ${numbers}`,
    )
    assert.equal(this.delivered.length + this.droppedCount, this.forwarded)
  }
}

describe('messages to one other node', () => {
  it('travel in one batch per flush and are let go when it is acknowledged', () => {
    const pair = new Pair()
    pair.forward(3)
    pair.flush()
    pair.flush()
    assert.equal(pair.frames.length, 1)
    assert.ok(pair.out.windowBytes > 0)
    pair.carry()
    assert.deepEqual(pair.delivered, ['1', '2', '3'])
    assert.equal(pair.out.unsettled, 0)
    assert.equal(pair.out.windowBytes, 0)
  })

  it('fill several batches when there are many in one turn, and one of its own when one is large', () => {
    const pair = new Pair({ relayBatchBytesMax: 1_024 })
    pair.forward(3, () => 'x'.repeat(400))
    pair.forward(1, () => 'y'.repeat(5_000))
    pair.forward(1, () => 'z')
    pair.flush()
    assert.deepEqual(
      pair.frames.map((frame) => frame.readUInt32LE(BATCH_HEADER_BYTES - 4)),
      [2, 1, 1, 1],
    )
    pair.carry()
    assert.deepEqual(
      pair.delivered.map((text) => text.slice(0, 1)),
      ['x', 'x', 'x', 'y', 'z'],
    )
  })

  it('are dropped as relay_too_large beyond what NATS takes in one message, and carried up to that', () => {
    const pair = new Pair()
    const head = BATCH_HEADER_BYTES + 7 + 3 * 'topic'.length
    pair.frameBytesMax = 2_048
    pair.forward(1, () => 'x'.repeat(2_048 - head))
    pair.forward(1, () => 'x'.repeat(2_048 - head + 1))
    pair.flush()
    pair.carry()
    assert.deepEqual(
      pair.delivered.map((text) => text.length),
      [2_048 - head],
    )
    assert.deepEqual([...pair.dropped], [['relay_too_large', 1]])
  })

  it('are dropped as relay_full, the newest first, while relayWindowBytesMax are not acknowledged', () => {
    const pair = new Pair({ relayWindowBytesMax: 10_000 })
    while (pair.dropped.size === 0) {
      pair.forward()
      pair.flush()
    }
    assert.ok(pair.out.windowBytes <= 10_000)
    assert.ok(pair.out.windowBytes > 9_000)
    assert.deepEqual([...pair.dropped], [['relay_full', 1]])
    pair.carry()
    pair.forward()
    pair.settle()
    assert.equal(pair.delivered.at(-1), String(pair.forwarded))
    pair.assertExact()
  })

  it('ask that senders be slowed down from a quarter of the window on, until an eighth or until the receiver is given up', () => {
    const pair = new Pair({ relayWindowBytesMax: 80_000 })
    let reliefs = 0
    pair.out.relief = { relieve: () => void reliefs++ }
    while (!pair.out.isCongested) {
      assert.ok(pair.out.windowBytes <= 20_000)
      pair.forward()
      pair.flush()
    }
    assert.ok(pair.out.windowBytes > 20_000)
    const frames = pair.frames.length
    while (pair.out.isCongested) {
      assert.equal(reliefs, 0)
      pair.carry(1)
    }
    assert.ok(pair.out.windowBytes <= 10_000)
    assert.equal(reliefs, 1)
    assert.ok(pair.out.writtenBytes > pair.out.busyBytes)
    pair.out.giveUp()
    for (let index = 0; index < frames * 2; index++) {
      pair.forward()
      pair.flush()
      assert.equal(pair.out.isCongested, false)
    }
    pair.settle()
    while (!pair.out.isCongested) {
      pair.forward()
      pair.flush()
    }
    pair.out.restart()
    assert.equal(pair.out.isCongested, false)
  })

  it('go out again after a cut, and are dropped as relay_late once relayLateSeconds have passed', () => {
    const pair = new Pair()
    pair.forward(2)
    pair.flush()
    pair.frames.length = 0
    pair.pass(9_999)
    pair.forward(1)
    pair.flush()
    pair.frames.length = 0
    pair.out.resend()
    pair.carry()
    assert.deepEqual(pair.delivered, ['1', '2', '3'])
    pair.forward(2)
    pair.flush()
    pair.frames.length = 0
    pair.pass(10_000)
    pair.forward(1)
    pair.settle()
    assert.deepEqual(pair.delivered, ['1', '2', '3', '6'])
    assert.deepEqual([...pair.dropped], [['relay_late', 2]])
  })

  it('are asked for again when a batch is missing, also when it was the last', () => {
    const pair = new Pair()
    for (const lost of [0, 1, 2]) {
      for (let index = 0; index < 3; index++) {
        pair.forward()
        pair.flush()
      }
      pair.frames.splice(lost, 1)
      pair.settle()
    }
    assert.equal(pair.delivered.length, 9)
    assert.equal(pair.droppedCount, 0)
    pair.assertExact()
  })

  it('that were on their way to a receiver that stood still come once, or not at all when they are too old', () => {
    const pair = new Pair()
    pair.forward(2)
    pair.flush()
    pair.pass(30_000)
    pair.restartReceiver()
    pair.carry()
    assert.deepEqual(pair.delivered, [])
    pair.forward(1)
    pair.settle()
    assert.deepEqual(pair.delivered, ['3'])
    assert.deepEqual([...pair.dropped], [['relay_late', 2]])
    pair.assertExact()
  })

  it('are lost when the receiver is gone for good, and the next one begins anew', () => {
    const pair = new Pair()
    pair.forward(2)
    pair.flush()
    pair.carry()
    pair.forward(3)
    pair.flush()
    pair.frames.length = 0
    pair.now += 5
    pair.forward(1)
    pair.out.restart()
    assert.deepEqual([...pair.dropped], [['relay_lost', 4]])
    assert.deepEqual(pair.lost, ['3 5', '4 5', '5 5', '6 0'], 'nothing is known of what was acknowledged')
    pair.forward(1)
    pair.settle()
    assert.deepEqual(pair.delivered, ['1', '2', '7'])
  })

  it('are told one by one when their receiver is gone for good, those too that were given up before', () => {
    const pair = new Pair()
    pair.forward(2)
    pair.flush()
    pair.frames.length = 0
    pair.pass(10_000)
    pair.settle()
    assert.deepEqual([...pair.dropped], [['relay_late', 2]])
    pair.forward(2)
    pair.flush()
    pair.frames.length = 0
    pair.pass(10_000)
    assert.equal(pair.out.windowBytes, 0)
    assert.deepEqual(pair.lost, [], 'the receiver may have them yet')
    pair.pass(50_000)
    pair.out.restart()
    assert.deepEqual(pair.lost, ['3 60000', '4 60000'], 'the receiver itself knows of 1 and 2')
    pair.out.restart()
    pair.forward(1)
    pair.flush()
    pair.out.end()
    assert.equal(pair.lost?.length, 2, 'this node went, not the receiver')
    assert.deepEqual(
      [...pair.dropped],
      [
        ['relay_late', 2],
        ['relay_lost', 3],
      ],
    )
  })

  it('are held no longer than they are sent again if nobody wants to know of single ones', () => {
    const pair = new Pair()
    pair.lost = undefined
    pair.forward(2)
    pair.flush()
    pair.pass(10_000)
    pair.lost = []
    pair.out.restart()
    assert.deepEqual(pair.lost, [])
    assert.deepEqual([...pair.dropped], [['relay_lost', 2]])
  })

  it('take an eighth of the window at most after they were given up', () => {
    const pair = new Pair({ relayWindowBytesMax: 80_000 })
    for (let index = 0; index < 60; index++) {
      pair.forward(1, () => 'x'.repeat(1_000))
      pair.flush()
    }
    pair.pass(10_000)
    pair.out.restart()
    const { length = 0 } = pair.lost ?? []
    assert.ok(length > 5 && length < 10, `${length}`)
  })

  it('are told in portions when there are many', async () => {
    const pair = new Pair()
    const count = 100_000
    pair.forward(count)
    pair.out.restart()
    const { lost = [] } = pair
    assert.ok(lost.length > 0 && lost.length < count / 2, `${lost.length} at once`)
    await waitUntil('all are told', () => lost.length === count)
    assert.equal(lost.at(-1)?.split(' ')[0], String(count))
  })

  it('keep their topics, of which only the first of several in a row travels', () => {
    const pair = new Pair({ relayBatchBytesMax: 1_024 })
    const topics = ['a', 'a', 'b', 'ä/日本', 'ä/日本', 'a', 'b', 'b']
    for (const topic of topics) {
      pair.out.add(topic, Buffer.from('1'), undefined)
      pair.out.add(topic, Buffer.from('2'), { retain: true, keepFor: undefined, properties: undefined })
      pair.out.add(topic, Buffer.alloc(0), undefined)
    }
    pair.settle()
    assert.deepEqual(
      pair.topics,
      topics.flatMap((topic) => [topic, topic, topic]),
    )
    assert.deepEqual(
      pair.delivered,
      topics.flatMap(() => ['1', '2', '']),
    )
  })

  it('may say that they are kept elsewhere without any other extras', () => {
    const pair = new Pair()
    pair.out.add('a', Buffer.from('1'), {
      retain: false,
      keepFor: undefined,
      isKept: true,
      properties: undefined,
    })
    pair.settle()
    assert.equal(pair.extras[0]?.isKept, true)
  })

  it('are delivered once and in order or dropped and counted, whatever gets lost, doubled or delayed', () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('forward' as const), count: fc.integer({ min: 1, max: 20 }) }),
      },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('carry' as const), count: fc.nat(4) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constantFrom('lose', 'double', 'loseAnswer' as const),
          count: fc.nat(4),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('pass' as const),
          count: fc.constantFrom(100, 2_000, 6_000, 11_000),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom('restartReceiver', 'resend', 'cut' as const),
          count: fc.constant(0),
        }),
      },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pair = new Pair({ relayWindowBytesMax: 4_000, relayBatchBytesMax: 256 })
        for (const { do: what, count } of steps) {
          if (what === 'forward') {
            pair.forward(count)
            pair.flush()
          } else if (what === 'carry') pair.carry(count, count)
          else if (what === 'lose') pair.frames.splice(count, 1)
          else if (what === 'double') pair.frames.push(...pair.frames.slice(count, count + 2))
          else if (what === 'loseAnswer') pair.answers.splice(count, 1)
          else if (what === 'pass') pair.pass(count)
          else if (what === 'restartReceiver') pair.restartReceiver()
          else if (what === 'resend') pair.out.resend()
          else {
            pair.frames.length = 0
            pair.answers.length = 0
          }
        }
        pair.settle()
        pair.assertExact()
      }),
      { numRuns: 500 },
    )
  })
})

describe('memory for frames', () => {
  it('is used again once nothing in it is needed, unless it was sent twice or is of another size', () => {
    const blocks = new FrameBlocks(1_024)
    const first = blocks.take(1_024)
    first.uses++
    blocks.endUse(first)
    assert.notEqual(blocks.take(1_024), first)
    blocks.endUse(first)
    assert.equal(blocks.take(1_024), first)
    first.isTainted = true
    blocks.endUse(first)
    blocks.endUse(blocks.take(10_000))
    const next = blocks.take(1_024)
    assert.notEqual(next, first)
    assert.equal(next.bytes.length, 4_096)
  })
})
