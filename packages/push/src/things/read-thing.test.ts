import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readThingFields } from './read-thing.ts'

const limits = { pushUserFieldsBytesMax: 64_512 }

test('replaces what is given, leaves what is absent, removes what is null, ignores what it told itself (P 4.3)', () => {
  const present = { _thingType: 'lamp', _lot: '7', _numberField1: 1, colour: 'red', size: 3 }
  const echoed = JSON.parse(`{
    "_thingID": "x", "_vendorThingID": "y", "_created": 1, "_disabled": true, "_online": true,
    "_onlineStatusModifiedAt": 1, "_accessToken": "z", "_password": "secret", "_own": 1, "__proto__": {"a": 1}
  }`)
  const input = {
    ...echoed,
    _thingType: 'bulb',
    _lot: null,
    _stringField5: 'x',
    colour: null,
    deep: { a: [null] },
  }
  const expected = { _thingType: 'bulb', _numberField1: 1, _stringField5: 'x', size: 3, deep: { a: [null] } }
  assert.deepEqual(readThingFields(present, input, limits), expected)
  assert.equal(present.colour, 'red')
})

test('wants predefined members to be what they are (P 4.1)', () => {
  for (const [name, value] of [
    ['_thingType', 1],
    ['_thingType', 'x'.repeat(101)],
    ['_vendor', {}],
    ['_stringField1', 1],
    ['_numberField5', '1'],
  ] as const) {
    const refused = { code: 'INVALID_INPUT_DATA', details: { field: name } }
    assert.throws(() => readThingFields({}, { [name]: value }, limits), refused, name)
  }
  const good = { _thingType: 'x'.repeat(100), _vendor: '', _numberField5: 1.5 }
  assert.deepEqual(readThingFields({}, good, limits), good)
})

test('holds as many bytes of fields as may be, old and new together [pushUserFieldsBytesMax]', () => {
  const frame = Buffer.byteLength('{"a":"","b":""}')
  const a = 'x'.repeat(limits.pushUserFieldsBytesMax - frame - 1)
  assert.deepEqual(readThingFields({ a }, { b: 'y' }, limits), { a, b: 'y' })
  const refused = { code: 'INVALID_INPUT_DATA', details: { field: 'fields' } }
  assert.throws(() => readThingFields({ a }, { b: 'yy' }, limits), refused)
})
