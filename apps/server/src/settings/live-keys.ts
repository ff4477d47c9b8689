/**
 * Keys that a reload changes while the server runs: whoever needs them reads them each time. Of the others some are told to
 * clients when they connect, some decide what is built at the start; they need a restart.
 */
const liveKeys: ReadonlySet<string> = new Set([
  'log.level',
  'ledger.level',
  'ledger.body',
  ...[
    'packetBytesMax',
    'outboxBytesMax',
    'outboxesBytesMax',
    'outboxStuckSeconds',
    'closeSeconds',
    'subscriptionsPerConnectionMax',
    'filtersPerSubscribeMax',
    'connectionsPerIdentityMax',
    'filtersPerIdentityMax',
    'filterLevelsPerIdentityMax',
    'filterLevelsPerConnectionMax',
    'topicLevelsMax',
    'topicBytesMax',
    'clientIdBytesMax',
    'routesPerConnectionMax',
    'routesMax',
    'absentSessionsMax',
    'absentSessionsBytesMax',
    'sessionsPerIdentityMax',
    'sessionBytesPerIdentityMax',
    'takeoversMax',
    'takeoverWindowSeconds',
    'sysSeconds',
    'ledgerRecentMax',
    'ledgerRecentBytesMax',
    'ledgerPerSecondMax',
    'ledgerPerSenderPerSecondMax',
    'ledgerQueueMax',
    'handshakesMax',
    'pushWritesPerPrincipalMax',
    'pushWritesPerAppMax',
    'pushRegistrationsPerAddressMax',
    'keptAnswersPerCallerMax',
    'keptAnswerSeconds',
    'keptAnswerBytesMax',
    'signInFailuresPerAddressMax',
    'signInFailuresPerSecond',
    'signInFailuresPerAccountMax',
    'signInWindowSeconds',
    'signInHeldPerAddressMax',
    'signInHeldMax',
    'signInAddressesMax',
    'signInNamesMax',
    'packageUnpackedBytesMax',
    'packageAppBytesMax',
    'packageEntriesMax',
    'streamBytesMax',
  ].map((name) => `limits.${name}`),
])

/** Is a reload enough for the key, by its dotted path? */
export function isLiveKey(path: string): boolean {
  return liveKeys.has(path)
}

/** For the test that each of them is a key. */
export function listLiveKeys(): string[] {
  return [...liveKeys]
}
