/** Bounds of the core. The server fills them from its configuration; tests make them small. */
export interface BrokerLimits {
  /** Largest MQTT packet from a client; told in a version 5 CONNACK. Larger closes the connection before its bytes are collected. */
  readonly packetBytesMax: number
  readonly outboxBytesMax: number
  /** A connection that took none of its waiting bytes for this long is closed. */
  readonly outboxStuckSeconds: number
  /** CONNECT must have arrived by then. */
  readonly connectSeconds: number
  /** A deliberate close waits this long for the peer to take its last bytes. */
  readonly closeSeconds: number
  readonly connectionsMax: number
  readonly subscriptionsPerConnectionMax: number
  readonly filtersPerSubscribeMax: number
  readonly topicLevelsMax: number
  readonly topicBytesMax: number
  /** QoS 2 messages from one client whose PUBREL is outstanding; told in a version 5 CONNACK as Receive Maximum. */
  readonly receiveMax: number
  /** Distinct topic names whose routes one connection may keep. */
  readonly routesPerConnectionMax: number
  /** Absent clients whose subscriptions are kept (Clean Session 0). */
  readonly absentSessionsMax: number
  /** Longest time they are kept, whatever the client asked for. */
  readonly sessionExpirySecondsMax: number
}

export const defaultLimits: BrokerLimits = {
  packetBytesMax: 262_144,
  outboxBytesMax: 1_048_576,
  outboxStuckSeconds: 10,
  connectSeconds: 10,
  closeSeconds: 2,
  connectionsMax: 100_000,
  subscriptionsPerConnectionMax: 1_000,
  filtersPerSubscribeMax: 256,
  topicLevelsMax: 32,
  topicBytesMax: 1_024,
  receiveMax: 1_024,
  routesPerConnectionMax: 16_384,
  absentSessionsMax: 100_000,
  sessionExpirySecondsMax: 7 * 24 * 3600,
}
