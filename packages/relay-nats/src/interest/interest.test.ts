import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import type { InterestWord } from '../words.ts'
import { LocalInterest } from './local-interest.ts'
import { RemoteInterest } from './remote-interest.ts'

const level = fc.constantFrom('a', 'b', '', '$x')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '', '$x', '+'), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, below]) => (below ? [...levels.slice(0, -1), '#'] : levels).join('/'))

describe('interest of other nodes', () => {
  it('matches as topic filters do, whatever was added and dropped before [MQTT-4.7.1-1] [MQTT-4.7.2-1]', () => {
    const changes = fc.array(fc.record({ filter, held: fc.boolean() }), { maxLength: 30 })
    fc.assert(
      fc.property(changes, fc.array(topic, { minLength: 1, maxLength: 8 }), (steps, topics) => {
        const interest = new RemoteInterest()
        const held = new Set<string>()
        for (const step of steps) {
          if (step.held) {
            interest.add(step.filter)
            held.add(step.filter)
          } else {
            interest.delete(step.filter)
            held.delete(step.filter)
          }
          for (const each of topics) {
            const expected = [...held].some((one) => matchTopicFilter(one, each))
            assert.equal(interest.matches(each), expected, each)
          }
        }
        assert.equal(interest.size, held.size)
      }),
      { numRuns: 300 },
    )
  })

  it('is told once per turn, in portions, what has come and what has gone', () => {
    const interest = new LocalInterest()
    const words: InterestWord[] = []
    for (const each of ['a', 'b', 'b', 'c']) interest.add(each)
    for (const each of ['b', 'c', 'd']) interest.drop(each)
    interest.flush((word) => void words.push(word))
    assert.deepEqual(words, [{ is: 'interest', n: 1, add: ['a', 'b'], drop: ['c'] }])
    assert.deepEqual([...interest.filters()], ['a', 'b'])
    assert.equal(interest.hasChanges, false)
    for (let index = 0; index < 10_000; index++) interest.add(`filter ${index}`)
    interest.flush((word) => void words.push(word))
    const added = words.slice(1).flatMap(({ add }) => add)
    assert.equal(new Set(added).size, 10_000)
    assert.deepEqual(
      words.map(({ n }) => n),
      words.map((_, index) => index + 1),
    )
    for (const word of words) assert.ok(JSON.stringify(word).length < 131_072)
    interest.clear()
    interest.flush((word) => void words.push(word))
    assert.equal(words.slice(-5).flatMap(({ drop }) => drop).length > 8_000, true)
    assert.deepEqual([...interest.filters()], [])
  })
})
