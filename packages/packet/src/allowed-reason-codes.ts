import { malformed, protocolError } from './faults.ts'
import { reasonCodes as code } from './reason-codes.ts'

const published: readonly number[] = [
  code.SUCCESS,
  code.NO_MATCHING_SUBSCRIBERS,
  code.UNSPECIFIED_ERROR,
  code.IMPLEMENTATION_SPECIFIC_ERROR,
  code.NOT_AUTHORIZED,
  code.TOPIC_NAME_INVALID,
  code.PACKET_IDENTIFIER_IN_USE,
  code.QUOTA_EXCEEDED,
  code.PAYLOAD_FORMAT_INVALID,
]
const released: readonly number[] = [code.SUCCESS, code.PACKET_IDENTIFIER_NOT_FOUND]

/** Which reason codes each packet of version 5 may carry (2.4), and the clause that says so. */
const allowed = {
  connack: {
    clause: '[MQTT-3.2.2-8]',
    codes: [
      code.SUCCESS,
      code.UNSPECIFIED_ERROR,
      code.MALFORMED_PACKET,
      code.PROTOCOL_ERROR,
      code.IMPLEMENTATION_SPECIFIC_ERROR,
      code.UNSUPPORTED_PROTOCOL_VERSION,
      code.CLIENT_IDENTIFIER_NOT_VALID,
      code.BAD_USER_NAME_OR_PASSWORD,
      code.NOT_AUTHORIZED,
      code.SERVER_UNAVAILABLE,
      code.SERVER_BUSY,
      code.BANNED,
      code.BAD_AUTHENTICATION_METHOD,
      code.TOPIC_NAME_INVALID,
      code.PACKET_TOO_LARGE,
      code.QUOTA_EXCEEDED,
      code.PAYLOAD_FORMAT_INVALID,
      code.RETAIN_NOT_SUPPORTED,
      code.QOS_NOT_SUPPORTED,
      code.USE_ANOTHER_SERVER,
      code.SERVER_MOVED,
      code.CONNECTION_RATE_EXCEEDED,
    ],
  },
  puback: { clause: '[MQTT-3.4.2-1]', codes: published },
  pubrec: { clause: '[MQTT-3.5.2-1]', codes: published },
  pubrel: { clause: '[MQTT-3.6.2-1]', codes: released },
  pubcomp: { clause: '[MQTT-3.7.2-1]', codes: released },
  suback: {
    clause: '[MQTT-3.9.3-2]',
    codes: [
      0,
      1,
      2,
      code.UNSPECIFIED_ERROR,
      code.IMPLEMENTATION_SPECIFIC_ERROR,
      code.NOT_AUTHORIZED,
      code.TOPIC_FILTER_INVALID,
      code.PACKET_IDENTIFIER_IN_USE,
      code.QUOTA_EXCEEDED,
      code.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
      code.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
      code.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
    ],
  },
  unsuback: {
    clause: '[MQTT-3.11.3-2]',
    codes: [
      code.SUCCESS,
      code.NO_SUBSCRIPTION_EXISTED,
      code.UNSPECIFIED_ERROR,
      code.IMPLEMENTATION_SPECIFIC_ERROR,
      code.NOT_AUTHORIZED,
      code.TOPIC_FILTER_INVALID,
      code.PACKET_IDENTIFIER_IN_USE,
    ],
  },
  disconnect: {
    clause: '[MQTT-3.14.2-1]',
    codes: [
      code.NORMAL_DISCONNECTION,
      code.DISCONNECT_WITH_WILL,
      code.UNSPECIFIED_ERROR,
      code.MALFORMED_PACKET,
      code.PROTOCOL_ERROR,
      code.IMPLEMENTATION_SPECIFIC_ERROR,
      code.NOT_AUTHORIZED,
      code.SERVER_BUSY,
      code.SERVER_SHUTTING_DOWN,
      code.BAD_AUTHENTICATION_METHOD,
      code.KEEP_ALIVE_TIMEOUT,
      code.SESSION_TAKEN_OVER,
      code.TOPIC_FILTER_INVALID,
      code.TOPIC_NAME_INVALID,
      code.RECEIVE_MAXIMUM_EXCEEDED,
      code.TOPIC_ALIAS_INVALID,
      code.PACKET_TOO_LARGE,
      code.MESSAGE_RATE_TOO_HIGH,
      code.QUOTA_EXCEEDED,
      code.ADMINISTRATIVE_ACTION,
      code.PAYLOAD_FORMAT_INVALID,
      code.RETAIN_NOT_SUPPORTED,
      code.QOS_NOT_SUPPORTED,
      code.USE_ANOTHER_SERVER,
      code.SERVER_MOVED,
      code.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
      code.CONNECTION_RATE_EXCEEDED,
      code.MAXIMUM_CONNECT_TIME,
      code.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
      code.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
    ],
  },
  auth: {
    clause: '[MQTT-3.15.2-1]',
    codes: [code.SUCCESS, code.CONTINUE_AUTHENTICATION, code.REAUTHENTICATE],
  },
} as const satisfies Record<string, { clause: string; codes: readonly number[] }>

export type ReasonCodeOwner = keyof typeof allowed

/** @throws {MqttError} PROTOCOL_ERROR if this packet of version 5 may not carry the code */
export function checkReasonCode(owner: ReasonCodeOwner, reasonCode: number): void {
  const { codes, clause } = allowed[owner]
  if ((codes as readonly number[]).includes(reasonCode)) return
  throw protocolError(
    `${owner.toUpperCase()} has reason code ${reasonCode}, which it may not carry ${clause}`,
  )
}

/** Return codes of CONNACK in 3.1 and 3.1.1: 0 to 5, the rest is reserved (3.1.1, 3.2.2.3). */
export function checkConnectReturnCode(returnCode: number): void {
  if (returnCode >= 0 && returnCode <= 5) return
  throw malformed(`CONNACK has return code ${returnCode}, which is reserved (3.1.1, 3.2.2.3)`)
}

/**
 * Return codes of SUBACK in 3.1 and 3.1.1. 3.1 has no way to say no; 0x80 is let through there too, as a
 * server that grants less than was asked for must answer something.
 */
export function checkSubscribeReturnCode(returnCode: number): void {
  if (returnCode <= 2 || returnCode === code.UNSPECIFIED_ERROR) return
  throw malformed(`SUBACK has return code ${returnCode}, which is reserved (3.1.1) [MQTT-3.9.3-2]`)
}
