import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remainingLength, remainingLengthBytes } from './index.ts'

/** Both ends of each length of the form, from table 1-1 of the standard. */
const bounds = [
  [0, '00'],
  [127, '7f'],
  [128, '8001'],
  [16_383, 'ff7f'],
  [16_384, '808001'],
  [2_097_151, 'ffff7f'],
  [2_097_152, '80808001'],
  [268_435_455, 'ffffff7f'],
] as const

for (const [value, hex] of bounds) {
  test(`reads Remaining Length ${value} and tells how many bytes it took (1.5.5)`, () => {
    const bytes = Buffer.from(`ff30${hex}ff`, 'hex')
    assert.equal(remainingLength(bytes, 1, bytes.length), value)
    assert.equal(remainingLengthBytes(value), hex.length / 2)
  })

  test(`asks for more while Remaining Length ${value} is cut off`, () => {
    const bytes = Buffer.from(`30${hex}`, 'hex')
    for (let end = 0; end < bytes.length; end++) assert.equal(remainingLength(bytes, 0, end), -1)
  })
}

for (const hex of ['8000', '808000', '80808000', 'ff8000']) {
  test(`refuses ${hex}, which is longer than needed [MQTT-1.5.5-1]`, () => {
    assert.throws(() => remainingLength(Buffer.from(`30${hex}`, 'hex'), 0, 1 + hex.length / 2), {
      message: /\[MQTT-1\.5\.5-1\]/,
    })
  })
}

test('refuses a fourth byte that announces a fifth, without waiting for it (1.5.5)', () => {
  assert.throws(() => remainingLength(Buffer.from('30ffffff80', 'hex'), 0, 5), { message: /\(1\.5\.5\)/ })
})
