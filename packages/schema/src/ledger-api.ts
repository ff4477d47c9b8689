import { type Static, Type } from 'typebox'
import { vehicleNoticeTopic } from './portal-api.ts'

/** What became of each message: the shapes of `@pillion/ledger`, of the admin's and the partners' REST, and of the console. */

/**
 * `off`: nothing is recorded. `recent`: in the memory of the node that took the message, the newest so many. `durable`: in
 * the store as well, for so many days.
 */
export const ledgerLevels = ['off', 'recent', 'durable'] as const
export type LedgerLevel = (typeof ledgerLevels)[number]

/** What is recorded of a payload besides its size: itself, only its SHA-256, or neither. */
export const ledgerBodies = ['kept', 'hashed', 'omitted'] as const
export type LedgerBody = (typeof ledgerBodies)[number]

/** Each is told on evidence only; what nobody has seen is not guessed. */
export const messageStates = [
  /** A node has taken it from its sender. */
  'accepted',
  /** End. It was not taken: `reason`. */
  'refused',
  /** Written to so many connections of the node that took it: `count`. */
  'routed',
  /** Handed to so many other nodes: `count`. */
  'forwarded',
  /** In the mailbox of a vehicle that is away: `count` messages of that app are there now, of `limit`. */
  'kept',
  /** End. Nobody got it, or not everybody: `reason`. */
  'dropped',
  /** Out of the mailbox, written to the head unit that came. */
  'handed_over',
  /** The head unit has it (W 4). */
  'received',
  /** Given to the app on screen; of a popup: waits for its turn. */
  'taken',
  /** Waits until the app fetches it (W 6.2). */
  'pending',
  'popup_shown',
  /** Ends of a popup: OK, Return, nobody touched it, too many waited. */
  'popup_ok',
  'popup_cancel',
  'popup_timeout',
  'popup_overflow',
  /** End. Its time was over before anybody came for it. */
  'expired',
] as const
export type MessageState = (typeof messageStates)[number]

export const MessageStep = Type.Object({
  state: Type.Enum(messageStates),
  at: Type.String({ format: 'date-time' }),
  node: Type.String({ description: 'The node that saw it.' }),
  count: Type.Optional(Type.Integer()),
  limit: Type.Optional(Type.Integer()),
  reason: Type.Optional(Type.String({ description: 'Stable, in snake_case; with refused and dropped.' })),
  text: Type.String({ description: 'One sentence for a person.' }),
})
export type MessageStep = Static<typeof MessageStep>

export const MessageRecord = Type.Object({
  id: Type.String({ description: '26 characters; those of one node sort by time.' }),
  at: Type.String({ format: 'date-time' }),
  node: Type.String({ description: 'The node that took it.' }),
  kind: Type.Union([
    Type.Literal('downlink'),
    Type.Literal('uplink'),
    Type.Literal('push'),
    Type.Literal('other'),
  ]),
  /** Who sent it: `partner:UID`, `vehicle:VIN`, `account:NAME`, `operator`, or for push `user:…`, `thing:…`, `app`. */
  from: Type.String(),
  /** As published; for push the canonical one. */
  topic: Type.String(),
  uid: Type.Optional(Type.String()),
  vin: Type.Optional(Type.String()),
  subtopic: Type.Optional(Type.String()),
  idApp: Type.Optional(Type.String()),
  isPopup: Type.Optional(Type.Boolean()),
  /** As the partner wrote it, if it asked for receipts. */
  receipt: Type.Optional(Type.String()),
  appID: Type.Optional(Type.String({ description: 'Push app.' })),
  /** Of push: user or thing, and the installation. */
  receiver: Type.Optional(Type.String()),
  installationID: Type.Optional(Type.String()),
  pushMessageID: Type.Optional(
    Type.String({ description: 'One per send; each installation has a record of its own.' }),
  ),
  bytes: Type.Integer(),
  sha256: Type.Optional(Type.String({ description: 'Of the payload, hex.' })),
  body: Type.Optional(
    Type.String({ description: 'The payload as text, if the level keeps it; at most 4 KiB of it.' }),
  ),
  level: Type.Enum(ledgerLevels),
  /** In the order in which they were seen. */
  steps: Type.Array(MessageStep),
})
export type MessageRecord = Static<typeof MessageRecord>

/** Query of GET /admin/v1/messages and /partner/v1/messages; all that are given must hold. Newest first. */
export const MessageQuery = Type.Object(
  {
    vin: Type.Optional(Type.String()),
    uid: Type.Optional(Type.String()),
    idApp: Type.Optional(Type.String()),
    appID: Type.Optional(Type.String()),
    receiver: Type.Optional(Type.String()),
    topic: Type.Optional(Type.String()),
    receipt: Type.Optional(Type.String()),
    pushMessageID: Type.Optional(Type.String()),
    /** The newest state is this one. */
    state: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    /** ISO 8601, or a duration back from now such as 10m, 2h, 3d. */
    since: Type.Optional(Type.String()),
    until: Type.Optional(Type.String()),
    count: Type.Optional(Type.String({ pattern: '^\\d{1,3}$', description: '1 to 500; 50 unless given.' })),
    cursor: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type MessageQuery = Static<typeof MessageQuery>

export const MessagePage = Type.Object({
  messages: Type.Array(MessageRecord),
  next: Type.Optional(Type.String({ description: 'Cursor of what follows.' })),
  /** Of all nodes that answered. */
  recorded: Type.Integer({ description: 'Messages that were recorded since these nodes started.' }),
  passedOver: Type.Integer({
    description: 'Messages that were not recorded, because there were too many at once.',
  }),
  silentNodes: Type.Array(Type.String(), {
    description: 'Nodes that did not answer in time: what they know is missing.',
  }),
  isStoreSilent: Type.Optional(
    Type.Boolean({
      description: 'The database did not answer: what is durable and no longer remembered is missing.',
    }),
  ),
})
export type MessagePage = Static<typeof MessagePage>

/** GET /partner/v1/messages. */
export const OwnMessagePage = Type.Object({
  ...Type.Omit(MessagePage, ['recorded', 'passedOver']).properties,
  isSampled: Type.Boolean({
    description:
      'Since these nodes started, some messages were not recorded, because there were too many at once.',
  }),
})
export type OwnMessagePage = Static<typeof OwnMessagePage>

/** One topic as the ledger sees it. */
export const TopicView = Type.Object({
  topic: Type.String(),
  messages: Type.Integer({ description: 'Recorded ones that are still remembered.' }),
  lastAt: Type.String({ format: 'date-time' }),
})
export type TopicView = Static<typeof TopicView>

/** GET and PUT /admin/v1/ledger-levels: `defaults` come from the configuration. */
export const LedgerLevels = Type.Object({
  defaults: Type.Object({ level: Type.String(), body: Type.String(), retentionDays: Type.Number() }),
  partners: Type.Record(Type.String(), Type.String()),
  pushApps: Type.Record(Type.String(), Type.String()),
})
export type LedgerLevels = Static<typeof LedgerLevels>

/** PUT /admin/v1/ledger-levels → `LedgerLevels`. Whoever is not named keeps its level; null: back to the default. */
const NamedLevels = Type.Record(
  Type.String({ maxLength: 256 }),
  Type.Union([...ledgerLevels.map((level) => Type.Literal(level)), Type.Null()]),
)
export const LedgerLevelsUpdate = Type.Object(
  { partners: Type.Optional(NamedLevels), pushApps: Type.Optional(NamedLevels) },
  { additionalProperties: false, minProperties: 1 },
)
export type LedgerLevelsUpdate = Static<typeof LedgerLevelsUpdate>

/**
 * What a head unit tells the server about messages it got; published to `vehicleReportTopic`. Messages have no id on the wire, so each
 * is named by its partner and the mark of its payload: of equal ones the oldest that can still take the state is meant.
 */
export const MessageReport = Type.Object({
  reports: Type.Array(
    Type.Object({
      uid: Type.String(),
      mark: Type.String({ description: '`payloadMark` of the payload.' }),
      state: Type.String(),
      reason: Type.Optional(Type.String()),
      at: Type.Integer({ description: 'Milliseconds since 1970 by the head unit’s clock.' }),
    }),
    { maxItems: 200 },
  ),
  sentAt: Type.Optional(Type.Integer({ description: 'When this was sent, by the same clock.' })),
})
export type MessageReport = Static<typeof MessageReport>

/** Where a head unit publishes its `MessageReport`s; nobody else gets them. */
export function vehicleReportTopic(vin: string): string {
  return `${vehicleNoticeTopic(vin)}/reports`
}

/**
 * Tells payloads apart, 16 hex digits: two FNV-1a hashes of 32 bits. It is computed at once and anywhere, also where a browser
 * offers no cryptography; it proves nothing.
 */
export function payloadMark(bytes: Uint8Array): string {
  let first = 0x811c9dc5
  let second = 0x01000193
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    first = Math.imul(first ^ byte, 0x01000193)
    second = Math.imul(second ^ byte, 0x85ebca6b)
  }
  return hex32(first) + hex32(second)
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
