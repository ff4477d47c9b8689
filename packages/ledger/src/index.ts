export type { Evidence } from './evidence.ts'
export {
  Ledger,
  type LedgerCounts,
  type LedgerLimits,
  type LedgerOptions,
  type RecordFields,
  type SingleRecorder,
} from './ledger.ts'
export { firstIdAt, MessageIds, parseMessageId } from './message-id.ts'
export type * from './ports/ledger-store.ts'
export type { PortalPlace } from './read-route.ts'
export { serverReasons } from './step-text.ts'
