export type { LinkState } from './link.ts'
export { NatsNodes } from './nats-nodes.ts'
export type { NoticeListener, Notices } from './notices.ts'
export {
  defaultRelayLimits,
  defaultTimes,
  type NatsNodesOptions,
  type NodesLog,
  type RelayLimits,
  type RelayTimes,
} from './options.ts'
