import assert from 'node:assert/strict'
import { test } from 'node:test'
import { themesByBrand } from '@pillion/schema'
import { brands, themeOf, themesOf } from './themes.ts'

test('each brand has the themes of its column (W 11.6)', () => {
  const ids = ([0, 1, 2, 4, 5] as const).map((brand) => themesOf(brand).map(({ id }) => id))
  assert.deepEqual(ids, [
    [0, 1, 2, 3, 4, 5, 8, 9],
    [0, 1, 2, 3, 4, 5, 6, 7],
    [0, 1, 2, 3, 8, 9],
    [0, 1],
    [0, 1],
  ])
})

test('each brand looks like something with each theme that it can be given', () => {
  for (const { brand, themes } of brands)
    assert.deepEqual(
      themes.map(({ id }) => id),
      themesByBrand[brand],
    )
})

test('the theme depends on the brand; an id that the brand does not have is its first', () => {
  assert.equal(themeOf({ brand: 0, theme: 1 }).name, 'Copper, onyx')
  assert.equal(themeOf({ brand: 2, theme: 1 }).name, 'Red, champagne perfo line')
  assert.equal(themeOf({ brand: 4, theme: 9 }).name, 'Red & grey, GM')
})
