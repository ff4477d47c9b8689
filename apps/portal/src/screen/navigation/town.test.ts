import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawTown } from './town.ts'

test('a place looks the same whenever and from wherever one comes', () => {
  const here = drawTown({ x: 100, y: -300 }, 800, 200)
  assert.deepEqual(drawTown({ x: 100, y: -300 }, 800, 200), here)
  const there = drawTown({ x: 500, y: -300 }, 800, 200)
  const lines = (town: typeof here) => `${town.streets}${town.avenues}`.split('M').slice(1)
  const shared = lines(here).filter((line) => lines(there).includes(line))
  assert.ok(shared.length > lines(here).length / 2, `${shared.length} of ${lines(here).length}`)
})

test('a town has streets, broad and narrow, blocks, parks and water, and no number that is none', () => {
  const town = drawTown({ x: -5_000, y: 9_000 }, 1_400, 220)
  for (const [part, path] of Object.entries(town)) {
    assert.ok(path.startsWith('M'), part)
    assert.doesNotMatch(path, /NaN|Infinity|undefined/, part)
  }
})

test('what it costs does not depend on the scale', () => {
  const near = drawTown({ x: 0, y: 0 }, 1_400, 220)
  const far = drawTown({ x: 0, y: 0 }, 1_400_000, 220_000)
  assert.ok(far.streets.length < near.streets.length * 2)
})
