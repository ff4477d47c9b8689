import { type Static, Type } from 'typebox'
import { appOfferShapes, type Offered } from './admin-api.ts'
import { ledgerLevels } from './ledger-words.ts'

/** What operators look at and act on, under `/admin/v1`: connections, credentials, mailboxes, limits, settings, live figures. */

/** Of one node or of all; `id` begins with the node’s. */
export const ConnectionView = Type.Object({
  id: Type.String(),
  node: Type.String(),
  role: Type.String({ description: 'partner, vehicle, installation, account; everybody in open mode' }),
  name: Type.String(),
  clientId: Type.String(),
  address: Type.String(),
  listener: Type.String(),
  transport: Type.String({ description: 'tcp, tls or websocket' }),
  protocolVersion: Type.String({ description: '3.1, 3.1.1 or 5' }),
  connectedAt: Type.String({ format: 'date-time' }),
  keepAliveSeconds: Type.Integer(),
  subscriptions: Type.Array(Type.String(), {
    description: 'Topic filters as the client wrote them; at most 100, in a page at most 10.',
  }),
  subscriptionCount: Type.Integer({ description: 'How many there are in all.' }),
  messagesIn: Type.Integer(),
  messagesOut: Type.Integer(),
  bytesIn: Type.Integer(),
  bytesOut: Type.Integer(),
  outboxBytes: Type.Integer({ description: 'Waiting to be sent.' }),
  dropped: Type.Integer({ description: 'Messages to it that were dropped.' }),
})
export type ConnectionView = Static<typeof ConnectionView>

const Count = Type.Optional(
  Type.String({ pattern: '^[1-9]\\d{0,2}$', description: '1 to 200; 50 unless given.' }),
)

/** Query of GET /admin/v1/connections. `search` is part of name, client id or address, whatever the case. */
export const ConnectionQuery = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: 256 })),
    role: Type.Optional(Type.String()),
    name: Type.Optional(Type.String({ description: 'All of it.' })),
    node: Type.Optional(Type.String()),
    count: Count,
    cursor: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type ConnectionQuery = Static<typeof ConnectionQuery>

/** GET /admin/v1/connections; newest first. GET /admin/v1/connections/:id gives one `ConnectionView`. */
export const ConnectionPage = Type.Object({
  connections: Type.Array(ConnectionView),
  total: Type.Integer({ description: 'How many match.' }),
  next: Type.Optional(Type.String()),
  silentNodes: Type.Array(Type.String()),
})
export type ConnectionPage = Static<typeof ConnectionPage>

/** Query of pages that are searched and have a cursor. */
export const PageQuery = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: 256 })),
    count: Count,
    cursor: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
)
export type PageQuery = Static<typeof PageQuery>

/**
 * Query of DELETE /admin/v1/connections/:id, and with at least one of role, name and client id the body of POST
 * /admin/v1/connections/kick: who is concerned is whom all that are given describe. → `Kicked`
 */
export const NewKick = Type.Object(
  {
    role: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    clientId: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String({ maxLength: 200, description: 'MQTT 5 clients are told.' })),
  },
  { additionalProperties: false },
)
export type NewKick = Static<typeof NewKick>
export const Kicked = Type.Object({
  connections: Type.Integer({ description: 'How many were closed.' }),
  silentNodes: Type.Array(Type.String(), { description: 'They may not have heard of it.' }),
})
export type Kicked = Static<typeof Kicked>

export const CertificateView = Type.Object({
  fingerprint: Type.String({ description: 'SHA-256 of the DER, lower-case hex.' }),
  serialNumber: Type.String({ description: 'Hex; empty if it was revoked without ever being seen.' }),
  issuedAt: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time' }),
  revokedAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'In the future: it is valid until then, as long as its overlap lasts.',
    }),
  ),
})
export type CertificateView = Static<typeof CertificateView>

/** GET /admin/v1/certificates/expiring → one of partners and one of vehicles, as of the last look, minutes ago. */
export const ExpiringCertificatesView = Type.Object({
  role: Type.Union([Type.Literal('partner'), Type.Literal('vehicle')]),
  count: Type.Integer({
    description:
      'How many of them have a last certificate that ends within 30 days, or has ended in the last 30.',
  }),
  first: Type.Array(Type.Object({ name: Type.String(), endsAt: Type.String({ format: 'date-time' }) }), {
    description: 'The first of them to end; at most 200.',
  }),
})
export type ExpiringCertificatesView = Static<typeof ExpiringCertificatesView>

/** GET /admin/v1/partners/:uid; what an earlier version issued is there once somebody has signed in with it. */
export const PartnerDetail = Type.Object({
  uid: Type.String(),
  name: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  certificates: Type.Array(CertificateView),
  /** While an older password still works. */
  replacedPasswordEndsAt: Type.Optional(Type.String({ format: 'date-time' })),
  apps: Type.Array(Type.String()),
  connections: Type.Integer(),
  ledgerLevel: Type.Enum(ledgerLevels, {
    description: 'In force: its own, or else that of the configuration.',
  }),
})
export type PartnerDetail = Static<typeof PartnerDetail>

/** GET /admin/v1/vehicles/:vin. */
export const VehicleDetail = Type.Object({
  vin: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  certificates: Type.Array(CertificateView),
  replacedPasswordEndsAt: Type.Optional(Type.String({ format: 'date-time' })),
  apps: Type.Array(Type.String()),
  isConnected: Type.Boolean(),
  mailbox: Type.Integer({ description: 'Messages that wait for it.' }),
  simulator: Type.String({ description: 'Address of the head unit in the browser for it.' }),
})
export type VehicleDetail = Static<typeof VehicleDetail>

/** GET /admin/v1/vehicles?search=&count=&cursor= gives a page when `count` is given, else all of them as an array. */
export const VehiclePage = Type.Object({
  vehicles: Type.Array(
    Type.Object({ vin: Type.String(), createdAt: Type.String(), isConnected: Type.Boolean() }),
  ),
  total: Type.Integer(),
  next: Type.Optional(Type.String()),
})
export type VehiclePage = Static<typeof VehiclePage>

/** POST /admin/v1/partners/:uid/credentials → `IssuedPartner`; /admin/v1/vehicles/:vin/credentials → `IssuedVehicle`. */
export const NewCredentials = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        description: 'The old ones work that much longer; a day unless given, 0 = not at all.',
      }),
    ),
    certificate: Type.Optional(Type.Boolean({ description: 'Of a vehicle: a certificate, too.' })),
  },
  { additionalProperties: false },
)
export type NewCredentials = Static<typeof NewCredentials>

/** POST /admin/v1/partners/:uid/revocations and /admin/v1/vehicles/:vin/revocations. */
export const NewRevocation = Type.Object(
  {
    what: Type.Union([Type.Literal('certificate'), Type.Literal('password'), Type.Literal('everything')]),
    fingerprint: Type.Optional(Type.String({ description: 'Which certificate; all of them unless given.' })),
    isTrial: Type.Optional(Type.Boolean({ description: 'Revoke nothing, only tell who would drop.' })),
  },
  { additionalProperties: false },
)
export type NewRevocation = Static<typeof NewRevocation>
export const Revocation = Type.Object({
  connections: Type.Array(ConnectionView, {
    description: 'Who was, or would be, disconnected; the first 200.',
  }),
  total: Type.Integer(),
  silentNodes: Type.Array(Type.String(), { description: 'Nobody knows who is connected to them.' }),
})
export type Revocation = Static<typeof Revocation>

/** DELETE /admin/v1/partners/:uid: with its apps, and what vehicles were subscribed to. */
export const RemovedPartner = Type.Object({
  uid: Type.String(),
  apps: Type.Array(Type.String()),
  vehicles: Type.Integer({ description: 'Vehicles that lost an app.' }),
})
export type RemovedPartner = Static<typeof RemovedPartner>

/** DELETE /admin/v1/vehicles/:vin. */
export const RemovedVehicle = Type.Object({ vin: Type.String() })
export type RemovedVehicle = Static<typeof RemovedVehicle>

/** DELETE /admin/v1/apps/:idApp: with its package and its subscriptions. */
export const RemovedApp = Type.Object({
  idApp: Type.String(),
  uid: Type.String(),
  vehicles: Type.Integer({ description: 'Vehicles that were subscribed to it.' }),
})
export type RemovedApp = Static<typeof RemovedApp>

/** PATCH /admin/v1/apps/:idApp → `App`. */
export const AppUpdate = Type.Object(
  {
    name: Type.Optional(Type.String()),
    drivingMode: Type.Optional(Type.Boolean({ description: 'May it be used while driving? (W 9.1)' })),
    ...appOfferShapes,
  },
  { additionalProperties: false, minProperties: 1 },
)
export type AppUpdate = Offered<Static<typeof AppUpdate>>

/** Query of DELETE /admin/v1/mailboxes/:vin; without an app, all of the vehicle. → `EmptiedMailbox` */
export const MailboxEmptying = Type.Object(
  { idApp: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type MailboxEmptying = Static<typeof MailboxEmptying>
export const EmptiedMailbox = Type.Object({ messages: Type.Integer() })
export type EmptiedMailbox = Static<typeof EmptiedMailbox>

/** GET /admin/v1/mailboxes?search=&count=&cursor= `search` is part of VIN, UID or app. */
export const MailboxPage = Type.Object({
  mailboxes: Type.Array(
    Type.Object({
      vin: Type.String(),
      uid: Type.String(),
      idApp: Type.Optional(Type.String()),
      messages: Type.Integer(),
      bytes: Type.Integer(),
      oldestAt: Type.String({ format: 'date-time' }),
    }),
  ),
  next: Type.Optional(Type.String()),
})
export type MailboxPage = Static<typeof MailboxPage>

/** GET /admin/v1/push-apps/:appID/{users,things,installations,topics,buckets}?search=&count=&cursor= */
export const PushItemPage = Type.Object({
  items: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
    description: 'As the push REST gives them, without anything secret.',
  }),
  next: Type.Optional(Type.String()),
})
export type PushItemPage = Static<typeof PushItemPage>

/** GET /admin/v1/settings: what is in force, and where it comes from. */
export const Setting = Type.Object({
  key: Type.String(),
  value: Type.Optional(
    Type.Unknown({ description: 'Absent where it is a secret; of an address, what of it is none.' }),
  ),
  defaultValue: Type.Unknown(),
  source: Type.String({ description: 'default, file, environment or flag' }),
  description: Type.String(),
  isSecret: Type.Boolean(),
  needsRestart: Type.Boolean({ description: 'False: a reload (SIGHUP) is enough.' }),
})
export type Setting = Static<typeof Setting>

/** GET /admin/v1/bans → `Ban[]`: who is held back now because of earlier failures; DELETE /admin/v1/bans/:id lifts one → `LiftedBan`. */
export const Ban = Type.Object({
  id: Type.String(),
  node: Type.String({ description: 'Each node counts for itself.' }),
  kind: Type.String({ description: 'address or identity' }),
  name: Type.String(),
  failures: Type.Integer(),
  endsAt: Type.String({ format: 'date-time' }),
})
export type Ban = Static<typeof Ban>
export const LiftedBan = Type.Object({ id: Type.String() })
export type LiftedBan = Static<typeof LiftedBan>

/** One line of GET /admin/v1/live (application/x-ndjson), each second: what happened since the line before, of this node. */
export const LiveLine = Type.Object({
  at: Type.String({ format: 'date-time' }),
  node: Type.String(),
  connections: Type.Record(Type.String(), Type.Integer(), { description: 'By role.' }),
  messagesIn: Type.Number({ description: 'Per second.' }),
  messagesOut: Type.Number(),
  bytesIn: Type.Number(),
  bytesOut: Type.Number(),
  dropped: Type.Record(Type.String(), Type.Number(), { description: 'Per second, by reason.' }),
  deliveryP50Milliseconds: Type.Optional(
    Type.Number({
      description:
        'Until head units had the messages of this second, by their own reports; absent: there were none.',
    }),
  ),
  deliveryP99Milliseconds: Type.Optional(Type.Number()),
  eventLoopP99Milliseconds: Type.Number(),
  outboxBytes: Type.Integer(),
  memoryBytes: Type.Integer(),
  nodes: Type.Array(
    Type.Object({ node: Type.String(), isHere: Type.Boolean(), connections: Type.Optional(Type.Integer()) }),
  ),
  warnings: Type.Array(Type.Object({ code: Type.String(), text: Type.String() }), {
    description: 'Such as CERTIFICATE_EXPIRES: what somebody should do something about.',
  }),
})
export type LiveLine = Static<typeof LiveLine>

/** GET /admin/v1/explain/publish?as=partner:UID&topic=…, /explain/delivery?uid=&idApp=&vin=&popup=, /explain/push?appID=&to=…
 * and the same under /partner/v1 for the partner itself. */
export const Explanation = Type.Object({
  isYes: Type.Boolean(),
  answer: Type.String({ description: 'One sentence.' }),
  steps: Type.Array(
    Type.Object({
      isPassed: Type.Boolean(),
      text: Type.String(),
      reason: Type.Optional(Type.String({ description: 'Stable code, if it is not passed.' })),
      fix: Type.Optional(Type.String({ description: 'What to do about it.' })),
    }),
  ),
})
export type Explanation = Static<typeof Explanation>

/** GET /admin/v1/refusals?search=&since=&until=: the last refused sign-ins, subscriptions and publishes, newest first. */
export const RefusalView = Type.Object({
  at: Type.String({ format: 'date-time' }),
  node: Type.String(),
  packet: Type.String({ description: 'connect, subscribe or publish; tls or http before or beside them' }),
  address: Type.String(),
  listener: Type.String(),
  clientId: Type.String(),
  name: Type.String({ description: 'User name that was given, or who it was.' }),
  topic: Type.Optional(Type.String()),
  reason: Type.String(),
  text: Type.String(),
  fix: Type.Optional(Type.String()),
  repeated: Type.Integer({ description: 'How often in a row.' }),
})
export type RefusalView = Static<typeof RefusalView>
