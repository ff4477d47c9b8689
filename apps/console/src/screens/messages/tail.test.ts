import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MessageRecord, MessageState } from '@pillion/schema'
import { matchesFilter } from './message-filter.ts'
import { Tail } from './tail.ts'

const at = '2026-01-01T00:00:00.000Z'

function message(
  id: string,
  state: MessageState = 'accepted',
  more: Partial<MessageRecord> = {},
): MessageRecord {
  const steps = [
    { state, at, node: 'n1', text: '', ...(state === 'dropped' ? { reason: 'outbox_full' } : {}) },
  ]
  const fixed = { at, node: 'n1', kind: 'downlink', from: 'partner:demo', topic: 't', bytes: 1 } as const
  return { id, ...fixed, level: 'recent', steps, ...more }
}

describe('the tail of live messages', () => {
  test('lets new ones wait, and gives those in sight their new states at once', () => {
    const tail = new Tail()
    tail.take(message('1'))
    tail.letIn()
    tail.take(message('2'))
    tail.take(message('1', 'routed'))
    assert.equal(tail.waiting, 1)
    assert.deepEqual(
      tail.rows().map(({ id, steps }) => [id, steps[0]?.state]),
      [['1', 'routed']],
    )
    tail.letIn()
    assert.deepEqual(
      tail.rows().map(({ id }) => id),
      ['2', '1'],
    )
  })

  test('keeps the newest 200, however long one holds them back', () => {
    const tail = new Tail()
    for (let number = 0; number < 1_000; number++) tail.take(message(String(number)))
    assert.equal(tail.waiting, 200)
    tail.letIn()
    tail.take(message('next'))
    tail.letIn()
    const ids = tail.rows().map(({ id }) => id)
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [200, 'next', '801'])
  })

  test('takes only what is looked for, by the newest state too', () => {
    const dropped = message('1', 'dropped', { vin: 'V', uid: 'demo' })
    assert.ok(matchesFilter(dropped, { vin: 'V', state: 'dropped', reason: 'outbox_full', since: '10m' }))
    for (const filter of [{ vin: 'W' }, { idApp: 'x' }, { state: 'routed' }, { reason: 'no_receiver' }])
      assert.ok(!matchesFilter(dropped, filter), JSON.stringify(filter))
  })
})
