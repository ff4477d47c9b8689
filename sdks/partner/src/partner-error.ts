/** Every code, when it occurs, and whether the same call can succeed later without a change. */
export const partnerErrors = {
  CONFIG_MALFORMED: { retry: false, when: 'The configuration lacks a field, or the address cannot be read.' },
  CERTIFICATE_UNREADABLE: {
    retry: false,
    when: 'The client certificate, its private key or the authority file cannot be read or do not fit together.',
  },
  TLS_FAILED: {
    retry: false,
    when: 'The secure connection failed on our side: the server certificate is not trusted, or the port does not speak TLS.',
  },
  SIGN_IN_REFUSED: {
    retry: false,
    when: 'The server refused the client certificate, the login or the password.',
  },
  NOT_CONNECTED: {
    retry: true,
    when: 'There is no connection, or it ended before the server acknowledged the message.',
  },
  CLOSED: { retry: false, when: 'close() was called.' },
  VIN_MALFORMED: { retry: false, when: 'A VIN is not exactly 17 letters or digits.' },
  ID_APP_MALFORMED: { retry: false, when: 'An app id is not 1 to 64 letters, digits, "_", "-" or ".".' },
  POPUP_TEXT_MALFORMED: { retry: false, when: 'The text of a popup is empty or not a string.' },
  CONTENT_NOT_JSON: { retry: false, when: 'The content cannot be written as JSON.' },
  TOPIC_MALFORMED: { retry: false, when: 'A topic is empty or has wildcards where MQTT allows none.' },
  MESSAGE_MALFORMED: {
    retry: false,
    when: 'The payload of an MQTTMessage is not a string or bytes, or its qos is not 0, 1 or 2.',
  },
  MESSAGE_TOO_LARGE: { retry: false, when: 'The payload is larger than 131,072 bytes; nothing was sent.' },
  SENDS_BACKED_UP: { retry: true, when: 'Too many messages wait to be sent; nothing was sent.' },
  PUBLISH_REFUSED: { retry: false, when: 'The server refused the message; reasonCode says why.' },
  SUBSCRIBE_REFUSED: { retry: false, when: 'The server refused the subscription; reasonCode says why.' },
  MESSAGE_DROPPED: { retry: false, when: 'The vehicle dropped the message; reason says why.' },
  NO_RECEIPT: { retry: true, when: 'The vehicle did not say in time what became of the message.' },
} as const satisfies Record<string, { retry: boolean; when: string }>

export type PartnerErrorCode = keyof typeof partnerErrors

/** The one error type of this library. `code` is stable; the message is for people and may change. */
export class PartnerError extends Error {
  override readonly name = 'PartnerError'
  readonly code: PartnerErrorCode
  /** What the server said: MQTT 5 reason code or MQTT 3.1.1 return code. */
  readonly reasonCode: number | undefined
  /** With MESSAGE_DROPPED: the vehicle's code, such as `popup_queue_full`. */
  readonly reason: string | undefined
  /** Can the same call succeed later without a change? */
  readonly retry: boolean

  constructor(
    code: PartnerErrorCode,
    detail?: string,
    options: { reasonCode?: number | undefined; reason?: string | undefined; cause?: unknown } = {},
  ) {
    super(
      `${code}: ${detail ?? partnerErrors[code].when}`,
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.code = code
    this.reasonCode = options.reasonCode
    this.reason = options.reason
    this.retry = partnerErrors[code].retry
  }
}
