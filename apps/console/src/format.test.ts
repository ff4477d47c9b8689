import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAgo, formatBytes, formatDuration, formatShort } from './format.ts'

test('numbers are whole and grouped until there is no room for them', () => {
  const texts = [0, 0.44, 9.96, 10.4, 1_234, 9_999, 12_345, 4_200_000].map(formatShort)
  assert.deepEqual(texts, ['0', '0.4', '10.0', '10', '1,234', '9,999', '12.3K', '4.2M'])
})

test('bytes go by powers of 1,024 and three digits', () => {
  const texts = [0, 1_023, 1_024, 1_536, 200 * 1_024, 5 * 1_024 ** 3].map(formatBytes)
  assert.deepEqual(texts, ['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '200 KiB', '5.0 GiB'])
})

test('a duration is one number of the unit that fits best', () => {
  const texts = [0, 89, 90, 5_399, 5_400, 129_599, 129_600].map((seconds) => formatDuration(seconds * 1_000))
  assert.deepEqual(texts, ['0 s', '89 s', '2 min', '90 min', '2 h', '36 h', '2 d'])
})

test('what is not yet is told like what was', () => {
  assert.deepEqual(
    [formatAgo(0, 1_999), formatAgo(0, 2_000), formatAgo(60_000, 0)],
    ['now', '2 s ago', 'in 60 s'],
  )
})
