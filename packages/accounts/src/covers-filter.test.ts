import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTopicFilter, matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import { coversFilter } from './covers-filter.ts'

// granted | asked | covered?
const rows: [string, string, boolean][] = [
  ['a/#', 'a/+/b', true],
  ['a/#', 'a', true],
  ['a/#', 'a/#', true],
  ['a/#', 'a/', true],
  ['a/#', 'ab', false],
  ['a/#', '+', false],
  ['a/#', '#', false],
  ['+', '+', true],
  ['+', 'a', true],
  ['+', '#', false],
  ['+', 'a/b', false],
  ['a/+', 'a/#', false],
  ['a/+/#', 'a/#', false],
  ['a/+/#', 'a/+', true],
  ['+/#', '#', true],
  ['#', 'a/#', true],
  ['#', '#', true],
  ['#', '$SYS/#', false],
  ['#', '$SYS', false],
  ['+/#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['$SYS/#', '$SYS/a', true],
  ['$SYS/#', '#', false],
  ['$SYS/+', '$SYS/a', true],
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/', false],
  ['a/b', 'a/+', false],
  ['a', 'A', false],
]

for (const [granted, filter, expected] of rows) {
  test(`${granted} ${expected ? 'covers' : 'does not cover'} ${filter} (MQTT 5 section 4.7)`, () => {
    assert.equal(coversFilter(granted, filter), expected)
  })
}

const literals = ['a', 'b', '', '$x']
/** Every topic name of up to four levels of these and of one that no filter says; '' as well, which only levels know. */
const topicNames = listTopicNames(['other', ...literals], 4)

const filters = fc
  .array(fc.constantFrom('+', ...literals), { minLength: 0, maxLength: 3 })
  .chain((levels) =>
    fc.constantFrom([...levels, '#'], ...(levels.length > 0 && levels.join('/') !== '' ? [levels] : [])),
  )
  .map((levels) => levels.join('/'))

test('covers a filter exactly when it matches every topic name that the filter matches', () => {
  fc.assert(
    fc.property(filters, filters, (granted, filter) => {
      assert.ok(isTopicFilter(granted) && isTopicFilter(filter))
      const escaped = topicNames.find(
        (name) => matchTopicFilter(filter, name) && !matchTopicFilter(granted, name),
      )
      assert.equal(coversFilter(granted, filter), escaped === undefined, `${escaped}`)
    }),
    { numRuns: 5_000 },
  )
})

function listTopicNames(levels: readonly string[], levelsMax: number): string[] {
  if (levelsMax === 1) return [...levels]
  const shorter = listTopicNames(levels, levelsMax - 1)
  return [...new Set([...shorter, ...shorter.flatMap((name) => levels.map((level) => `${name}/${level}`))])]
}
