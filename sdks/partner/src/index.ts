export type { ConnectionChange, ConnectionState } from './connection.ts'
export type { Link, OutgoingMessage } from './link.ts'
export type { MessageStream } from './message-stream.ts'
export { MQTTClient, MQTTMessage } from './mqtt-client.ts'
export type { Network } from './network.ts'
export type { VehicleReceipt } from './open-receipts.ts'
export { type PartnerOptions, type RetrySends, readPartnerConfig } from './options.ts'
export {
  type MessagesOptions,
  PartnerClient,
  type PartnerEvents,
  type PopupOptions,
  type ReceiptRequest,
  type UplinkMessage,
} from './partner-client.ts'
export { PartnerError, type PartnerErrorCode, partnerErrors } from './partner-error.ts'
export { type PopupEnd, PopupReceipt, Receipt, type ReceiptChange, type ReceiptState } from './receipt.ts'
