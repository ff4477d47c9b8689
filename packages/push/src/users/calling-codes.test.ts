import assert from 'node:assert/strict'
import { test } from 'node:test'
import { internationalNumber } from './calling-codes.ts'

test('writes local numbers as one dials them from abroad (P 3.1)', () => {
  const cases: [string, string, string | undefined][] = [
    ['JP', '09012345678', '+819012345678'],
    ['jp', '9012345678', '+819012345678'],
    ['US', '4155551234', '+14155551234'],
    ['JM', '8765551234', '+18765551234'],
    ['DE', '015112345678', '+4915112345678'],
    ['FR', '0612345678', '+33612345678'],
    ['GB', '07400123456', '+447400123456'],
    ['CN', '13812345678', '+8613812345678'],
    // The zero is part of the number there.
    ['IT', '0612345678', '+390612345678'],
    ['CI', '0701234567', '+2250701234567'],
    ['KZ', '7012345678', '+77012345678'],
    ['ZZ', '09012345678', undefined],
    ['', '09012345678', undefined],
    ['JP', '+09012345678', undefined],
    ['JP', '090-1234-5678', undefined],
    ['JP', '123', undefined],
    ['JP', '1'.repeat(18), undefined],
  ]
  for (const [country, local, number] of cases) {
    assert.equal(internationalNumber(country, local), number, `${country} ${local}`)
  }
})

test('knows a calling code for every country that this Node knows by name', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  // Withdrawn, without inhabitants and telephones, or no country (ISO 3166, CLDR).
  const without = new Set(
    'AC AN AQ BU BV CP CQ CS CT DD DG DY EA EU EZ FQ FX GF HM HV IC JT MI NH NQ NT PC PU PZ QO RH SU TA TP UK UN VD WK XA XB YD YU ZR ZZ'.split(
      ' ',
    ),
  )
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const countries = letters.flatMap((first) => letters.map((second) => first + second))
  const missing = countries.filter(
    (code) =>
      names.of(code) !== undefined &&
      !without.has(code) &&
      internationalNumber(code, '12345678') === undefined,
  )
  assert.deepEqual(missing, [])
})
