import type { ReasonCode } from './reason-codes.ts'

/** A breach of the standard. Its code goes on the wire where the protocol version has room for it. */
export class MqttError extends Error {
  override readonly name = 'MqttError'
  readonly reasonCode: ReasonCode

  /** `message` cites the clause, such as `UTF-8 string holds U+0000 [MQTT-1.5.4-2]`. */
  constructor(reasonCode: ReasonCode, message: string) {
    super(message)
    this.reasonCode = reasonCode
  }
}
