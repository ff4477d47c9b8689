import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTooDeep, parseDownlink } from './downlink.ts'

/** So many arrays or objects within each other, as JSON text; the innermost holds `core`. */
function nest(levels: number, kind: 'arrays' | 'objects' = 'arrays', core = ''): string {
  const [open, close] = kind === 'arrays' ? ['[', ']'] : ['{"a":', '}']
  return `${open.repeat(levels)}${kind === 'objects' ? core || '0' : core}${close.repeat(levels)}`
}

for (const kind of ['arrays', 'objects'] as const) {
  const downlink = (levels: number) => parseDownlink(`{"idApp":"a","content":${nest(levels, kind)}}`)

  test(`takes 256 levels of ${kind}, the payload included, and no more`, () => {
    assert.notEqual(downlink(255), 'payload_too_deep')
    assert.equal(downlink(256), 'payload_too_deep')
  })

  test(`refuses ${kind} as deep as a payload has room for, without a RangeError`, () => {
    assert.equal(downlink(kind === 'arrays' ? 65_000 : 20_000), 'payload_too_deep')
  })
}

test('finds the deep part wherever it is', () => {
  const deep = nest(256)
  for (const text of [
    `{"idApp":"a","extra":${deep}}`,
    `{"idApp":"a","content":[1,null,{},${deep},"x"]}`,
    `{"idApp":"a","popup":true,"popupText":"t","content":${deep}}`,
  ]) {
    assert.equal(parseDownlink(text), 'payload_too_deep', text.slice(0, 40))
  }
})

test('width is not depth, and brackets in a text are none', () => {
  const wide = JSON.stringify({ idApp: 'a', content: Array.from({ length: 40_000 }, () => []) })
  assert.equal(typeof parseDownlink(wide), 'object')
  assert.equal(typeof parseDownlink(JSON.stringify({ idApp: 'a', content: '['.repeat(1_000) })), 'object')
})

test('what is no array or object has no depth', () => {
  for (const value of [undefined, null, 0, 'text', true]) assert.equal(isTooDeep(value), false)
})
