import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTopicFilter, isTopicName, matchTopicFilter } from './index.ts'

const longest = 'x'.repeat(65_535)

for (const name of ['a', '/', '//', 'a/b c/', '$SYS/x', 'é/🚗', ' ', longest]) {
  test(`takes ${JSON.stringify(name.slice(0, 10))} for a topic name and a topic filter`, () => {
    assert.equal(isTopicName(name), true)
    assert.equal(isTopicFilter(name), true)
  })
}

for (const [text, clause] of [
  ['', '[MQTT-4.7.3-1]'],
  ['a\0', '[MQTT-4.7.3-2]'],
  ['a\ud800', '[MQTT-1.5.4-1]'],
  [`${longest}x`, '[MQTT-4.7.3-3]'],
  [`é${longest.slice(1)}`, '[MQTT-4.7.3-3]'],
] as const) {
  test(`takes ${JSON.stringify(text.slice(0, 10))} neither for a topic name nor for a topic filter ${clause}`, () => {
    assert.equal(isTopicName(text), false)
    assert.equal(isTopicFilter(text), false)
  })
}

for (const filter of ['#', '+', '/#', '+/#', 'a/#', 'a/+', '+/a', '+/+', '/+', 'a/+/b/#', '$share/g/a/+']) {
  test(`takes ${filter} for a topic filter, not for a topic name [MQTT-4.7.0-1] [3.1.1:MQTT-4.7.1-1]`, () => {
    assert.equal(isTopicFilter(filter), true)
    assert.equal(isTopicName(filter), false)
  })
}

for (const [filter, clause] of [
  ['a#', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['a/#/b', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['#/', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['##', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['#+', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['a/b#', '[MQTT-4.7.1-1] [3.1.1:MQTT-4.7.1-2]'],
  ['a+', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
  ['+a', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
  ['a/+b/c', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
  ['a/b+/c', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
  ['++', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
  ['+#', '[MQTT-4.7.1-2] [3.1.1:MQTT-4.7.1-3]'],
] as const) {
  test(`does not take ${filter} for a topic filter ${clause}`, () =>
    assert.equal(isTopicFilter(filter), false))
}

const matches: readonly (readonly [filter: string, topicName: string, expected: boolean])[] = [
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'A', false],
  ['a', 'ab', false],
  ['ab', 'a', false],
  ['a', 'a/', false],
  ['a/', 'a', false],
  ['a', '/a', false],
  ['a/b', 'a/b', true],
  ['a b', 'a b', true],
  ['é', 'é', true],
  ['#', 'a', true],
  ['#', '/', true],
  ['#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['a/#', 'a/', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['a/#', 'b/a', false],
  ['ab/#', 'a', false],
  ['a/b/#', 'a', false],
  ['/#', '/', true],
  ['/#', 'a', false],
  ['+', 'a', true],
  ['+', 'a/b', false],
  ['+', '/a', false],
  ['+/+', '/a', true],
  ['/+', '/a', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/', false],
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a//c', true],
  ['a/+/c', 'a/b/d', false],
  ['a/+/#', 'a/b', true],
  ['a/+/#', 'a', false],
  ['+/#', 'a', true],
  ['+/b/#', 'a/b/c/d', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['+', '$SYS', false],
  ['$SYS/#', '$SYS/a', true],
  ['$SYS/#', '$SYS', true],
  ['$SYS/+', '$SYS/a', true],
  ['a/+', 'a/$b', true],
  ['a/#', 'a/$b', true],
]
for (const [filter, topicName, expected] of matches) {
  test(`${filter} ${expected ? 'matches' : 'does not match'} ${topicName} (4.7)`, () => {
    assert.equal(matchTopicFilter(filter, topicName), expected)
  })
}

test('matches as the definition by levels does, for any filter and topic name', () => {
  const level = fc.constantFrom('', 'a', 'b', 'ab', '$')
  const anyName = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
  const anyFilter = fc
    .array(fc.oneof(level, fc.constant('+')), { maxLength: 4 })
    .chain((levels) => fc.constantFrom([...levels, '#'].join('/'), levels.join('/')))
  let matched = 0
  fc.assert(
    fc.property(anyFilter.filter(isTopicFilter), anyName.filter(isTopicName), (filter, topicName) => {
      const expected = matchLevels(filter, topicName)
      if (expected) matched++
      assert.equal(matchTopicFilter(filter, topicName), expected)
    }),
    { numRuns: 3_000 },
  )
  assert.ok(matched > 100, `only ${matched} matched`)
})

/** The words of section 4.7, without an eye on speed. */
function matchLevels(filter: string, topicName: string): boolean {
  if (topicName.startsWith('$') && /^[+#]/.test(filter)) return false
  const names = topicName.split('/')
  const levels = filter.split('/')
  if (levels.at(-1) === '#') {
    const fixed = levels.slice(0, -1)
    return (
      names.length >= fixed.length && fixed.every((level, index) => level === '+' || level === names[index])
    )
  }
  return (
    names.length === levels.length && levels.every((level, index) => level === '+' || level === names[index])
  )
}
