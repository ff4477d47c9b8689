import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { growTree, openedAlone, openedTo, type TopicNode } from './tree.ts'

const view = (topic: string, messages = 1, second = 0) => ({
  topic,
  messages,
  lastAt: `2026-01-01T00:00:0${second}.000Z`,
})

/** Labels with their figures, indented by level. */
function draw({ children }: TopicNode, depth = 0): string[] {
  return children.flatMap((child) => [
    `${'  '.repeat(depth)}${child.label} ${child.messages}${child.topic ? '!' : ''}`,
    ...draw(child, depth + 1),
  ])
}

describe('the tree of topics', () => {
  test('counts what is below, and puts levels with only one way down into one', () => {
    const tree = growTree(
      [view('fleet/default/V2/demo', 2, 5), view('fleet/default/V1/demo', 1), view('fleet')],
      '',
    )
    assert.deepEqual(draw(tree), ['fleet 4!', '  default 3', '    V1/demo 1!', '    V2/demo 2!'])
    assert.equal(tree.children[0]?.lastAt, '2026-01-01T00:00:05.000Z')
  })

  test('keeps empty levels and the slash at the end, which are topics of their own', () => {
    const tree = growTree([view('a/'), view('a'), view('/a')], '')
    assert.deepEqual(
      tree.children.flatMap(({ path, children }) => [path, ...children.map((child) => child.path)]),
      ['/a', 'a', 'a/'],
    )
    assert.deepEqual(
      tree.children.map(({ label, topic }) => [label, topic?.topic]),
      [
        ['/a', '/a'],
        ['a', 'a'],
      ],
    )
  })

  test('keeps only topics with the text that is searched', () => {
    assert.deepEqual(draw(growTree([view('sensors/Ferry'), view('other')], 'FERRY')), ['sensors/Ferry 1!'])
  })

  test('is open where there is no choice, and down to the topic that is chosen', () => {
    const long = 'a-level-with-a-long-name'
    const tree = growTree([view(`${long}/x/y`), view(`${long}/x/z`)], '')
    assert.deepEqual([...openedAlone(tree)], [long, `${long}/x`])
    assert.deepEqual([...openedTo('a//b')], ['a', 'a/', 'a//b'])
  })
})
