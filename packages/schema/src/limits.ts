/**
 * Every limit of Pillion, once: its name, its default and its unit (last in the name).
 * Sources: W = the WebPortal contract, by section; the rest is ours, for the reason given at each.
 */
export const limits = {
  /** Largest payload of a portal message, either direction (W 2.9): 131,072 pass, 131,073 do not. */
  portalPayloadBytesMax: 131_072,
  /** Arrays and objects within each other in a downlink, its payload included: engines copy and write them recursively. */
  payloadDepthMax: 256,
  /** Largest MQTT packet of any kind; larger closes the connection before its bytes are collected. */
  packetBytesMax: 262_144,
  /** Subtopic below the VIN (W 2.3). */
  subtopicBytesMax: 256,
  /** Bytes waiting for one connection; beyond, its newest QoS 0 messages are dropped and counted. */
  outboxBytesMax: 1_048_576,
  /** Bytes that all connections together keep for readers that do not keep up; beyond, a slow one gets no more than some 14 KiB. */
  outboxesBytesMax: 16_777_216,
  /** A connection that took none of its waiting bytes for this long is closed. */
  outboxStuckSeconds: 10,
  /** CONNECT must have arrived by then. */
  connectSeconds: 10,
  /** A deliberate close waits this long for the peer to take its last bytes. */
  closeSeconds: 2,
  connectionsMax: 100_000,
  subscriptionsPerConnectionMax: 1_000,
  filtersPerSubscribeMax: 256,
  /** Levels of all filters of one connection together: what a search for the receivers of a topic may have to walk. */
  filterLevelsPerConnectionMax: 16_384,
  /** Of one identity: its connections, and the filters that all of them hold. */
  connectionsPerIdentityMax: 10_000,
  filtersPerIdentityMax: 20_000,
  filterLevelsPerIdentityMax: 131_072,
  /** Levels of a topic name or filter; a subtopic of the portal may have 128 (W 2.3). */
  topicLevelsMax: 160,
  topicBytesMax: 1_024,
  clientIdBytesMax: 256,
  /** QoS 2 messages from one client whose PUBREL is outstanding; told as Receive Maximum. */
  receiveMax: 1_024,
  /** Topic aliases a version 5 client may use, and as many may be used towards it if it allows them. */
  topicAliasMax: 64,
  /** Distinct topic names whose routes one connection may keep, and all connections together. */
  routesPerConnectionMax: 16_384,
  routesMax: 262_144,
  /** Absent clients of which something is kept (Clean Session 0, Session Expiry Interval): how many, what they cost together, for how long. */
  absentSessionsMax: 100_000,
  absentSessionsBytesMax: 134_217_728,
  sessionExpirySecondsMax: 604_800,
  /** Of one identity; at it, a CONNECT that asks for one more is refused. */
  sessionsPerIdentityMax: 1_000,
  sessionBytesPerIdentityMax: 4_194_304,
  /** Connections that may take one client id over from each other within the window; then the newer waits for as long. */
  takeoversMax: 5,
  takeoverWindowSeconds: 10,
  /** A version 5 client that asks for more, or for none, is told this one; 65,535 leaves them as they ask. */
  keepAliveSecondsMax: 65_535,
  /** A TCP connection whose keep alive is longer, or none, is probed after so much silence: its peer may be long gone. */
  tcpKeepAliveSeconds: 300,
  /**
   * Retained messages of all identities and of one, and what all take: payloads, topic names, properties and the places
   * where they are found. Each takes some 500 bytes beside.
   */
  retainedMessagesMax: 100_000,
  retainedBytesMax: 67_108_864,
  retainedPerIdentityMax: 10_000,
  /** How often the server says below `$SYS` how it is doing; 0 = there is no `$SYS`. */
  sysSeconds: 10,
  /** Of one connection; what follows is left out until the minute is over. */
  logLinesPerMinuteMax: 30,
  /** Accounts, all of which are kept in memory, and the topic filters one may be granted for each of publishing and subscribing. */
  accountsMax: 10_000,
  accountFiltersMax: 256,
  /** Languages that one app has names in (W 11.2): head units read them all. */
  appNamesMax: 100,
  /** How long a replaced password goes on working, unless somebody says otherwise, and at most. */
  passwordOverlapSeconds: 86_400,
  passwordOverlapSecondsMax: 604_800,
  /** The same, of what partners and vehicles sign in with: certificates take longer to get to where they are needed. */
  credentialOverlapSecondsMax: 2_592_000,
  /** Requests by which one operator, signed in to the console, changes something in a minute: each is an entry in the audit log (429). */
  operatorChangesPerMinuteMax: 600,
  /** Push apps on one server, and users and things in one of them. */
  pushAppsMax: 10_000,
  pushPrincipalsPerAppMax: 1_000_000,
  /** Access tokens of one user or thing, or of an app's admin; of more, the oldest ends. */
  pushTokensPerPrincipalMax: 100,
  pushOwnersPerThingMax: 100,
  pushGroupsPerOwnerMax: 1_000,
  pushMembersPerGroupMax: 1_000,
  pushTopicsPerScopeMax: 10_000,
  pushBucketsPerScopeMax: 1_000,
  pushObjectsPerBucketMax: 1_000_000,
  /** Topics and buckets that one user or thing is subscribed to. */
  pushSubscriptionsPerSubjectMax: 1_000,
  /** Of types other than MQTT, of which there is one (P 6.1). */
  pushInstallationsPerSubjectMax: 20,
  /** Entries of one access control list. */
  pushAccessListEntriesMax: 100,
  /** A finished payload, as receivers get it (P 12). */
  pushPayloadBytesMax: 4_096,
  /** A vendor's token of an installation of another type than MQTT (P 6.1). */
  pushRegistrationIDCharactersMax: 1_024,
  /** Request bodies: a message, and anything else (P 16). The bounds of objects and users count characters, hence four times. */
  pushMessageBodyBytesMax: 16_384,
  pushBodyBytesMax: 262_144,
  pushObjectCharactersMax: 65_534,
  /** Arrays and objects within each other in an object: engines copy and write them recursively. */
  pushObjectDepthMax: 256,
  /** Of a listing of topics, and of a query (P 7.2, 10.1). */
  pushTopicsPerPageMax: 50,
  pushObjectsPerPageMax: 200,
  /** Characters after which a page of a query ends early: an answer is written in one go. */
  pushPageCharactersMax: 1_000_000,
  /** Clauses of one query, those within others counted too: each is asked about every object. Bounds their depth as well. */
  pushQueryClausesMax: 100,
  pushUserFieldsBytesMax: 64_512,
  /** Messages and events on their way to their receivers, of one app and of all; beyond, sends are refused with 503. */
  pushQueuePerAppMax: 1_000,
  pushQueueMax: 10_000,
  /** Sends, object writes and what else subscribers are told of, in a minute, of one user or thing and of one app: apps that answer each push with a push (429). */
  pushWritesPerPrincipalMax: 600,
  pushWritesPerAppMax: 120_000,
  /** Users and things registered from one address in a minute. */
  pushRegistrationsPerAddressMax: 600,
  /** Passwords of people that wait to be checked; each check takes a core some 50 ms. */
  pushPasswordsWaitingMax: 200,
  /** Answers kept for one caller that sends an Idempotency-Key, and for how long; of more, the oldest go. */
  keptAnswersPerCallerMax: 10_000,
  keptAnswerSeconds: 86_400,
  /** A larger answer is not kept. */
  keptAnswerBytesMax: 65_536,
  /** Messages kept by the server for one app of one vehicle while no head unit is connected (W 9.3); of more, the oldest goes. */
  mailboxMax: 10,
  /** How long they are kept; a popup is of no use later than that. */
  mailboxSeconds: 86_400,
  mailboxPopupSeconds: 120,
  /** What the mailboxes hold of one partner's messages, on the disk; beyond, its newest are dropped. */
  mailboxBytesPerPartnerMax: 268_435_456,
  /** What of one partner's messages waits to be written, in memory; beyond, its oldest there are dropped. */
  mailboxQueueBytesPerPartnerMax: 4_194_304,
  /** Payloads handed over to a head unit at a time; the next when it has taken them. */
  mailboxPortionBytesMax: 262_144,
  /** Records of what became of messages that one node remembers, what they take, and the steps of one of them. */
  ledgerRecentMax: 20_000,
  ledgerRecentBytesMax: 33_554_432,
  ledgerStepsMax: 32,
  /** Messages recorded in a second, of one node and of one sender; a large one counts as several. Of more, some are recorded and the rest is counted. */
  ledgerPerSecondMax: 1_000,
  ledgerPerSenderPerSecondMax: 200,
  /** Records and steps that wait to be written to the store; beyond, they are not written. */
  ledgerQueueMax: 10_000,
  /** What waits for one other node to acknowledge it; beyond, messages to it are dropped and counted. */
  relayWindowBytesMax: 8_388_608,
  /** How long it waits there: a link between nodes that is cut for no longer loses nothing. */
  relayLateSeconds: 10,
  /** Messages to one other node that travel together, unless a single one is larger; a batch ends with the turn of the event loop. */
  relayBatchBytesMax: 65_536,
  /** What one node tells the others of a change in the store; of a larger one they only learn that they have missed something. */
  relayNoticeBytesMax: 65_536,
  /** Other nodes that one node listens to. */
  relayNodesMax: 1_000,
  /** Questions of one node to the others that wait for an answer; beyond, nobody is asked. */
  nodeQuestionsMax: 1_000,
  /** What one node answers another at a time; of more, nothing. */
  nodeAnswerBytesMax: 4_194_304,
  /** Refused sign-ins, subscriptions and publications that one node remembers; what happens again counts as one. */
  refusalsMax: 1_000,
  /** Messages kept in the host page for an app that is in background or not running (W 6.2). */
  pendingMax: 10,
  /** Popups outstanding in one head unit, the displayed one included (W 7.1). */
  popupQueueMax: 5,
  popupDisplaySeconds: 15,
  promptDisplaySeconds: 10,
  /** From one popup's appearance to the next one's (W 7.1). */
  popupSpacingSeconds: 20,
  /** An app must post onApplicationLoaded within this (W 4.2 rows 2 to 4). */
  loadTimeoutSeconds: 10,
  /** Given to an app to save its state on hide and unload (W 5.2). */
  hideGraceMilliseconds: 100,
  /** Apps that stay loaded (W 4.2). */
  loadedAppsMax: 3,
  /** How long the host waits for the broker to acknowledge an uplink (W 6.4). */
  acknowledgementSeconds: 10,
  /** Messages from other apps that wait for one app to announce itself; further ones are dropped (W 6.5). */
  heldMessagesMax: 10,
  /** Messages and events that wait for one app while the virtual keyboard is open (W 6.7); further ones are dropped. */
  keyboardHeldMax: 1_000,
  /** Entries in the notification center of one head unit (W 7.4), and the JSON text of one of them. */
  notificationsMax: 100,
  notificationBytesMax: 16_384,
  /** From OnShutDown to the end (W 9.5). */
  shutdownNoticeSeconds: 2,
  /** Of the id under which a partner asks for receipts. */
  receiptCharactersMax: 128,
  /** Waypoints of a guidance, and its label (W 8.1). */
  guidanceWaypointsMax: 9,
  guidanceLabelCharactersMax: 59,
  /** How long the simulated navigation takes to find a route (W 8.2). */
  routeCalculationSeconds: 1,
  /** A scenario's YAML text and its steps; a recording ends there. */
  scenarioCharactersMax: 1_048_576,
  scenarioStepsMax: 10_000,
  /** How fast a scenario plays, at most. */
  scenarioSpeedMax: 1_000,
  /** Above this speed the driver counts as driving (W 9.1). */
  drivingThresholdKmh: 5,
} as const
