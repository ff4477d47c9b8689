interface Node {
  children: Map<string, Node> | undefined
  /** A filter ends here. */
  ends: boolean
}

/** Topic filters with wildcards, as a tree of levels that says whether any of them matches a topic. */
export class FilterTree {
  #root = createNode()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(filter: string): void {
    let node = this.#root
    for (const level of filter.split('/')) {
      node.children ??= new Map()
      let child = node.children.get(level)
      if (child === undefined) {
        child = createNode()
        node.children.set(level, child)
      }
      node = child
    }
    if (!node.ends) this.#size++
    node.ends = true
  }

  delete(filter: string): void {
    if (removeFrom(this.#root, filter.split('/'), 0)) this.#size--
  }

  /** Wildcards in the first level do not match a topic that begins with `$` [MQTT-4.7.2-1]. */
  matches(topic: string): boolean {
    return this.#size > 0 && matchesBelow(this.#root, topic.split('/'), 0, topic.startsWith('$'))
  }
}

function createNode(): Node {
  return { children: undefined, ends: false }
}

/** Returns whether the filter was there; nodes that nothing needs any more go with it. */
function removeFrom(node: Node, levels: readonly string[], depth: number): boolean {
  if (depth === levels.length) {
    const was = node.ends
    node.ends = false
    return was
  }
  const level = levels[depth] as string
  const child = node.children?.get(level)
  if (child === undefined || !removeFrom(child, levels, depth + 1)) return false
  if (!child.ends && child.children === undefined) node.children?.delete(level)
  if (node.children?.size === 0) node.children = undefined
  return true
}

function matchesBelow(node: Node, levels: readonly string[], depth: number, isDollar: boolean): boolean {
  const { children } = node
  const mayWildcard = depth > 0 || !isDollar
  // `a/#` matches `a` too (4.7.1.2).
  if (mayWildcard && children?.get('#')?.ends) return true
  if (depth === levels.length) return node.ends
  if (children === undefined) return false
  const child = children.get(levels[depth] as string)
  if (child !== undefined && matchesBelow(child, levels, depth + 1, isDollar)) return true
  const plus = mayWildcard ? children.get('+') : undefined
  return plus !== undefined && matchesBelow(plus, levels, depth + 1, isDollar)
}
