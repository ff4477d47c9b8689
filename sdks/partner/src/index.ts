export type { ConnectionChange, ConnectionState } from './connection.ts'
export type { MessageStream } from './message-stream.ts'
export { MQTTClient, MQTTMessage } from './mqtt-client.ts'
export { type PartnerOptions, type RetrySends, readPartnerConfig } from './options.ts'
export {
  type MessagesOptions,
  PartnerClient,
  type PartnerEvents,
  type PopupOptions,
  type UplinkMessage,
} from './partner-client.ts'
export { PartnerError, type PartnerErrorCode, partnerErrors } from './partner-error.ts'
