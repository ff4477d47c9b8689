import { MqttError, type Publish, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'

/** What one connection has agreed on with the client, in the direction of the client (3.3.2.3.4); gone with the connection [MQTT-3.3.2-7]. */
export class OutboundAliases {
  readonly #byTopicName = new Map<string, OutboundAlias>()
  readonly #aliasMax: number

  /** `aliasMax`: what the client allows, at least 1. */
  constructor(aliasMax: number) {
    this.#aliasMax = aliasMax
  }

  /** The alias of a topic name; undefined when all are taken. First come, first served. */
  find(topicName: string): OutboundAlias | undefined {
    const known = this.#byTopicName.get(topicName)
    if (known !== undefined || this.#byTopicName.size >= this.#aliasMax) return known
    const alias = { number: this.#byTopicName.size + 1, introduced: false }
    this.#byTopicName.set(topicName, alias)
    return alias
  }
}

export interface OutboundAlias {
  readonly number: number
  /** Has a message with both topic name and alias been put into the outbox? */
  introduced: boolean
}

/** The topic name a PUBLISH means; an alias that comes with one stands for it from now on. */
export function resolveTopicName(sender: Connection, packet: Publish): string {
  const alias = packet.properties?.topicAlias
  if (alias === undefined) return packet.topicName
  const { topicAliasMax } = sender.core.limits
  if (alias > topicAliasMax) {
    throw new MqttError(
      reasonCodes.TOPIC_ALIAS_INVALID,
      `topic alias ${alias}; the server takes up to ${topicAliasMax} [MQTT-3.3.2-9]`,
    )
  }
  if (packet.topicName !== '') {
    sender.inboundAliases.set(alias, packet.topicName)
    return packet.topicName
  }
  const topicName = sender.inboundAliases.get(alias)
  if (topicName === undefined) {
    throw new MqttError(reasonCodes.PROTOCOL_ERROR, `topic alias ${alias} was not introduced (3.3.2.3.4)`)
  }
  return topicName
}
