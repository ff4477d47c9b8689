import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ManualClock } from '@pillion/testkit'
import { limits } from './limits.ts'
import { OpenReceipts, readReceipt } from './open-receipts.ts'
import { PopupReceipt, Receipt } from './receipt.ts'

const vin = 'VF3TEST0000000001'

function open() {
  const clock = new ManualClock()
  return {
    clock,
    receipts: new OpenReceipts((milliseconds, callback) => clock.after(milliseconds, callback)),
  }
}

describe('receipts that are waited for', () => {
  test('a state that was lost on its way is made up for by the next', async () => {
    const { receipts } = open()
    const receipt = new PopupReceipt('r', vin, 'a')
    receipts.add(receipt, 300)
    receipts.take({ vin, receipt: 'r', state: 'popup_cancel' })
    assert.deepEqual(await Promise.all([receipt.taken, receipt.shown, receipt.outcome]), [
      'taken',
      undefined,
      'cancel',
    ])
  })

  test('the last state ends the wait: no timer is left', () => {
    const { clock, receipts } = open()
    receipts.add(new PopupReceipt('p', vin, 'a'), 300)
    receipts.add(new Receipt('d', vin, 'a'), 300)
    receipts.take({ vin, receipt: 'p', state: 'taken' })
    assert.equal(clock.waiting, 2)
    receipts.take({ vin, receipt: 'p', state: 'popup_ok' })
    receipts.take({ vin, receipt: 'd', state: 'taken' })
    assert.equal(clock.waiting, 0)
  })

  test('a popup whose end does not come: taken and shown stay as they are, the outcome is NO_RECEIPT', async () => {
    const { clock, receipts } = open()
    const receipt = new PopupReceipt('r', vin, 'a')
    receipts.add(receipt, limits.receiptSeconds)
    receipts.take({ vin, receipt: 'r', state: 'popup_shown' })
    clock.advance(limits.receiptSeconds * 1000)
    await receipt.shown
    await assert.rejects(receipt.outcome, { code: 'NO_RECEIPT' })
    receipts.take({ vin, receipt: 'r', state: 'popup_ok' })
    assert.equal(receipt.states.length, 1)
  })

  test('only the vehicle that was written to can answer', () => {
    const { receipts } = open()
    const receipt = new Receipt('r', vin, 'a')
    receipts.add(receipt, 300)
    receipts.take({ vin: 'VF3TEST0000000002', receipt: 'r', state: 'taken' })
    assert.deepEqual(receipt.states, [])
  })

  test('at the bound the oldest is given up', async () => {
    const { clock, receipts } = open()
    const all = Array.from({ length: limits.receiptsOpenMax + 1 }, (_, at) => new Receipt(`${at}`, vin, 'a'))
    for (const receipt of all.slice(0, -1)) receipts.add(receipt, 300)
    assert.equal(clock.waiting, limits.receiptsOpenMax)
    receipts.add(all.at(-1) as Receipt, 300)
    assert.equal(clock.waiting, limits.receiptsOpenMax)
    await assert.rejects((all[0] as Receipt).taken, { code: 'NO_RECEIPT' })
  })
})

describe('what is a receipt', () => {
  for (const [name, uplink, expected] of [
    ['a state', { receipt: 'r', state: 'taken', idApp: 'a' }, { receipt: 'r', state: 'taken', idApp: 'a' }],
    [
      'a reason',
      { receipt: 'r', state: 'dropped', reason: 'x' },
      { receipt: 'r', state: 'dropped', reason: 'x' },
    ],
    ['what an app wrote', { receipt: 'r', state: 'taken', content: null }, undefined],
    ['a state that is none', { receipt: 'r', state: 'lost' }, undefined],
    ['no id', { state: 'taken' }, undefined],
    ['null', null, undefined],
    ['text', 'taken', undefined],
  ] as const) {
    test(`${name}: ${expected ? 'yes' : 'no'}`, () => {
      assert.deepEqual(readReceipt(vin, uplink), expected && { vin, ...expected })
    })
  }
})
