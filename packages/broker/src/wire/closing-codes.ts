import { reasonCodes as codes, type ReasonCode } from '@pillion/packet'

/** CONNACK of version 5 has room for these (3.2.2.2). */
const inConnack: ReadonlySet<ReasonCode> = new Set([
  codes.UNSPECIFIED_ERROR,
  codes.MALFORMED_PACKET,
  codes.PROTOCOL_ERROR,
  codes.IMPLEMENTATION_SPECIFIC_ERROR,
  codes.UNSUPPORTED_PROTOCOL_VERSION,
  codes.CLIENT_IDENTIFIER_NOT_VALID,
  codes.BAD_USER_NAME_OR_PASSWORD,
  codes.NOT_AUTHORIZED,
  codes.SERVER_UNAVAILABLE,
  codes.SERVER_BUSY,
  codes.BANNED,
  codes.BAD_AUTHENTICATION_METHOD,
  codes.TOPIC_NAME_INVALID,
  codes.PACKET_TOO_LARGE,
  codes.QUOTA_EXCEEDED,
  codes.PAYLOAD_FORMAT_INVALID,
  codes.RETAIN_NOT_SUPPORTED,
  codes.QOS_NOT_SUPPORTED,
  codes.USE_ANOTHER_SERVER,
  codes.SERVER_MOVED,
  codes.CONNECTION_RATE_EXCEEDED,
])

/** DISCONNECT of a server has none for these (3.14.2.1), which concern a CONNECT or a packet id. */
const notInDisconnect: ReadonlySet<ReasonCode> = new Set([
  codes.DISCONNECT_WITH_WILL,
  codes.NO_MATCHING_SUBSCRIBERS,
  codes.NO_SUBSCRIPTION_EXISTED,
  codes.CONTINUE_AUTHENTICATION,
  codes.REAUTHENTICATE,
  codes.UNSUPPORTED_PROTOCOL_VERSION,
  codes.CLIENT_IDENTIFIER_NOT_VALID,
  codes.BAD_USER_NAME_OR_PASSWORD,
  codes.SERVER_UNAVAILABLE,
  codes.BANNED,
  codes.PACKET_IDENTIFIER_IN_USE,
  codes.PACKET_IDENTIFIER_NOT_FOUND,
])

/** The code of a CONNACK of version 5 that refuses. */
export function toConnack(code: ReasonCode): ReasonCode {
  if (inConnack.has(code)) return code
  switch (code) {
    case codes.SERVER_SHUTTING_DOWN:
      return codes.SERVER_UNAVAILABLE
    case codes.SESSION_TAKEN_OVER:
      return codes.SERVER_BUSY
    case codes.ADMINISTRATIVE_ACTION:
      return codes.NOT_AUTHORIZED
    default:
      return codes.UNSPECIFIED_ERROR
  }
}

/** The code of a DISCONNECT of version 5. */
export function toDisconnect(code: ReasonCode): ReasonCode {
  if (!notInDisconnect.has(code)) return code
  switch (code) {
    // A second CONNECT, whatever it says.
    case codes.UNSUPPORTED_PROTOCOL_VERSION:
      return codes.PROTOCOL_ERROR
    case codes.BAD_USER_NAME_OR_PASSWORD:
    case codes.BANNED:
      return codes.NOT_AUTHORIZED
    case codes.SERVER_UNAVAILABLE:
      return codes.SERVER_BUSY
    default:
      return codes.UNSPECIFIED_ERROR
  }
}

/** The return code of a CONNACK of 3.1 and 3.1.1 that refuses. */
export function toReturnCode(code: ReasonCode): number {
  switch (code) {
    case codes.UNSUPPORTED_PROTOCOL_VERSION:
      return 1
    case codes.CLIENT_IDENTIFIER_NOT_VALID:
      return 2
    case codes.UNSPECIFIED_ERROR:
    case codes.SERVER_UNAVAILABLE:
    case codes.SERVER_BUSY:
    case codes.SERVER_SHUTTING_DOWN:
    case codes.SESSION_TAKEN_OVER:
    case codes.QUOTA_EXCEEDED:
    case codes.CONNECTION_RATE_EXCEEDED:
      return 3
    case codes.BAD_USER_NAME_OR_PASSWORD:
      return 4
    default:
      return 5
  }
}
