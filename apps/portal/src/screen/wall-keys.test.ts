import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moveOnWall } from './wall-keys.ts'

// Eight tiles: 0 1 2 / 3 4 5 on the first page, 6 7 on the second.
const move = (key: string, from: number | undefined, page = 0) => moveOnWall(`Arrow${key}`, from, page, 8)

test('the first arrow leads to the first tile of the page', () => {
  assert.equal(move('Right', undefined), 0)
  assert.equal(move('Down', undefined, 1), 6)
})

test('arrows lead to the neighbour and stop at the top and the bottom', () => {
  assert.deepEqual([move('Right', 0), move('Down', 1), move('Left', 5), move('Up', 4)], [1, 4, 4, 1])
  assert.deepEqual([move('Up', 2), move('Down', 3)], [undefined, undefined])
})

test('over the edge lies the next page, in the same row if it has a tile there', () => {
  assert.deepEqual([move('Right', 2), move('Left', 6)], [6, 2])
  assert.equal(move('Right', 5), 7)
})

test('nothing lies before the first page and after the last tile', () => {
  assert.deepEqual([move('Left', 0), move('Right', 7), move('Down', 7)], [undefined, undefined, undefined])
})

test('other keys and an empty wall lead nowhere', () => {
  assert.equal(moveOnWall('Enter', 0, 0, 8), undefined)
  assert.equal(moveOnWall('ArrowRight', undefined, 0, 0), undefined)
})
