import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstPage, type Key, keysOf, type Page } from './layouts.ts'

const rows = (page: Page, inputType = 'text', language = 'en-GB') =>
  keysOf(page, inputType, language).map((row) => row.map(write).join(' '))
const write = (key: Key) =>
  key.kind === 'character' ? key.text : key.kind === 'page' ? `[${key.to}]` : `[${key.kind}]`

test('letters, with shift, backspace, space, done and the way to digits and symbols (W 6.7)', () => {
  assert.deepEqual(rows('letters'), [
    'q w e r t y u i o p',
    'a s d f g h j k l',
    '[shift] z x c v b n m [erase]',
    '[digits] , [space] . [done]',
  ])
})

test('letters lie as the language of the vehicle has them', () => {
  const firsts = ['fr-FR', 'de-DE', 'es-ES', 'pl-PL', 'FR'].map((language) =>
    rows('letters', 'text', language),
  )
  assert.deepEqual(
    firsts.map(([top]) => top?.slice(0, 11)),
    ['a z e r t y', 'q w e r t z', 'q w e r t y', 'q w e r t y', 'a z e r t y'],
  )
  assert.match(firsts[2]?.[1] ?? '', /ñ/)
})

test('from digits to symbols, to digits, and back to letters', () => {
  assert.match(rows('digits')[2] ?? '', /^\[symbols\]/)
  assert.match(rows('symbols')[2] ?? '', /^\[digits\]/)
  for (const page of ['digits', 'symbols'] as const) assert.match(rows(page)[3] ?? '', /^\[letters\]/)
})

test('a field has at hand what it cannot do without', () => {
  assert.match(rows('letters', 'email')[3] ?? '', /@ \[space\] \./)
  assert.match(rows('letters', 'url')[3] ?? '', /\/ \[space\] \./)
  assert.match(rows('letters', 'textarea')[3] ?? '', /\[newLine\]/)
  assert.deepEqual(
    [firstPage('tel'), firstPage('number'), firstPage('search')],
    ['numbers', 'numbers', 'letters'],
  )
  assert.deepEqual(rows('numbers', 'tel')[3], '+ 0 #')
  assert.deepEqual(rows('numbers', 'number')[3], '- 0 .')
})
