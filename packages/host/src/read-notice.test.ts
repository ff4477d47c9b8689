import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNotice } from './read-notice.ts'

const read = (text: string) => readNotice(new TextEncoder().encode(text))

test('reads signals that the operator has set, dotted or nested', () => {
  assert.deepEqual(read('{"signals":{"speedKmh":80,"media.track":"One"}}'), {
    signals: { speedKmh: 80, media: { track: 'One' } },
  })
})

test('reads whether the server wants reports, alone or beside signals', () => {
  assert.deepEqual(read('{"reports":false}'), { reports: false })
  assert.deepEqual(read('{"reports":true,"signals":{"speedKmh":8}}'), {
    reports: true,
    signals: { speedKmh: 8 },
  })
})

test('takes nothing that is no notice, and nothing of one with a signal that does not exist', () => {
  for (const text of [
    '',
    'x',
    'null',
    '[]',
    '{}',
    '{"signals":1}',
    '{"signals":{"speedKmh":80,"wings":2}}',
    '{"reports":1}',
  ])
    assert.deepEqual(read(text), {}, text)
})
