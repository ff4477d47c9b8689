import { limits } from '@pillion/schema'

/** Bounds of the core, by their names in `@pillion/schema`. Tests make them small. */
export type BrokerLimits = Readonly<Record<(typeof names)[number], number>>

const names = [
  'packetBytesMax',
  'outboxBytesMax',
  'outboxesBytesMax',
  'outboxStuckSeconds',
  'connectSeconds',
  'closeSeconds',
  'connectionsMax',
  'subscriptionsPerConnectionMax',
  'filtersPerSubscribeMax',
  'filterLevelsPerConnectionMax',
  'connectionsPerIdentityMax',
  'filtersPerIdentityMax',
  'filterLevelsPerIdentityMax',
  'topicLevelsMax',
  'topicBytesMax',
  'clientIdBytesMax',
  'receiveMax',
  'topicAliasMax',
  'routesPerConnectionMax',
  'routesMax',
  'absentSessionsMax',
  'absentSessionsBytesMax',
  'sessionsPerIdentityMax',
  'sessionBytesPerIdentityMax',
  'sessionExpirySecondsMax',
  'takeoversMax',
  'takeoverWindowSeconds',
  'keepAliveSecondsMax',
  'tcpKeepAliveSeconds',
  'retainedMessagesMax',
  'retainedBytesMax',
  'retainedPerIdentityMax',
  'sysSeconds',
  'logLinesPerMinuteMax',
] as const

export const defaultLimits: BrokerLimits = limits
