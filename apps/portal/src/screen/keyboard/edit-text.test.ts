import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erase, insert } from './edit-text.ts'

const field = (text: string, start: number, end = start) => ({ text, start, end })

test('what is typed takes the place of the selection, and the caret stands behind it', () => {
  assert.deepEqual(insert(field('abcd', 4), 'e', undefined), field('abcde', 5))
  assert.deepEqual(insert(field('abcd', 1, 3), 'XYZ', undefined), field('aXYZd', 4))
})

test('a field that is full takes nothing more, but a selection in it can be replaced', () => {
  assert.deepEqual(insert(field('abcd', 2), 'x', 4), field('abcd', 2))
  assert.deepEqual(insert(field('abcd', 0, 1), 'x', 4), field('xbcd', 1))
})

test('backspace takes the selection, else the character before the caret', () => {
  assert.deepEqual(erase(field('abcd', 1, 3)), field('ad', 1))
  assert.deepEqual(erase(field('abcd', 2)), field('acd', 1))
  assert.deepEqual(erase(field('abcd', 0)), field('abcd', 0))
})

for (const character of ['😀', '👩‍👧', 'é', '🇫🇷', 'n̈']) {
  test(`backspace takes ${character} as the one character that a person sees`, () => {
    const text = `a${character}`
    assert.deepEqual(erase(field(`${text}b`, text.length)), field('ab', 1))
  })
}
