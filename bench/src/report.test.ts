import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatWorkload } from './report.ts'
import type { Row } from './sample.ts'

const row: Row = {
  server: 'pillion',
  perSecond: 120_000,
  slowest: 110_000,
  fastest: 130_000,
  lost: 0,
  p50Ms: 1.234,
  p99Ms: 5,
  serverCores: 0.5,
  generatorCores: 0.8,
  otherCores: 0,
  rssKilobytes: 102_400,
  kilobytesPerConnection: undefined,
}
const mosquitto: Row = { ...row, server: 'mosquitto', perSecond: 100_000, serverCores: 1 }

test('shows every server, and ours as a multiple of each other, in all and per core', () => {
  const text = formatWorkload('paced', 100, [row, mosquitto])
  assert.match(text, /pillion +120,000 +110,000 – 130,000 +1\.23 +5\.00/)
  assert.match(text, /mosquitto +100,000/)
  assert.match(text, /pillion = 1\.20 × mosquitto, per core 2\.40 ×/)
})

test('says when the generator was the limit, and when others took part of the machine', () => {
  assert.doesNotMatch(formatWorkload('paced', 100, [row]), /limit|disturbed/)
  assert.match(
    formatWorkload('paced', 100, [{ ...row, generatorCores: 0.95 }]),
    /pillion: the generator was the limit/,
  )
  assert.match(
    formatWorkload('paced', 100, [{ ...row, otherCores: 0.5 }]),
    /pillion: disturbed.* 0\.50 cores/,
  )
})

test('shows what /proc would tell as unknown where there is none', () => {
  const blind = { ...row, serverCores: undefined, rssKilobytes: undefined }
  const text = formatWorkload('paced', 100, [blind, mosquitto])
  assert.match(text, /pillion .*\?/)
  assert.match(text, /pillion = 1\.20 × mosquitto$/m)
  assert.doesNotMatch(text, /NaN/)
})
