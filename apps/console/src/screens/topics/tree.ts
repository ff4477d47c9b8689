import type { TopicView } from '@pillion/schema'

/** Longer ones would be cut off on a phone. */
const LABEL_MAX = 24

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
  return finish(root, '', [])
}

/** A topic may begin with an empty level, so that the levels tell what the path does not: whether this is the root. */
function finish(node: Growing, label: string, levels: readonly string[]): TopicNode {
  const [first] = node.children
  if (first && node.children.size === 1 && !node.topic && levels.length > 0) {
    const [level, child] = first
    const joined = `${label}/${level}`
    if (joined.length <= LABEL_MAX) return finish(child, joined, [...levels, level])
  }
  const children = [...node.children]
    .map(([level, child]) => finish(child, level, [...levels, level]))
    .toSorted((one, other) => one.label.localeCompare(other.label))
  const messages = children.reduce((sum, child) => sum + child.messages, node.topic?.messages ?? 0)
  const lastAt = children.reduce(
    (last, child) => (child.lastAt > last ? child.lastAt : last),
    node.topic?.lastAt ?? '',
  )
  const path = levels.join('/')
  return { label, path, messages, lastAt, children, ...(node.topic ? { topic: node.topic } : {}) }
}

/** Every path from the root down to where there is a choice, so that nobody has to open what has only one way. */
export function openedAlone(tree: TopicNode): ReadonlySet<string> {
  const opened = new Set<string>()
  for (let node = tree; node.children.length === 1; ) {
    node = node.children[0] as TopicNode
    opened.add(node.path)
  }
  return opened
}

/** Every path on the way to a topic. */
export function openedTo(topic: string): ReadonlySet<string> {
  const levels = topic.split('/')
  return new Set(levels.map((_, place) => levels.slice(0, place + 1).join('/')))
}
