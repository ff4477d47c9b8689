import type { Connack, Connect, Properties } from '@pillion/packet'
import type { BrokerLimits } from '../limits.ts'
import { NEVER_EXPIRES_SECONDS } from '../sessions/sessions.ts'

/** What a client gets of what it asks for in CONNECT. */
export interface Terms {
  readonly keepAliveSeconds: number
  readonly sessionExpirySeconds: number
}

export function agreeTerms(packet: Connect, limits: BrokerLimits): Terms {
  const sessionExpirySeconds = Math.min(askedExpiry(packet), limits.sessionExpirySecondsMax)
  const { keepAliveSeconds } = packet
  const { keepAliveSecondsMax } = limits
  // 3.x has no place to say so, and is held to what it asked for.
  if (packet.protocolVersion !== 5) return { keepAliveSeconds, sessionExpirySeconds }
  const isTooLong = keepAliveSeconds > keepAliveSecondsMax
  // 0 asks for none at all.
  const isMissing = keepAliveSeconds === 0 && keepAliveSecondsMax < KEEP_ALIVE_SECONDS_MAX
  return {
    keepAliveSeconds: isTooLong || isMissing ? keepAliveSecondsMax : keepAliveSeconds,
    sessionExpirySeconds,
  }
}

/** As long as MQTT can say. */
const KEEP_ALIVE_SECONDS_MAX = 65_535

/** In 3.x a session that is not clean has no end of its own. */
function askedExpiry({ protocolVersion, clean, properties }: Connect): number {
  if (protocolVersion === 5) return properties?.sessionExpirySeconds ?? 0
  return clean ? 0 : NEVER_EXPIRES_SECONDS
}

/** The answer to a CONNECT that is accepted. */
export function createConnack(
  packet: Connect,
  clientId: string,
  terms: Terms,
  limits: BrokerLimits,
  sessionPresent: boolean,
): Connack {
  const connack = { type: 'connack', sessionPresent, reasonCode: 0 } as const
  if (packet.protocolVersion !== 5) return connack
  return { ...connack, properties: describeTerms(packet, clientId, terms, limits) }
}

/** What a version 5 client is told about this server, and where it does not get what it asked for. */
function describeTerms(packet: Connect, clientId: string, terms: Terms, limits: BrokerLimits): Properties {
  const properties: Properties = {
    receiveMax: limits.receiveMax,
    packetBytesMax: limits.packetBytesMax,
    topicAliasMax: limits.topicAliasMax,
  }
  // [MQTT-3.2.2-16]
  if (packet.clientId === '') properties.assignedClientId = clientId
  // [MQTT-3.2.2-21]
  if (terms.keepAliveSeconds !== packet.keepAliveSeconds)
    properties.serverKeepAliveSeconds = terms.keepAliveSeconds
  if (terms.sessionExpirySeconds !== askedExpiry(packet))
    properties.sessionExpirySeconds = terms.sessionExpirySeconds
  return properties
}
