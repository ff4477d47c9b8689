import type { TopicView } from '@pillion/schema'

export interface TopicNode {
  /** What stands between two slashes; several levels where there is only one way down. */
  readonly label: string
  /** From the root to here. */
  readonly path: string
  /** Absent where only levels below have had messages. */
  readonly topic?: TopicView
  /** Of this topic and all below it. */
  readonly messages: number
  readonly lastAt: string
  readonly children: readonly TopicNode[]
}

interface Growing {
  topic?: TopicView
  readonly children: Map<string, Growing>
}

/** The topics in which `search` occurs, as a tree whose root has no name. */
export function growTree(topics: readonly TopicView[], search: string): TopicNode {
  const root: Growing = { children: new Map() }
  const wanted = search.trim().toLowerCase()
  for (const view of topics) {
    if (!view.topic.toLowerCase().includes(wanted)) continue
    let at = root
    for (const level of view.topic.split('/')) {
      const next = at.children.get(level) ?? { children: new Map() }
      at.children.set(level, next)
      at = next
    }
    at.topic = view
  }
  return finish(root, '', '')
}

function finish(node: Growing, label: string, path: string): TopicNode {
  const isRoot = path === '' && label === ''
  const only = node.children.size === 1 && !node.topic && !isRoot
  const [first] = node.children
  if (only && first) {
    const [level, child] = first
    return finish(child, `${label}/${level}`, `${path}/${level}`)
  }
  const children = [...node.children]
    .map(([level, child]) => finish(child, level, isRoot ? level : `${path}/${level}`))
    .toSorted((one, other) => one.label.localeCompare(other.label))
  const messages = children.reduce((sum, child) => sum + child.messages, node.topic?.messages ?? 0)
  const lastAt = children.reduce(
    (last, child) => (child.lastAt > last ? child.lastAt : last),
    node.topic?.lastAt ?? '',
  )
  return { label, path, messages, lastAt, children, ...(node.topic ? { topic: node.topic } : {}) }
}

/** Every path on the way to a topic. */
export function openedTo(topic: string): ReadonlySet<string> {
  const levels = topic.split('/')
  return new Set(levels.map((_, place) => levels.slice(0, place + 1).join('/')))
}
