import type { Connection } from './connection.ts'
import { hashText } from './routing/hash-text.ts'
import type { Share } from './routing/shares.ts'

/** What a version 5 client may say of a subscription beside its filter. */
export interface SubscriptionOptions {
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** Subscription Identifier (3.8.2.1.2). */
  readonly identifier: number | undefined
}

/** One granted filter of one connection, or of the server itself. */
export interface Subscription extends SubscriptionOptions {
  /** Canonical filter. */
  readonly filter: string
  readonly receiver: Connection | InProcessReceiver
  /** A receiver gets one copy per form (see `SubscribeGrant.form`). */
  readonly form: string
  readonly present: ((topic: string) => string | undefined) | undefined
  /** Of a shared subscription (4.8.2). */
  readonly share: Share | undefined
}

export type InProcessReceiver = (topic: string, payload: Uint8Array) => void

interface Node {
  children: Map<string, Node> | undefined
  /** Child `+`. */
  plus: Node | undefined
  /** Subscriptions that end here. */
  here: Subscription[] | undefined
  /** Subscriptions that end here with `#`. */
  below: Subscription[] | undefined
}

/** With four, each vehicle of a fleet is a neighbourhood (nearly) of its own. */
const NEIGHBOURHOOD_LEVELS = 4
const NEIGHBOURHOODS = 4_096

/**
 * Canonical filter → who subscribed, as a tree of topic levels.
 *
 * Every change raises the epoch of the topics it may concern, and what was matched at an older epoch is stale. Topics
 * with the same first levels are neighbours and share an epoch, so that vehicles that come and go all the time do not
 * make everything be matched again for everyone.
 */
export class Subscriptions {
  /** By neighbourhood; begins at 1. */
  readonly #epochs = new Uint32Array(NEIGHBOURHOODS).fill(1)
  /** Changes that concern every neighbourhood: of filters with a wildcard in the first levels. */
  #epochOfAll = 0
  #root = createNode()

  /** Which neighbourhood a canonical topic belongs to. */
  neighbourhoodOf(topic: string): number {
    return hashText(topic, endOfNeighbourhood(topic)) % NEIGHBOURHOODS
  }

  /** Never 0. */
  epochOf(neighbourhood: number): number {
    return (this.#epochs[neighbourhood] as number) + this.#epochOfAll
  }

  #raiseEpoch(filter: string): void {
    const end = endOfNeighbourhood(filter)
    if (hasWildcard(filter, end)) {
      this.#epochOfAll++
      return
    }
    const neighbourhood = hashText(filter, end) % NEIGHBOURHOODS
    this.#epochs[neighbourhood] = (this.#epochs[neighbourhood] as number) + 1
  }

  add(subscription: Subscription): void {
    let node = this.#root
    const levels = subscription.filter.split('/')
    const below = levels.at(-1) === '#'
    if (below) levels.pop()
    for (const level of levels) node = childFor(node, level)
    if (below) node.below = append(node.below, subscription)
    else node.here = append(node.here, subscription)
    this.#raiseEpoch(subscription.filter)
  }

  /** Does nothing when it is not there. */
  remove(subscription: Subscription): void {
    const levels = subscription.filter.split('/')
    const below = levels.at(-1) === '#'
    if (below) levels.pop()
    removeFrom(this.#root, levels, 0, subscription, below)
    this.#raiseEpoch(subscription.filter)
  }

  /** Every subscription whose filter matches; wildcards in the first level do not match a topic that begins with `$` [MQTT-4.7.2-1]. */
  match(topic: string): Subscription[] {
    const found: Subscription[] = []
    collect(this.#root, topic.split('/'), 0, topic.startsWith('$'), found)
    return found
  }

  /** Nodes in use, the root included; shows that nothing is left behind. */
  get nodeCount(): number {
    return countNodes(this.#root)
  }
}

/** Where the first levels end. */
function endOfNeighbourhood(topic: string): number {
  let end = -1
  for (let level = 0; level < NEIGHBOURHOOD_LEVELS; level++) {
    end = topic.indexOf('/', end + 1)
    if (end < 0) return topic.length
  }
  return end
}

function hasWildcard(filter: string, end: number): boolean {
  const first = filter.slice(0, end)
  return first.includes('+') || first.includes('#')
}

function countNodes(node: Node): number {
  let count = 1 + (node.plus === undefined ? 0 : countNodes(node.plus))
  for (const child of node.children?.values() ?? []) count += countNodes(child)
  return count
}

function createNode(): Node {
  return { children: undefined, plus: undefined, here: undefined, below: undefined }
}

function childFor(node: Node, level: string): Node {
  if (level === '+') {
    node.plus ??= createNode()
    return node.plus
  }
  node.children ??= new Map()
  let child = node.children.get(level)
  if (child === undefined) {
    child = createNode()
    node.children.set(level, child)
  }
  return child
}

function append(list: Subscription[] | undefined, subscription: Subscription): Subscription[] {
  if (list === undefined) return [subscription]
  list.push(subscription)
  return list
}

/** Returns whether the node is empty afterwards, so that its parent lets it go. */
function removeFrom(
  node: Node,
  levels: string[],
  depth: number,
  subscription: Subscription,
  below: boolean,
): boolean {
  if (depth === levels.length) {
    if (below) node.below = without(node.below, subscription)
    else node.here = without(node.here, subscription)
  } else {
    const level = levels[depth] as string
    const child = level === '+' ? node.plus : node.children?.get(level)
    if (child !== undefined && removeFrom(child, levels, depth + 1, subscription, below)) {
      if (level === '+') node.plus = undefined
      else node.children?.delete(level)
      if (node.children?.size === 0) node.children = undefined
    }
  }
  return (
    node.children === undefined &&
    node.plus === undefined &&
    node.here === undefined &&
    node.below === undefined
  )
}

/** In place, the last one filling the gap: a new list for each of many that leave would take for ever. */
function without(list: Subscription[] | undefined, subscription: Subscription): Subscription[] | undefined {
  const index = list?.indexOf(subscription) ?? -1
  if (list === undefined || index < 0) return list
  const last = list.pop()
  if (last !== undefined && last !== subscription) list[index] = last
  return list.length === 0 ? undefined : list
}

function collect(node: Node, levels: string[], depth: number, dollar: boolean, found: Subscription[]): void {
  const wildcards = depth > 0 || !dollar
  if (wildcards) addAll(found, node.below)
  if (depth === levels.length) {
    addAll(found, node.here)
    return
  }
  const child = node.children?.get(levels[depth] as string)
  if (child !== undefined) collect(child, levels, depth + 1, dollar, found)
  if (wildcards && node.plus !== undefined) collect(node.plus, levels, depth + 1, dollar, found)
}

/** Not by spreading: a hundred thousand arguments do not fit on the stack. */
function addAll(found: Subscription[], list: Subscription[] | undefined): void {
  if (list !== undefined) for (const subscription of list) found.push(subscription)
}
