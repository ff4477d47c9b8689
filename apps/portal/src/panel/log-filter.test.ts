import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRow } from '../event-log.ts'
import { filterRows, formatRow, type Show } from './log-filter.ts'

const row = (id: number, change: Partial<LogRow>): LogRow => ({
  id,
  at: 0,
  direction: 'in',
  kind: 'downlink',
  idApp: 'weather',
  text: 'Applicative message.',
  detail: '',
  ...change,
})
const rows = [
  row(1, {}),
  row(2, { direction: 'out', kind: 'app_message', text: 'WebPortal.onApplicationHide' }),
  row(3, { direction: 'note', kind: 'dropped', reason: 'payload_not_json', idApp: undefined }),
  row(4, { detail: '{"content": "Storm"}' }),
]
const ids = (show: Show, text: string) => filterRows(rows, show, text).map(({ id }) => id)

test('without a filter every row passes', () => {
  assert.deepEqual(ids('all', '  '), [1, 2, 3, 4])
})

test('every word has to occur, in kind, app, text, reason or detail, in any case', () => {
  assert.deepEqual(ids('all', 'WEATHER storm'), [4])
  assert.deepEqual(ids('all', 'not_json'), [3])
  assert.deepEqual(ids('all', 'weather nowhere'), [])
})

test('the direction narrows it further', () => {
  assert.deepEqual(ids('in', 'weather'), [1, 4])
  assert.deepEqual(ids('note', ''), [3])
})

test('console, receipts and drops can be looked at by themselves', () => {
  const kinds = [
    row(1, { kind: 'console.warn' }),
    row(2, { kind: 'receipt' }),
    row(3, { kind: 'receipt_lost' }),
    ...rows,
  ]
  const found = (show: Show) => filterRows(kinds, show, '').map(({ kind }) => kind)
  assert.deepEqual(found('console'), ['console.warn'])
  assert.deepEqual(found('receipts'), ['receipt', 'receipt_lost'])
  assert.deepEqual(found('drops'), ['dropped'])
})

test('a row without an app is not found by the word undefined', () => {
  assert.deepEqual(ids('all', 'undefined'), [])
})

test('a copied row is one line with tabs between its cells', () => {
  assert.equal(
    formatRow(row(1, { detail: '{\n  "a": 1\n}', reason: 'why' })),
    '1970-01-01T00:00:00.000Z\tin\tdownlink\tweather\tApplicative message.\twhy\t{ "a": 1 }',
  )
})
