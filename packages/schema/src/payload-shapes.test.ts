import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import { parseDownlink } from './downlink.ts'
import { parseMailboxPortion, parseMailboxReceipt } from './mailbox.ts'
import { ApplicativePayload, PopupPayload, payloadShapes } from './payload-shapes.ts'

const payloads: unknown[] = [
  { idApp: 'a' },
  { idApp: 'a', content: 1, extra: [] },
  { idApp: 'a', popup: false },
  { idApp: 'a', popup: null, popupText: 7 },
  { idApp: 'a', popup: true, popupText: 't' },
  { idApp: 'a', popup: true, popupText: 't', popupBtn: 'no' },
  { idApp: 'a', popup: true },
  { idApp: 'a', popup: true, popupText: '' },
  { idApp: 'a', popup: 'true', popupText: 't' },
  { idApp: 7 },
  { popup: true, popupText: 't' },
  'text',
  null,
  [],
]

for (const payload of payloads) {
  test(`shape and parser agree on ${JSON.stringify(payload)} (W 3.1, 3.2)`, () => {
    const parsed = parseDownlink(JSON.stringify(payload))
    const kind = typeof parsed === 'string' ? undefined : parsed.kind
    assert.equal(Value.Check(ApplicativePayload, payload), kind === 'applicative')
    assert.equal(Value.Check(PopupPayload, payload), kind === 'popup')
  })
}

test('each example has its shape, and is taken', () => {
  for (const [name, { shape, example }] of Object.entries(payloadShapes))
    assert.ok(Value.Check(shape, example), name)
  assert.equal(parseMailboxPortion(JSON.stringify(payloadShapes.mailboxPortion.example))?.length, 1)
  assert.deepEqual(parseMailboxReceipt(JSON.stringify(payloadShapes.mailboxReceipt.example)), [1])
})
