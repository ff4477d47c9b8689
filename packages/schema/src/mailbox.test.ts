import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMailboxPortion, parseMailboxReceipt, vehicleMailboxTopic } from './mailbox.ts'

const message = { key: 7, uid: 'MYUID', subtopic: 'a/b', payload: '{"idApp":"news"}', receivedAt: 5 }

test('the mailbox of a vehicle is below its notices', () => {
  assert.equal(vehicleMailboxTopic('0123456789ABCDEFG'), 'pillion/vehicle/0123456789ABCDEFG/mailbox')
})

test('a portion is read as it was written, in its order', () => {
  const messages = [message, { ...message, key: 8, subtopic: '' }]
  assert.deepEqual(parseMailboxPortion(JSON.stringify({ messages })), messages)
  assert.deepEqual(parseMailboxPortion('{"messages":[]}'), [])
})

for (const text of [
  '',
  'null',
  '[]',
  '7',
  '{}',
  '{"messages":{}}',
  '{"messages":null}',
  '{"taken":[1]}',
  '{"messages":[',
]) {
  test(`${JSON.stringify(text)} is no portion`, () => {
    assert.equal(parseMailboxPortion(text), undefined)
  })
}

for (const wrong of [
  null,
  7,
  [],
  { ...message, key: '7' },
  { ...message, key: 1.5 },
  { ...message, uid: 'a/b' },
  { ...message, subtopic: '#' },
  { ...message, subtopic: undefined },
  { ...message, payload: { idApp: 'news' } },
  { ...message, receivedAt: '5' },
]) {
  test(`${JSON.stringify(wrong)} is left out of a portion, and the rest is read`, () => {
    assert.deepEqual(parseMailboxPortion(JSON.stringify({ messages: [wrong, message] })), [message])
  })
}

test('a receipt is read; what is no key is left out', () => {
  assert.deepEqual(parseMailboxReceipt('{"taken":[1,"2",null,2.5,3,{}]}'), [1, 3])
  for (const text of ['', '{}', '{"taken":1}', '{"messages":[]}', '[1]']) {
    assert.equal(parseMailboxReceipt(text), undefined, text)
  }
})
