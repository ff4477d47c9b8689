/** Steps without a match after which `match` lets its reader pause: some ten microseconds. */
const STEPS_MAX = 128

interface Node<Value> {
  children: Map<string, Node<Value>> | undefined
  entry: readonly [topic: string, value: Value] | undefined
}

/** Topic → value, as a tree of topic levels: the mirror image of `Subscriptions`, which finds filters by topic. */
export class TopicTree<Value> {
  readonly #root: Node<Value> = { children: undefined, entry: undefined }
  #nodeCount = 0

  /** Nodes in use, the root not included. */
  get nodeCount(): number {
    return this.#nodeCount
  }

  get(topic: string): Value | undefined {
    let node: Node<Value> | undefined = this.#root
    for (const level of topic.split('/')) {
      node = node.children?.get(level)
      if (node === undefined) return undefined
    }
    return node.entry?.[1]
  }

  /** How many nodes `set` would add for this topic. */
  countMissing(topic: string): number {
    const levels = topic.split('/')
    let node: Node<Value> | undefined = this.#root
    let depth = 0
    for (; depth < levels.length; depth++) {
      node = node.children?.get(levels[depth] as string)
      if (node === undefined) break
    }
    return levels.length - depth
  }

  set(topic: string, value: Value): void {
    let node = this.#root
    for (const level of topic.split('/')) {
      node.children ??= new Map()
      let child = node.children.get(level)
      if (child === undefined) {
        child = { children: undefined, entry: undefined }
        node.children.set(detach(level), child)
        this.#nodeCount++
      }
      node = child
    }
    node.entry = [node.entry?.[0] ?? topic, value]
  }

  /** Does nothing when it is not there. */
  delete(topic: string): void {
    const levels = topic.split('/')
    const path = [this.#root]
    for (const level of levels) {
      const child = path.at(-1)?.children?.get(level)
      if (child === undefined) return
      path.push(child)
    }
    ;(path.at(-1) as Node<Value>).entry = undefined
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth] as Node<Value>
      if (node.entry !== undefined || node.children !== undefined) return
      const parent = path[depth - 1] as Node<Value>
      parent.children?.delete(levels[depth - 1] as string)
      if (parent.children?.size === 0) parent.children = undefined
      this.#nodeCount--
    }
  }

  /**
   * As `RetainedMessages.match`: iterators of a Map bear that it changes. Wildcards in the first level do not match a
   * topic that begins with `$` [MQTT-4.7.2-1].
   */
  *match(filter: string): Iterable<readonly [topic: string, value: Value] | undefined> {
    const levels = filter.split('/')
    const branches: Branch<Value>[] = []
    let steps = 0
    let at: Place<Value> | undefined = { node: this.#root, depth: 0 }
    do {
      const found = descend(at, levels)
      if (found !== undefined) {
        const { node, depth } = found
        const level = levels[depth]
        if (level !== undefined && node.children !== undefined) {
          const isRoot = node === this.#root
          branches.push({
            children: node.children.entries(),
            depth: level === '#' ? depth : depth + 1,
            isRoot,
          })
        }
        // `a/#` matches `a` too (4.7.1.2).
        if (level !== '+' && node.entry !== undefined) {
          yield node.entry
          steps = 0
        }
      }
      if (++steps % STEPS_MAX === 0) yield undefined
      at = nextPlace(branches)
    } while (at !== undefined)
  }
}

/** A part of a longer text, kept as a key, would hold on to all of it. */
function detach(level: string): string {
  return Buffer.from(level).toString()
}

/** A node, and which level of the filter stands for what is below it. */
interface Place<Value> {
  readonly node: Node<Value>
  readonly depth: number
}

/** Children that a wildcard stands for and that are still to be visited. */
interface Branch<Value> {
  readonly children: Iterator<readonly [level: string, child: Node<Value>]>
  readonly depth: number
  readonly isRoot: boolean
}

/** Follows the levels that are no wildcards. */
function descend<Value>({ node, depth }: Place<Value>, levels: readonly string[]): Place<Value> | undefined {
  let below: Node<Value> | undefined = node
  for (; depth < levels.length; depth++) {
    const level = levels[depth] as string
    if (level === '+' || level === '#') break
    below = below.children?.get(level)
    if (below === undefined) return undefined
  }
  return { node: below, depth }
}

function nextPlace<Value>(branches: Branch<Value>[]): Place<Value> | undefined {
  for (let branch = branches.at(-1); branch !== undefined; branch = branches.at(-1)) {
    const { value, done } = branch.children.next()
    if (done) branches.pop()
    else if (!branch.isRoot || !value[0].startsWith('$')) return { node: value[1], depth: branch.depth }
  }
  return undefined
}
