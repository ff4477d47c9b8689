import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readUser } from './read-user.ts'
import type { UserMembers } from './user-input.ts'

const limits = { pushUserFieldsBytesMax: 64_512 }
const read = (input: UserMembers, country?: string) => readUser(input, { country }, limits)

test('tells predefined members, custom fields and what is ignored (P 3.1, 3.4)', () => {
  const body = JSON.parse(`{
    "loginName": "ada", "displayName": "Ada", "country": "JP", "locale": "ja-JP", "password": "secret",
    "colour": "blue", "nested": {"_inside": [1, null]}, "nothing": null, "constructor": 1,
    "_hasPassword": true, "__proto__": {"isAdmin": true}, "userID": "mine", "internalUserID": 1,
    "emailAddressVerified": true, "phoneNumberVerified": true
  }`)
  assert.deepEqual(read(body), {
    members: { loginName: 'ada', displayName: 'Ada', country: 'JP', locale: 'ja-JP' },
    fields: { colour: 'blue', nested: { _inside: [1, null] }, nothing: null, constructor: 1 },
  })
})

const bounds: { readonly [field: string]: { good: string[]; bad: string[] } } = {
  loginName: {
    good: ['abc', 'x'.repeat(64), 'A.b_c-9'],
    bad: ['', 'ab', 'x'.repeat(65), 'a b', 'a@b', 'äää', 'abc\n'],
  },
  emailAddress: {
    good: ['x@y', `${'x'.repeat(252)}@y`],
    bad: ['', 'x', '@y', 'x@', 'a@b@c', 'a b@c', 'a@b\n', `${'x'.repeat(253)}@y`],
  },
  phoneNumber: {
    good: ['+1234567890', `+${'1'.repeat(20)}`],
    bad: ['', '+123456789', `+${'1'.repeat(21)}`, '09012345678', '+81 9012345678'],
  },
  displayName: { good: ['x', '🚲'.repeat(50)], bad: ['', 'x'.repeat(51), 'a\nb', '\0', '\ud800'] },
  country: { good: ['JP', 'jp'], bad: ['', 'J', 'JPN', '81'] },
  locale: {
    good: ['ja', 'en-GB', 'zh-Hant-TW', 'de-x-home'],
    bad: ['', 'e', 'en_GB_', '-', 'x'.repeat(200)],
  },
}
for (const [field, { good, bad }] of Object.entries(bounds)) {
  test(`takes a ${field} up to its bounds and no further (P 1.6, 3.1)`, () => {
    for (const value of good) assert.equal(read({ [field]: value }).members[field as 'loginName'], value)
    for (const value of bad) {
      const refused = { code: 'INVALID_INPUT_DATA', details: { field } }
      assert.throws(() => read({ [field]: value }), refused, JSON.stringify(value))
    }
  })
}

test('takes local digits with the country of the same request, or the one known already (P 3.1)', () => {
  assert.equal(read({ phoneNumber: '09012345678', country: 'JP' }).members.phoneNumber, '+819012345678')
  assert.equal(read({ phoneNumber: '0612345678' }, 'FR').members.phoneNumber, '+33612345678')
  assert.equal(read({ phoneNumber: '0612345678', country: 'IT' }, 'FR').members.phoneNumber, '+390612345678')
  const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'phoneNumber' } }
  assert.throws(() => read({ phoneNumber: '0612345678', country: 'ZZ' }), refused)
})

test('takes 63 KB of custom fields in UTF-8 and not a byte more [pushUserFieldsBytesMax]', () => {
  const frame = Buffer.byteLength('{"text":""}')
  const text = `${'x'.repeat(limits.pushUserFieldsBytesMax - frame - 3)}€`
  assert.deepEqual(read({ text }).fields, { text })
  assert.throws(() => read({ text: `${text}x` }), {
    code: 'INVALID_INPUT_DATA',
    details: { field: 'fields' },
  })
})
