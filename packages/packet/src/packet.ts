/**
 * The packets of MQTT 3.1, 3.1.1 and 5 as the codec gives and takes them. Strings have passed the
 * checks of UTF-8 [MQTT-1.5.4-1, -2]; numbers are in range. `properties` is present only in version 5.
 */

/** Protocol level on the wire: 3 = MQTT 3.1 (`MQIsdp`), 4 = 3.1.1, 5 = 5. */
export type ProtocolVersion = 3 | 4 | 5
export type QoS = 0 | 1 | 2

export interface Connect {
  readonly type: 'connect'
  readonly protocolVersion: ProtocolVersion
  /** Clean Session in 3.x, Clean Start in 5. */
  readonly clean: boolean
  readonly keepAliveSeconds: number
  readonly clientId: string
  readonly username?: string
  readonly password?: Uint8Array
  readonly will?: Will
  readonly properties?: Properties
}

export interface Will {
  readonly topicName: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly properties?: Properties
}

export interface Connack {
  readonly type: 'connack'
  readonly sessionPresent: boolean
  /** A return code in 3.x (0 to 5), a reason code in 5. */
  readonly reasonCode: number
  readonly properties?: Properties
}

export interface Publish {
  readonly type: 'publish'
  readonly dup: boolean
  readonly qos: QoS
  readonly retain: boolean
  /** Empty only in version 5, with a topic alias. */
  readonly topicName: string
  /** Present with QoS 1 and 2. */
  readonly packetId?: number
  readonly payload: Uint8Array
  readonly properties?: Properties
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP. In 3.x `reasonCode` is always 0. */
export interface Acknowledgement {
  readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  readonly packetId: number
  readonly reasonCode: number
  readonly properties?: Properties
}

export interface SubscriptionRequest {
  readonly topicFilter: string
  readonly qos: QoS
  /** The three options of version 5; in 3.x false, false and 0. */
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  readonly retainHandling: 0 | 1 | 2
}

export interface Subscribe {
  readonly type: 'subscribe'
  readonly packetId: number
  /** At least one [MQTT-3.8.3-2]. Filters are not checked beyond UTF-8: whether `a/#/b` is refused or the connection ends is the broker's to say. */
  readonly subscriptions: readonly SubscriptionRequest[]
  readonly properties?: Properties
}

export interface Suback {
  readonly type: 'suback'
  readonly packetId: number
  /** 0, 1, 2 or 0x80 in 3.1.1; reason codes in 5. */
  readonly reasonCodes: readonly number[]
  readonly properties?: Properties
}

export interface Unsubscribe {
  readonly type: 'unsubscribe'
  readonly packetId: number
  readonly topicFilters: readonly string[]
  readonly properties?: Properties
}

export interface Unsuback {
  readonly type: 'unsuback'
  readonly packetId: number
  /** Empty in 3.x. */
  readonly reasonCodes: readonly number[]
  readonly properties?: Properties
}

export interface Pingreq {
  readonly type: 'pingreq'
}

export interface Pingresp {
  readonly type: 'pingresp'
}

export interface Disconnect {
  readonly type: 'disconnect'
  /** Always 0 in 3.x. */
  readonly reasonCode: number
  readonly properties?: Properties
}

export interface Auth {
  readonly type: 'auth'
  readonly reasonCode: number
  readonly properties?: Properties
}

export type Packet =
  | Connect
  | Connack
  | Publish
  | Acknowledgement
  | Subscribe
  | Suback
  | Unsubscribe
  | Unsuback
  | Pingreq
  | Pingresp
  | Disconnect
  | Auth

/** Properties of version 5 by the names of its section 2.2.2.2; an absent member was absent on the wire. */
export interface Properties {
  payloadFormatIndicator?: 0 | 1
  messageExpirySeconds?: number
  contentType?: string
  responseTopic?: string
  correlationData?: Uint8Array
  /** From a client at most one; in a PUBLISH to a client one per matching subscription. */
  subscriptionIdentifiers?: readonly number[]
  sessionExpirySeconds?: number
  assignedClientId?: string
  serverKeepAliveSeconds?: number
  authenticationMethod?: string
  authenticationData?: Uint8Array
  requestProblemInformation?: 0 | 1
  willDelaySeconds?: number
  requestResponseInformation?: 0 | 1
  responseInformation?: string
  serverReference?: string
  reasonString?: string
  receiveMax?: number
  topicAliasMax?: number
  topicAlias?: number
  qosMax?: 0 | 1
  retainAvailable?: 0 | 1
  userProperties?: readonly (readonly [name: string, value: string])[]
  packetBytesMax?: number
  wildcardSubscriptionAvailable?: 0 | 1
  subscriptionIdentifiersAvailable?: 0 | 1
  sharedSubscriptionAvailable?: 0 | 1
}
