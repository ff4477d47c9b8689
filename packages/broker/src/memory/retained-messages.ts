import type { Properties } from '@pillion/packet'
import { readClock } from '../clock.ts'
import type { RetainedMessage, RetainedMessages } from '../ports/retained-messages.ts'
import { TopicTree } from './topic-tree.ts'

/** What a node of the tree takes, as measured, beyond the one that each message needs anyway. */
const NODE_BYTES = 256
/** What a pair of user properties takes beside its texts. */
const PAIR_BYTES = 64
/** Messages looked at in one call of `expire`: less than a millisecond. */
const EXPIRE_STEPS = 10_000

export interface RetainedBounds {
  readonly messagesMax?: number
  /** Payloads, topic names, properties, and nodes of the tree that hold no message. */
  readonly bytesMax?: number
  /** Messages that count against one owner. */
  readonly perOwnerMax?: number
}

/** Kept in this process, bounded; gone with it. */
export class MemoryRetainedMessages implements RetainedMessages {
  readonly #tree = new TopicTree<RetainedMessage>()
  readonly #expiring = new Map<string, RetainedMessage>()
  /** How far `expire` has come. */
  #round = this.#expiring.entries()
  readonly #owned = new Map<string, number>()
  readonly #messagesMax: number
  readonly #bytesMax: number
  readonly #perOwnerMax: number
  readonly #now: () => number
  #count = 0
  #contentBytes = 0

  constructor(options: RetainedBounds & { readonly now?: () => number } = {}) {
    this.#messagesMax = options.messagesMax ?? Infinity
    this.#bytesMax = options.bytesMax ?? Infinity
    this.#perOwnerMax = options.perOwnerMax ?? Infinity
    this.#now = options.now ?? readClock
  }

  get count(): number {
    return this.#count
  }

  keep(topic: string, message: RetainedMessage): boolean {
    const earlier = this.#tree.get(topic)
    const isEmpty = message.payload.length === 0
    if (isEmpty || !this.#hasRoom(topic, message, earlier)) {
      if (earlier !== undefined) this.#forget(topic, earlier)
      return isEmpty
    }
    if (earlier !== undefined) this.#account(topic, earlier, -1)
    this.#account(topic, message, 1)
    this.#tree.set(topic, message)
    if (message.expiresAt === undefined) this.#expiring.delete(topic)
    else this.#expiring.set(topic, message)
    return true
  }

  #hasRoom(topic: string, message: RetainedMessage, earlier: RetainedMessage | undefined): boolean {
    const { owner } = message
    const isOwn = owner === '' || owner === earlier?.owner
    if (!isOwn && (this.#owned.get(owner) ?? 0) >= this.#perOwnerMax) return false
    if (earlier !== undefined) {
      const growth = contentBytes(topic, message) - contentBytes(topic, earlier)
      return growth <= 0 || this.#bytes + growth <= this.#bytesMax
    }
    const nodes = this.#tree.countMissing(topic) - 1
    const bytes = this.#bytes + contentBytes(topic, message) + nodes * NODE_BYTES
    return this.#count < this.#messagesMax && bytes <= this.#bytesMax
  }

  get #bytes(): number {
    return this.#contentBytes + (this.#tree.nodeCount - this.#count) * NODE_BYTES
  }

  #account(topic: string, message: RetainedMessage, sign: 1 | -1): void {
    this.#count += sign
    this.#contentBytes += sign * contentBytes(topic, message)
    const owned = (this.#owned.get(message.owner) ?? 0) + sign
    if (owned === 0) this.#owned.delete(message.owner)
    else this.#owned.set(message.owner, owned)
  }

  #forget(topic: string, message: RetainedMessage): void {
    this.#account(topic, message, -1)
    this.#tree.delete(topic)
    this.#expiring.delete(topic)
  }

  find(topic: string): RetainedMessage | undefined {
    const message = this.#tree.get(topic)
    return message === undefined || hasEnded(message, this.#now()) ? undefined : message
  }

  *match(filter: string): Iterable<readonly [topic: string, message: RetainedMessage] | undefined> {
    for (const found of this.#tree.match(filter)) {
      yield found === undefined || hasEnded(found[1], this.#now()) ? undefined : found
    }
  }

  expire(): number {
    const now = this.#now()
    let ended = 0
    for (let step = 0; step < EXPIRE_STEPS; step++) {
      const { value, done } = this.#round.next()
      if (done) {
        this.#round = this.#expiring.entries()
        break
      }
      const [topic, message] = value
      if (!hasEnded(message, now)) continue
      this.#forget(topic, message)
      ended++
    }
    return ended
  }
}

function hasEnded({ expiresAt }: RetainedMessage, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

function contentBytes(topic: string, { payload, properties }: RetainedMessage): number {
  return (
    Buffer.byteLength(topic) + payload.length + (properties === undefined ? 0 : propertyBytes(properties))
  )
}

function propertyBytes(properties: Properties): number {
  const { contentType = '', responseTopic = '', correlationData, userProperties = [] } = properties
  let bytes =
    Buffer.byteLength(contentType) + Buffer.byteLength(responseTopic) + (correlationData?.length ?? 0)
  for (const [name, value] of userProperties) {
    bytes += PAIR_BYTES + Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  return bytes
}
