import type { BrokerLimits } from '@pillion/broker'
import { limits } from '@pillion/schema'
import { type Key, key, type Values, wholeNumber } from './config-keys.ts'

const KIB = 1_024
const MIB = 1_024 * KIB
const HOUR = 3_600
const MANY = 10_000_000

/**
 * Every limit that an operator may set, as `limits.<name>`. What the broker bounds has its default in
 * `@pillion/schema`; what only this server bounds has it here. Limits that the WebPortal contract fixes for both ends
 * (a portal message's bytes and depth, W 2.9) are no keys: a server that differs would only lose messages later.
 */
export const limitKeys = {
  packetBytesMax: limit(
    [128, 268_435_460],
    limits.packetBytesMax,
    'Bytes of the largest MQTT packet; a larger one closes its connection before it is collected.',
  ),
  outboxBytesMax: limit(
    [16 * KIB, 1_024 * MIB],
    limits.outboxBytesMax,
    'Bytes waiting for one connection; beyond, its newest QoS 0 messages are dropped and counted.',
  ),
  outboxesBytesMax: limit(
    [MIB, 1_024 * 1_024 * MIB],
    limits.outboxesBytesMax,
    'Bytes waiting for all connections together; beyond, a reader that does not keep up gets no more than some 14 KiB.',
  ),
  outboxStuckSeconds: limit(
    [1, HOUR],
    limits.outboxStuckSeconds,
    'Seconds after which a connection that takes none of its waiting bytes is closed.',
  ),
  connectSeconds: limit(
    [1, HOUR],
    limits.connectSeconds,
    'Seconds in which a connection must have signed in, and in which a PROXY header must have come.',
  ),
  closeSeconds: limit(
    [1, 60],
    limits.closeSeconds,
    'Seconds that a deliberate close waits for the peer to take its last bytes.',
  ),
  connectionsMax: limit(
    [1, MANY],
    limits.connectionsMax,
    'MQTT connections open at once; and, of each listener, connections of any kind.',
  ),
  subscriptionsPerConnectionMax: limit(
    [1, MANY],
    limits.subscriptionsPerConnectionMax,
    'Topic filters that one connection may be subscribed to.',
  ),
  filtersPerSubscribeMax: limit(
    [1, 65_535],
    limits.filtersPerSubscribeMax,
    'Topic filters in one SUBSCRIBE.',
  ),
  connectionsPerIdentityMax: limit(
    [1, MANY],
    limits.connectionsPerIdentityMax,
    'Connections that one partner or account may have at once.',
  ),
  filtersPerIdentityMax: limit(
    [1, MANY],
    limits.filtersPerIdentityMax,
    'Topic filters that all connections of one partner or account may be subscribed to.',
  ),
  filterLevelsPerIdentityMax: limit(
    [1, MANY],
    limits.filterLevelsPerIdentityMax,
    'Levels of all topic filters of one partner or account together.',
  ),
  filterLevelsPerConnectionMax: limit(
    [1, MANY],
    limits.filterLevelsPerConnectionMax,
    'Levels of all topic filters of one connection together.',
  ),
  topicLevelsMax: limit([8, 32_768], limits.topicLevelsMax, 'Levels of a topic name or filter.'),
  topicBytesMax: limit([64, 65_535], limits.topicBytesMax, 'Bytes of a topic name or filter.'),
  clientIdBytesMax: limit([23, 65_535], limits.clientIdBytesMax, 'Bytes of a client id.'),
  receiveMax: limit(
    [1, 65_535],
    limits.receiveMax,
    'QoS 2 messages of one client that wait for their PUBREL; told as Receive Maximum.',
  ),
  topicAliasMax: limit(
    [0, 65_535],
    limits.topicAliasMax,
    'Topic aliases that one MQTT 5 client may use, and that are used towards it; 0 = none.',
  ),
  routesPerConnectionMax: limit(
    [1, MANY],
    limits.routesPerConnectionMax,
    'Topic names whose routes one connection keeps.',
  ),
  routesMax: limit([1, MANY], limits.routesMax, 'Topic names whose routes all connections keep together.'),
  absentSessionsMax: limit(
    [0, MANY],
    limits.absentSessionsMax,
    'Absent clients whose subscriptions are kept; beyond, whoever leaves costs its own identity the one absent for longest.',
  ),
  absentSessionsBytesMax: limit(
    [0, 1_024 * 1_024 * MIB],
    limits.absentSessionsBytesMax,
    'Bytes that all absent clients may take; beyond, whoever leaves costs its own identity the one absent for longest.',
  ),
  sessionsPerIdentityMax: limit(
    [1, MANY],
    limits.sessionsPerIdentityMax,
    'Absent clients of one identity that are kept; at it, a CONNECT that asks for one more is refused.',
  ),
  sessionBytesPerIdentityMax: limit(
    [KIB, 1_024 * MIB],
    limits.sessionBytesPerIdentityMax,
    'Bytes that the absent clients of one identity may take.',
  ),
  takeoversMax: limit(
    [1, MANY],
    limits.takeoversMax,
    'Connections that may take one client id over from each other in takeoverWindowSeconds; then the newer is made to wait.',
  ),
  takeoverWindowSeconds: limit(
    [1, HOUR],
    limits.takeoverWindowSeconds,
    'Seconds in which takeovers are counted.',
  ),
  keepAliveSecondsMax: limit(
    [1, 65_535],
    limits.keepAliveSecondsMax,
    'Keep alive, in seconds, that an MQTT 5 client is told if it asks for more or for none; 65535 leaves it as it asks.',
  ),
  tcpKeepAliveSeconds: limit(
    [1, 32_767],
    limits.tcpKeepAliveSeconds,
    'Seconds of silence after which TCP probes a client whose keep alive is longer, or none.',
  ),
  sessionExpirySecondsMax: limit(
    [0, 4_294_967_295],
    limits.sessionExpirySecondsMax,
    'Seconds that an absent client’s subscriptions are kept at most.',
  ),
  accountsMax: limit([0, 100_000], limits.accountsMax, 'Accounts; all of them are kept in memory.'),
  accountFiltersMax: limit(
    [1, 10_000],
    limits.accountFiltersMax,
    'Topic filters that one account may be granted, for publishing and for subscribing each.',
  ),
  passwordOverlapSecondsMax: limit(
    [0, 2_147_483],
    limits.passwordOverlapSecondsMax,
    'Seconds that a replaced password of an account may go on working at most.',
  ),
  credentialOverlapSecondsMax: limit(
    [0, 31_536_000],
    limits.credentialOverlapSecondsMax,
    'Seconds that replaced passwords and certificates of a partner or vehicle may go on working at most.',
  ),
  retainedMessagesMax: limit([0, MANY], limits.retainedMessagesMax, 'Retained messages of all identities.'),
  retainedBytesMax: limit(
    [0, 1_024 * 1_024 * MIB],
    limits.retainedBytesMax,
    'Bytes of all retained messages; each takes some 500 bytes of memory beside.',
  ),
  retainedPerIdentityMax: limit(
    [0, MANY],
    limits.retainedPerIdentityMax,
    'Retained messages of one identity.',
  ),
  sysSeconds: limit(
    [0, HOUR],
    limits.sysSeconds,
    'Seconds after which $SYS says anew how the server is doing; 0 = there is no $SYS.',
  ),
  logLinesPerMinuteMax: limit(
    [1, MANY],
    limits.logLinesPerMinuteMax,
    'Lines that one connection may cause in the log in a minute.',
  ),

  pushAppsMax: limit([1, MANY], limits.pushAppsMax, 'Push apps on this server.'),
  pushPrincipalsPerAppMax: limit(
    [1, MANY],
    limits.pushPrincipalsPerAppMax,
    'Users and things in one push app.',
  ),
  pushTokensPerPrincipalMax: limit(
    [1, MANY],
    limits.pushTokensPerPrincipalMax,
    'Access tokens of one user or thing, or of an app’s admin; of more, the oldest ends.',
  ),
  pushOwnersPerThingMax: limit(
    [1, MANY],
    limits.pushOwnersPerThingMax,
    'Users and groups that own one thing.',
  ),
  pushGroupsPerOwnerMax: limit([1, MANY], limits.pushGroupsPerOwnerMax, 'Groups that one user owns.'),
  pushMembersPerGroupMax: limit([1, MANY], limits.pushMembersPerGroupMax, 'Members of one group.'),
  pushTopicsPerScopeMax: limit(
    [1, MANY],
    limits.pushTopicsPerScopeMax,
    'Push topics in one scope: the app, a user, a group or a thing.',
  ),
  pushBucketsPerScopeMax: limit([1, MANY], limits.pushBucketsPerScopeMax, 'Buckets in one scope.'),
  pushObjectsPerBucketMax: limit([1, MANY], limits.pushObjectsPerBucketMax, 'Objects in one bucket.'),
  pushSubscriptionsPerSubjectMax: limit(
    [1, MANY],
    limits.pushSubscriptionsPerSubjectMax,
    'Topics and buckets that one user or thing is subscribed to.',
  ),
  pushInstallationsPerSubjectMax: limit(
    [0, MANY],
    limits.pushInstallationsPerSubjectMax,
    'Installations of one user or thing of types other than MQTT, of which there is one.',
  ),
  pushAccessListEntriesMax: limit(
    [8, MANY],
    limits.pushAccessListEntriesMax,
    'Entries of the access control list of one topic, bucket or object.',
  ),
  pushQueuePerAppMax: limit(
    [1, MANY],
    limits.pushQueuePerAppMax,
    'Messages and events of one app on their way to their receivers; beyond, sends are refused with 503.',
  ),
  pushQueueMax: limit([1, MANY], limits.pushQueueMax, 'The same, of all apps together.'),
  pushWritesPerPrincipalMax: limit(
    [1, MANY],
    limits.pushWritesPerPrincipalMax,
    'Sends, object writes and other changes that subscribers are told of, of one user or thing, in a minute; beyond, 429.',
  ),
  pushWritesPerAppMax: limit(
    [1, MANY],
    limits.pushWritesPerAppMax,
    'The same, of one push app, in a minute; beyond, 429.',
  ),
  pushRegistrationsPerAddressMax: limit(
    [1, MANY],
    limits.pushRegistrationsPerAddressMax,
    'Users and things registered from one address in a minute; beyond, 429.',
  ),
  pushPasswordsWaitingMax: limit(
    [1, MANY],
    limits.pushPasswordsWaitingMax,
    'People’s passwords that wait to be checked; each takes a core some 50 ms. Beyond, 503.',
  ),

  keptAnswersPerCallerMax: limit(
    [0, MANY],
    limits.keptAnswersPerCallerMax,
    'Answers kept for one caller that sends an Idempotency-Key; of more, the oldest go.',
  ),
  keptAnswerSeconds: limit(
    [60, 30 * 24 * HOUR],
    limits.keptAnswerSeconds,
    'Seconds for which an answer is kept for its Idempotency-Key.',
  ),
  keptAnswerBytesMax: limit(
    [KIB, MIB],
    limits.keptAnswerBytesMax,
    'Bytes of the largest answer that is kept for its Idempotency-Key.',
  ),
  mailboxMax: limit(
    [0, 1_000],
    limits.mailboxMax,
    'Messages kept for one app of one vehicle while no head unit is connected; of more, the oldest is dropped.',
  ),
  mailboxSeconds: limit([1, 30 * 24 * HOUR], limits.mailboxSeconds, 'Seconds that such a message is kept.'),
  mailboxPopupSeconds: limit([1, 24 * HOUR], limits.mailboxPopupSeconds, 'The same, of a popup message.'),
  mailboxBytesPerPartnerMax: limit(
    [0, 1_024 * 1_024 * MIB],
    limits.mailboxBytesPerPartnerMax,
    'Bytes of one partner’s messages that are kept for absent vehicles; beyond, its newest are dropped.',
  ),
  mailboxQueueBytesPerPartnerMax: limit(
    [256 * KIB, 1_024 * MIB],
    limits.mailboxQueueBytesPerPartnerMax,
    'Bytes of one partner’s messages to absent vehicles that wait in memory to be written; beyond, the oldest of them are dropped.',
  ),
  mailboxPortionBytesMax: limit(
    [KIB, 64 * MIB],
    limits.mailboxPortionBytesMax,
    'Bytes of kept messages that a head unit is handed over at a time; at least one message.',
  ),

  ledgerRecentMax: limit(
    [1, 1_000_000],
    limits.ledgerRecentMax,
    'Records of messages that this node remembers; of more, the oldest goes.',
  ),
  ledgerRecentBytesMax: limit(
    [64 * KIB, 1_024 * MIB],
    limits.ledgerRecentBytesMax,
    'Bytes that these records take at most, about.',
  ),
  ledgerStepsMax: limit(
    [8, 1_000],
    limits.ledgerStepsMax,
    'Steps of one record; further ones are not recorded.',
  ),
  ledgerPerSecondMax: limit(
    [1, MANY],
    limits.ledgerPerSecondMax,
    'Messages that this node records in a second; of more, some are recorded and the rest is counted. One of more than 16 KiB counts as several.',
  ),
  ledgerPerSenderPerSecondMax: limit(
    [1, MANY],
    limits.ledgerPerSenderPerSecondMax,
    'The same of one sender, so that none takes the room of the others.',
  ),
  ledgerQueueMax: limit(
    [1, MANY],
    limits.ledgerQueueMax,
    'Records and steps that wait to be written to the database; beyond, they are not written.',
  ),

  relayWindowBytesMax: limit(
    [64 * KIB, 1_024 * MIB],
    limits.relayWindowBytesMax,
    'Bytes that wait for one other node to acknowledge them; beyond, messages to it are dropped and counted.',
  ),
  relayLateSeconds: limit(
    [1, HOUR],
    limits.relayLateSeconds,
    'Seconds that a message waits for another node that cannot be reached.',
  ),
  relayBatchBytesMax: limit(
    [KIB, MIB],
    limits.relayBatchBytesMax,
    'Bytes of messages that travel to another node together; a single larger one travels alone.',
  ),
  relayNoticeBytesMax: limit(
    [KIB, 512 * KIB],
    limits.relayNoticeBytesMax,
    'Bytes in which a node tells the others what changed in the store; of a larger change they read everything again.',
  ),
  relayNodesMax: limit([1, 100_000], limits.relayNodesMax, 'Other nodes that one node listens to.'),
  nodeQuestionsMax: limit(
    [1, 100_000],
    limits.nodeQuestionsMax,
    'Questions of one node to the others that wait for an answer, such as lists of connections; beyond, nobody is asked.',
  ),
  nodeAnswerBytesMax: limit(
    [KIB, 64 * MIB],
    limits.nodeAnswerBytesMax,
    'Bytes of what one node answers another at a time; of more, nothing.',
  ),
  refusalsMax: limit(
    [1, 100_000],
    limits.refusalsMax,
    'Refused sign-ins, subscriptions and publications that a node remembers for `pillion explain refusals`.',
  ),

  handshakeSeconds: limit([1, HOUR], 10, 'Seconds in which a TLS handshake must be done.'),
  handshakesMax: limit(
    [1, MANY],
    5_000,
    'TLS handshakes under way on one listener, some 45 KB each; more than can be done in handshakeSeconds helps nobody.',
  ),
  proxyHeaderBytesMax: limit(
    [232, 65_551],
    4_096,
    'Bytes of a PROXY header of version 2, its extensions included.',
  ),
  httpHeadersSeconds: limit(
    [1, HOUR],
    10,
    'Seconds in which the headers of an HTTP request must have come, an upgrade to WebSocket included.',
  ),
  httpRequestSeconds: limit(
    [1, 24 * HOUR],
    300,
    'Seconds in which a whole HTTP request must have come, and in which a reader of its answer must take something.',
  ),
  httpIdleSeconds: limit(
    [1, HOUR],
    5,
    'Seconds that an HTTP connection stays open without a request; behind a proxy, more than the proxy’s own.',
  ),
  webSocketMessageBytesMax: limit(
    [KIB, 256 * MIB],
    512 * KIB,
    'Bytes of one WebSocket message, which may hold several MQTT packets [MQTT-6.0.0-4]; larger closes with 1009.',
  ),
  webSocketFragmentsMax: limit(
    [16, 1_048_576],
    1_024,
    'Fragments of one WebSocket message; more closes with 1008.',
  ),
  webSocketReadsMax: limit(
    [16, 1_048_576],
    4_096,
    'Reads from the network that one WebSocket frame may take to arrive; more closes with 1008.',
  ),

  signInFailuresPerAddressMax: limit(
    [1, MANY],
    50,
    'Wrong passwords that an address (IPv6: a /64) may try at once; then they are held back.',
  ),
  signInFailuresPerSecond: limit([1, MANY], 5, 'Wrong passwords answered to an address that is held back.'),
  signInFailuresPerAccountMax: limit(
    [1, 10_000],
    100,
    'Wrong passwords for one name in signInWindowSeconds; then only addresses without failures may try it.',
  ),
  signInWindowSeconds: limit(
    [1, 24 * HOUR],
    HOUR,
    'Seconds that a wrong password counts against its name, and that its address is remembered.',
  ),
  signInHeldPerAddressMax: limit(
    [0, MANY],
    64,
    'Sign-ins of an address that may wait for its turn; more are closed without an answer.',
  ),
  signInHeldMax: limit(
    [0, MANY],
    10_000,
    'Sign-ins that may wait for their turn, of all addresses together.',
  ),
  signInAddressesMax: limit(
    [1, MANY],
    10_000,
    'Addresses remembered for their wrong passwords; beyond, the oldest is forgotten.',
  ),
  signInNamesMax: limit(
    [1, MANY],
    10_000,
    'Names remembered for wrong passwords, and as many that do not exist; beyond, the oldest is forgotten.',
  ),

  operatorsMax: limit([1, 10_000], 1_000, 'Operators there may be.'),
  operatorSessionSeconds: limit(
    [60, 30 * 24 * HOUR],
    12 * HOUR,
    'Seconds after which an operator has to sign in to the console again.',
  ),
  operatorSessionIdleSeconds: limit(
    [60, 30 * 24 * HOUR],
    1_800,
    'Seconds without a request after which an operator has to sign in to the console again.',
  ),
  operatorSessionsMax: limit(
    [1, 1_000],
    20,
    'Places at which one operator may be signed in; beyond, the oldest sign-in ends.',
  ),
  operatorLinkSeconds: limit(
    [60, 30 * 24 * HOUR],
    24 * HOUR,
    'Seconds that the one-time link for the first operator works.',
  ),
  operatorChangesPerMinuteMax: limit(
    [1, MANY],
    limits.operatorChangesPerMinuteMax,
    'Requests by which one operator changes something in a minute, each of them an entry in the audit log; beyond, 429. The admin token has no such limit.',
  ),
  operatorPasswordsWaitingMax: limit(
    [1, 10_000],
    20,
    'Passwords of operators that wait to be checked, some 50 ms each; beyond, they are told to come back.',
  ),

  packageArchiveBytesMax: limit([KIB, 2_047 * MIB], 64 * MIB, 'Bytes of a package as it is uploaded.'),
  packageUnpackedBytesMax: limit(
    [KIB, 2_047 * MIB],
    128 * MIB,
    'Bytes of a package unpacked, media included: a small archive must not fill the memory.',
  ),
  packageAppBytesMax: limit(
    [KIB, 2_047 * MIB],
    20 * MIB,
    'Bytes of a package unpacked, outside its media, where the vehicle’s cache holds it (W 11.1, 11.4).',
  ),
  packageEntriesMax: limit([1, 1_000_000], 10_000, 'Files and folders in a package.'),
  streamBytesMax: limit(
    [KIB, 1_024 * MIB],
    MIB,
    'Bytes waiting for one reader of a partner’s messages; beyond, the newest are dropped and counted.',
  ),
} as const satisfies Readonly<Record<string, Key<number>>> & Readonly<Record<keyof BrokerLimits, Key<number>>>

export type Limits = Values<typeof limitKeys>

/** As they are with nothing configured. */
export const defaultLimits = Object.freeze(
  Object.fromEntries(Object.entries(limitKeys).map(([name, { default: value }]) => [name, value])),
) as Limits

function limit([min, max]: readonly [number, number], value: number, sentence: string): Key<number> {
  return key(wholeNumber(min, max), value, sentence)
}
