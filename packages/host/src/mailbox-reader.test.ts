import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MailboxReader } from './mailbox-reader.ts'

const never = () => assert.fail('nothing failed')

function portion(...keys: number[]): Uint8Array {
  const messages = keys.map((key) => ({ key, uid: 'P', subtopic: '', payload: `"${key}"`, receivedAt: 1 }))
  return new TextEncoder().encode(JSON.stringify({ messages }))
}

function text(receipt: Uint8Array | undefined): string | undefined {
  return receipt && new TextDecoder().decode(receipt)
}

test('takes each message in order, and acknowledges it', () => {
  const taken: string[] = []
  const receipt = new MailboxReader().read(portion(1, 2), ({ payload }) => taken.push(payload) > 0, never)
  assert.deepEqual([taken, text(receipt)], [['"1"', '"2"'], '{"taken":[1,2]}'])
})

test('takes nothing twice, but acknowledges it again', () => {
  const reader = new MailboxReader()
  const taken: string[] = []
  const take = ({ payload }: { payload: string }) => taken.push(payload) > 0
  reader.read(portion(1, 2), take, never)
  assert.equal(text(reader.read(portion(2, 3), take, never)), '{"taken":[2,3]}')
  assert.deepEqual(taken, ['"1"', '"2"', '"3"'])
})

test('acknowledges nothing that is not taken now', () => {
  const reader = new MailboxReader()
  assert.equal(
    reader.read(portion(1), () => false, never),
    undefined,
  )
  let count = 0
  assert.equal(text(reader.read(portion(1, 2, 3), () => ++count < 3, never)), '{"taken":[1,2]}')
})

test('a message that breaks something is reported, does not come again, and stops no other', () => {
  const errors: unknown[] = []
  const broken = () => {
    throw new Error('broken')
  }
  const receipt = new MailboxReader().read(portion(1, 2), broken, (error) => errors.push(error))
  assert.deepEqual([errors.length, text(receipt)], [2, '{"taken":[1,2]}'])
})

for (const damaged of ['', '{', '{"messages":7}', '{"taken":[1]}', '\xff']) {
  test(`${JSON.stringify(damaged)} is no reason to do anything`, () => {
    const bytes = Buffer.from(damaged, 'latin1')
    assert.equal(new MailboxReader().read(bytes, never, never), undefined)
  })
}
