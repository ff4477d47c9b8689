import type { Properties } from '@pillion/packet'
import { readClock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import type { RetainedMessage } from '../ports/retained-messages.ts'
import { encodeMessage } from '../routing/deliver.ts'
import { receiverProperties } from '../routing/group.ts'
import type { Subscription } from '../subscriptions.ts'

/** What became of retained messages since a walk began. */
export interface Overtaken {
  /** Was it kept since `moment`? Then it has been delivered live. */
  isNewer(message: RetainedMessage, moment: number): boolean
  /** Was another message of its topic delivered since `moment`? */
  isOvertaken(message: RetainedMessage, moment: number): boolean
}

/** The retained messages of one subscription on their way to the connection that holds it. */
export class RetainedWalk {
  readonly #connection: Connection
  readonly #topicFilter: string
  readonly #found: Iterator<readonly [topic: string, message: RetainedMessage] | undefined>
  readonly #since: number
  readonly #overtaken: Overtaken

  constructor(
    connection: Connection,
    topicFilter: string,
    { filter }: Subscription,
    since: number,
    overtaken: Overtaken,
  ) {
    this.#connection = connection
    this.#topicFilter = topicFilter
    this.#found = findRetained(connection, filter)
    this.#since = since
    this.#overtaken = overtaken
  }

  /** Goes on until all is sent, the outbox is full, or the time (of `performance.now`) has come. */
  send(until: number): 'done' | 'full' | 'later' {
    do {
      if (!hasRoom(this.#connection)) return 'full'
      const { value, done } = this.#found.next()
      if (done) return 'done'
      if (value !== undefined) this.#give(value[0], value[1])
    } while (performance.now() < until)
    return 'later'
  }

  #give(topic: string, message: RetainedMessage): void {
    const connection = this.#connection
    const { core, outbox, packetBytesMax } = connection
    // As it is now: the client may have replaced it, and messages must not be lost by that [MQTT-3.8.4-4].
    const subscription = connection.subscriptions.get(this.#topicFilter)
    if (subscription === undefined || isOwn(message, subscription, connection)) return
    const topicName = subscription.present === undefined ? topic : subscription.present(topic)
    if (topicName === undefined || this.#overtaken.isNewer(message, this.#since)) return
    if (this.#overtaken.isOvertaken(message, this.#since)) {
      core.counters.drop('retained_overtaken', 1)
      return
    }
    const packet = encodeRetained(
      message,
      topicName,
      connection.version === 5 ? 5 : 4,
      subscription.identifier,
    )
    // [MQTT-3.1.2-24]
    if (packetBytesMax !== undefined && packet.length > packetBytesMax)
      core.counters.drop('larger_than_client_accepts', 1)
    else if (!outbox.add(packet, 0, packet.length, 1)) outbox.drop(1)
  }
}

function* findRetained({ core }: Connection, filter: string) {
  yield* core.systemTopics.match(core, filter)
  yield* core.retained.match(filter)
}

/**
 * Half of the outbox is left to live messages, and nobody who publishes is made to wait for retained ones. An empty
 * one takes any message.
 */
function hasRoom({ outbox, core: { limits, writer } }: Connection): boolean {
  const { bytes } = outbox
  if (bytes === 0) return true
  return (
    bytes + limits.packetBytesMax <= limits.outboxBytesMax / 2 && writer.heldBytes <= limits.outboxesBytesMax
  )
}

/** [MQTT-3.8.3-3] */
function isOwn(
  { publisher }: RetainedMessage,
  { noLocal }: Subscription,
  { clientKey }: Connection,
): boolean {
  return noLocal && publisher === clientKey
}

/** Marked as retained, whatever Retain As Published says (3.3.1.3) [3.1.1:MQTT-3.3.1-8]. */
function encodeRetained(
  { payload, properties, expiresAt }: RetainedMessage,
  topicName: string,
  version: 4 | 5,
  identifier: number | undefined,
): Buffer {
  const own: Properties = { ...receiverProperties(identifier === undefined ? [] : [identifier], undefined) }
  // What is left of it [MQTT-3.3.2-6]; a begun second counts, or a message that has not ended would say 0.
  if (expiresAt !== undefined)
    own.messageExpirySeconds = Math.max(1, Math.ceil((expiresAt - readClock()) / 1_000))
  return encodeMessage(topicName, version, { payload, retain: true, properties }, true, own)
}
