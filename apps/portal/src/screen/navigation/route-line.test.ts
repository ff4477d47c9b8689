import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing, toPlane, unwound } from './plane.ts'
import { headingAt, lengthOf, partOf, pathOf, stretchesNear, turnAfter } from './route-line.ts'

const at = (x: number, y: number) => ({ x, y })
/** North 100 m, east 50 m, back south 100 m. */
const route = [at(0, 0), at(0, -100), at(50, -100), at(50, 0)]

test('a map around its origin: east is right, north is up, a degree is 111 km', () => {
  const origin = { latitude: 60, longitude: 10 }
  assert.deepEqual(toPlane(origin, origin), at(0, 0))
  const { x, y } = toPlane(origin, { latitude: 61, longitude: 11 })
  assert.deepEqual([Math.round(x / 1000), Math.round(y / 1000)], [56, -111])
})

test('the date line is no edge', () => {
  const { x } = toPlane({ latitude: 0, longitude: 179.999 }, { latitude: 0, longitude: -179.999 })
  assert.equal(Math.round(x), 222)
})

test('bearings run clockwise from north, and the map turns the short way', () => {
  assert.deepEqual(
    [at(0, -1), at(1, 0), at(0, 1), at(-1, 0)].map((to) => bearing(at(0, 0), to)),
    [0, 90, 180, 270],
  )
  assert.deepEqual([unwound(10, 350), unwound(350, 10), unwound(180, 721)], [370, -10, 900])
})

test('the route is divided into what lies behind and what lies ahead', () => {
  assert.equal(lengthOf(route), 250)
  assert.deepEqual(partOf(route, 0, 120), [at(0, 0), at(0, -100), at(20, -100)])
  assert.deepEqual(partOf(route, 120, 250), [at(20, -100), at(50, -100), at(50, 0)])
  assert.deepEqual([partOf(route, 0, 0), partOf(route, 250, 250), partOf([], 0, 10)], [[], [], []])
})

test('the heading is that of the stretch one is on', () => {
  assert.deepEqual(
    [0, 99, 101, 200, 999].map((meters) => headingAt(route, meters)),
    [0, 0, 90, 180, 180],
  )
  assert.equal(headingAt([], 0), undefined)
})

const turns: [string, number][] = [
  ['straight', 5],
  ['slightRight', 30],
  ['right', 90],
  ['sharpRight', 150],
  ['slightLeft', -30],
  ['left', -90],
  ['sharpLeft', -150],
]
for (const [turn, degrees] of turns) {
  test(`a bend of ${degrees} degrees is ${turn}`, () => {
    const radians = (degrees * Math.PI) / 180
    const line = [at(0, 0), at(0, -10), at(10 * Math.sin(radians), -10 - 10 * Math.cos(radians))]
    assert.equal(turnAfter(line, 0), turn)
  })
}

test('at the end of the route one arrives', () => {
  assert.equal(turnAfter(route, 240), 'arrive')
  assert.equal(turnAfter([], 0), 'arrive')
})

test('of a long route only what is near is drawn', () => {
  const long = [at(-100_000, 0), at(100_000, 0), at(100_000, 9_000), at(0, 5)]
  const near = stretchesNear(long, at(0, 0), 10)
  assert.deepEqual(near[0], [at(-10, 0), at(10, 0)])
  assert.equal(near.length, 2)
  assert.deepEqual(near[1]?.at(-1), at(0, 5))
  assert.deepEqual(stretchesNear(route, at(0, 0), 1_000), [route])
  assert.deepEqual(stretchesNear(route, at(5_000, 0), 10), [])
})

test('a path is short', () => {
  assert.equal(pathOf([at(0, 0), at(1.26, -3)]), 'M0.0 0.0L1.3 -3.0')
})
