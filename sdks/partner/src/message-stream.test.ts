import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MessageStream } from './message-stream.ts'
import { PartnerError } from './partner-error.ts'

describe('MessageStream', () => {
  test('holds bufferMax messages; one more drops the oldest and is counted', async () => {
    const stream = new MessageStream<number>(3, () => undefined)
    assert.deepEqual(
      [1, 2, 3, 4].map((number) => stream.push(number)),
      [true, true, true, false],
    )
    assert.equal(stream.dropped, 1)
    stream.end()
    const rest: number[] = []
    for await (const number of stream) rest.push(number)
    assert.deepEqual(rest, [2, 3, 4])
  })

  test('answers readers that were there first, in order', async () => {
    const stream = new MessageStream<number>(1, () => undefined)
    const reads = [stream.next(), stream.next()]
    stream.push(1)
    stream.push(2)
    assert.deepEqual(
      (await Promise.all(reads)).map(({ value }) => value),
      [1, 2],
    )
    assert.equal(stream.dropped, 0)
  })

  test('throws the error that ended it once, after what was buffered', async () => {
    const stream = new MessageStream<number>(1, () => undefined)
    stream.push(1)
    stream.end(new PartnerError('SIGN_IN_REFUSED'))
    assert.equal((await stream.next()).value, 1)
    await assert.rejects(stream.next(), { code: 'SIGN_IN_REFUSED' })
    assert.equal((await stream.next()).done, true)
  })

  test('takes nothing more after break, and says so to its owner once', async () => {
    let ends = 0
    const stream = new MessageStream<number>(5, () => ends++)
    stream.push(1)
    stream.push(2)
    for await (const _ of stream) break
    assert.equal(stream.push(3), true)
    stream.end()
    assert.equal(ends, 1)
    assert.equal((await stream.next()).done, true)
  })
})
