import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePortalTopic, parseSubtopic } from './portal-topic.ts'

// What was given | the subtopic, or undefined where it is refused
const subtopics: [string, string | undefined][] = [
  ['', ''],
  ['/', ''],
  ['//', ''],
  ['a', 'a'],
  ['/a/b/', 'a/b'],
  ['//a/b//', 'a/b'],
  ['é '.repeat(85), 'é '.repeat(85)],
  ['x'.repeat(256), 'x'.repeat(256)],
  ['x'.repeat(257), undefined],
  ['é'.repeat(129), undefined],
  ['a//b', undefined],
  ['a///b', undefined],
  ['/a/b//c/', undefined],
  ['a/+', undefined],
  ['#', undefined],
  ['a\0', undefined],
  ['/'.repeat(100_000), ''],
  [`${'/'.repeat(100_000)}a/b${'/'.repeat(100_000)}`, 'a/b'],
  // An app may give as many; the time must not grow with their square, here to some twenty seconds.
  [`a${'/'.repeat(100_000)}b`, undefined],
]

for (const [given, expected] of subtopics) {
  test(`reads the subtopic ${JSON.stringify(given.slice(0, 20))} as ${JSON.stringify(expected?.slice(0, 20))} (W 2.3)`, () => {
    assert.equal(parseSubtopic(given), expected)
  })
}

test('a topic name with an empty level inside its subtopic is malformed (W 2.3)', () => {
  const topicName = 'psa/OVIPPartners-Dev/to/uid/P/opa/0123456789ABCDEFG'
  assert.equal(parsePortalTopic(`${topicName}/a//b`), 'subtopic_malformed')
  assert.equal(typeof parsePortalTopic(`${topicName}//a/b//`), 'object')
})
