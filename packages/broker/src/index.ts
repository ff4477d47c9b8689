export { Broker, type BrokerOptions, type ConnectionSums, type Publisher } from './broker.ts'
export type {
  ConnectionKey,
  ConnectionListing,
  ConnectionPortion,
  ConnectionState,
} from './connection-list.ts'
export type { BrokerLog } from './core.ts'
export type { Congestible, Relief } from './fairness/congestible.ts'
export { refusals as connectRefusals } from './handle/connect.ts'
export { refusals as subscribeRefusals } from './handle/subscribe.ts'
export { type BrokerLimits, defaultLimits } from './limits.ts'
export { MemoryRelay, MemoryRelayHub } from './memory/relay.ts'
export { MemoryRetainedMessages } from './memory/retained-messages.ts'
export { openPolicy } from './open-policy.ts'
export type * from './ports/absent-receivers.ts'
export type * from './ports/access-policy.ts'
export type * from './ports/message-recorder.ts'
export type * from './ports/message-tracer.ts'
export type * from './ports/presence.ts'
export type * from './ports/refusal-listener.ts'
export type * from './ports/relay.ts'
export type * from './ports/retained-messages.ts'
export { readCertificate } from './transports/read-certificate.ts'
export type { WebSocketOrigin } from './transports/web-socket-transport.ts'
