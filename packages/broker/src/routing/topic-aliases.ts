import { MqttError, type Publish, reasonCodes } from '@pillion/packet'

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

/** The topic name a PUBLISH means, and what its alias stands for from now on. `aliases` begins empty. */
export function resolveTopicName(
  packet: Publish,
  aliases: Map<number, string>,
  topicAliasMax: number,
): string {
  const alias = packet.properties?.topicAlias
  if (alias === undefined) return packet.topicName
  if (alias > topicAliasMax) {
    throw new MqttError(
      reasonCodes.TOPIC_ALIAS_INVALID,
      `topic alias ${alias}; the server takes up to ${topicAliasMax} [MQTT-3.3.2-9]`,
    )
  }
  if (packet.topicName !== '') {
    aliases.set(alias, packet.topicName)
    return packet.topicName
  }
  const topicName = aliases.get(alias)
  if (topicName === undefined) {
    throw new MqttError(reasonCodes.PROTOCOL_ERROR, `topic alias ${alias} was not introduced (3.3.2.3.4)`)
  }
  return topicName
}
