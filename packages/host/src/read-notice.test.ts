import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNotice } from './read-notice.ts'

const read = (text: string) => readNotice(new TextEncoder().encode(text))

test('reads signals that the operator has set, dotted or nested', () => {
  assert.deepEqual(read('{"signals":{"speedKmh":80,"media.track":"One"}}'), {
    speedKmh: 80,
    media: { track: 'One' },
  })
})

test('takes nothing that is no notice, and nothing of one with a signal that does not exist', () => {
  for (const text of ['', 'x', 'null', '[]', '{}', '{"signals":1}', '{"signals":{"speedKmh":80,"wings":2}}'])
    assert.equal(read(text), undefined, text)
})
