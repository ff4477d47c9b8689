import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import { TopicTree } from './topic-tree.ts'

describe('TopicTree', () => {
  const level = fc.constantFrom('a', 'b', '', '$s', 'ü')
  const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
  const topics = fc.array(topic, { maxLength: 40 })
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
    .map(([levels, below]) => (below ? [...levels, '#'] : [...levels, 'a']).join('/'))

  it('finds exactly what the rules of topic filters say [MQTT-4.7.1-1] [MQTT-4.7.2-1]', () => {
    fc.assert(
      fc.property(topics, topics, filter, (kept, gone, wanted) => {
        const tree = new TopicTree<number>()
        for (const name of [...kept, ...gone]) tree.set(name, 1)
        for (const name of kept) tree.set(name, 2)
        for (const name of gone) tree.delete(name)
        const left = new Set(kept.filter((name) => !gone.includes(name)))
        const expected = [...left].filter((name) => matchTopicFilter(wanted, name)).sort()
        const found = [...tree.match(wanted)].filter((each) => each !== undefined)
        assert.deepEqual(found.map(([name]) => name).sort(), expected)
        assert.ok(found.every(([, value]) => value === 2))
        for (const name of [...kept, ...gone]) assert.equal(tree.get(name), left.has(name) ? 2 : undefined)
      }),
      { numRuns: 1_000 },
    )
  })

  it('counts its nodes, foretells how many are to come, and is as empty as before in the end', () => {
    fc.assert(
      fc.property(topics, (names) => {
        const tree = new TopicTree<number>()
        for (const name of names) {
          const before = tree.nodeCount
          const missing = tree.countMissing(name)
          tree.set(name, 1)
          assert.equal(tree.nodeCount, before + missing)
        }
        const levels = names.flatMap((name) =>
          name.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')),
        )
        assert.equal(tree.nodeCount, new Set(levels).size)
        for (const name of names) tree.delete(name)
        assert.equal(tree.nodeCount, 0)
      }),
    )
  })

  it('gives what stays exactly once however it is changed between two steps', () => {
    fc.assert(
      fc.property(topics, topics, topics, fc.nat({ max: 10 }), (kept, gone, come, pauseAt) => {
        const tree = new TopicTree<string>()
        for (const name of [...kept, ...gone]) tree.set(name, 'before')
        const found: (readonly [string, string] | undefined)[] = []
        for (const each of tree.match('#')) {
          found.push(each)
          if (each !== undefined) assert.equal(each[1], tree.get(each[0]), 'it is current')
          if (found.length !== pauseAt) continue
          for (const name of gone) if (!kept.includes(name)) tree.delete(name)
          for (const name of come) tree.set(name, 'after')
        }
        const names = found.filter((each) => each !== undefined).map(([name]) => name)
        for (const name of new Set(kept)) {
          const times = names.filter((each) => each === name).length
          assert.equal(times, name.startsWith('$') ? 0 : 1, name)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
