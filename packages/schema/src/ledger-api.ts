import { type Static, Type } from 'typebox'
import { ledgerLevels, messageStates } from './ledger-words.ts'

/** What became of each message: the shapes of `@pillion/ledger`, of the admin's and the partners' REST, and of the console. */

export const MessageStep = Type.Object({
  state: Type.Enum(messageStates),
  at: Type.String({ format: 'date-time' }),
  node: Type.String({
    description: 'The node that saw it; with relay_lost, the one that it was on its way to.',
  }),
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
