import { type Static, Type } from 'typebox'
import { type AppOffer, appBrands, appDevices } from './app-offer.ts'

/**
 * Shapes of the operator's REST under `/admin/v1`, spoken by the CLI and the server. Sign-in: `Authorization:
 * Bearer <admin token>`. Errors are RFC 9457 problem bodies with a stable `code` (`ProblemBody`).
 *
 * | Request | Body → answer |
 * | --- | --- |
 * | GET  /admin/v1/status | → `Status` |
 * | GET  /admin/v1/partners | → `Partner[]` |
 * | POST /admin/v1/partners | `NewPartner` → 201 `IssuedPartner` |
 * | GET  /admin/v1/vehicles | → `Vehicle[]` |
 * | POST /admin/v1/vehicles | `NewVehicles` → 201 `IssuedVehicle[]` |
 * | PATCH /admin/v1/vehicles/:vin/signals | `SignalChange`, dotted paths or nested → `SetSignals` |
 * | GET  /admin/v1/apps | → `App[]` |
 * | POST /admin/v1/apps | `NewApp` → 201 `App` |
 * | PUT  /admin/v1/apps/:idApp/package?`PackageUpload` | gzip'd tar, or zip → 200 `App` |
 * | POST /admin/v1/apps/:idApp/subscriptions | `NewSubscriptions` → 200 `Subscriptions` |
 * | DELETE /admin/v1/apps/:idApp/subscriptions | `NewSubscriptions`, whose end → 200 `Subscriptions` |
 * | GET  /admin/v1/apps/:idApp/subscriptions | → `Subscriptions` |
 * | GET  /admin/v1/accounts | → `Account[]` |
 * | POST /admin/v1/accounts | `NewAccount` → 201 `IssuedAccount` |
 * | DELETE /admin/v1/accounts/:name | → 200 `Account`, as it was |
 * | POST /admin/v1/accounts/:name/password | `NewAccountPassword` → 200 `RotatedAccount` |
 * | PUT  /admin/v1/accounts/:name/grants | `AccountGrants` → 200 `Account` |
 * | POST /admin/v1/messages | `NewMessage` → 202 `AcceptedMessage` |
 * | GET  /admin/v1/messages?`MessageQuery` | → `MessagePage` |
 * | GET  /admin/v1/messages/:id | → `MessageRecord` |
 * | GET  /admin/v1/messages/live | → `MessageRecord` per line (application/x-ndjson), again with each step, until the client hangs up |
 * | GET  /admin/v1/topics?prefix= | → `TopicView[]` |
 * | GET  /admin/v1/ledger-levels | → `LedgerLevels` |
 * | PUT  /admin/v1/ledger-levels | `LedgerLevelsUpdate` → 200 `LedgerLevels` |
 * | GET  /admin/v1/partners/:uid/messages | → `UplinkLine` per line (application/x-ndjson), until the client hangs up |
 * | GET  /admin/v1/push-apps | → `PushAppView[]` |
 * | POST /admin/v1/push-apps | `NewPushApp` → 201 `IssuedPushApp` |
 * | PATCH /admin/v1/push-apps/:appID | `PushAppUpdate` → 200 `PushAppView` |
 * | POST /admin/v1/push-apps/:appID/secret | `NewClientSecret` → 200 `RotatedPushApp` |
 * | DELETE /admin/v1/push-apps/:appID | → 200 `PushAppView`, as it was |
 * | POST /admin/v1/push-apps/:appID/messages | `NewPushMessage` → 202 `AcceptedPushMessage` |
 * | GET  /admin/v1/push-apps/:appID/deliveries | → `DeliveryLine` per line (application/x-ndjson), until the client hangs up |
 *
 * The shapes of the last seven are in `push-admin-api.ts`.
 */

/** RFC 9457, media type application/problem+json. */
export const ProblemBody = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  /** Stable, upper case, such as PARTNER_ALREADY_EXISTS. */
  code: Type.String(),
  detail: Type.String({ description: 'One sentence for a person, with the fix where there is one.' }),
})
export type ProblemBody = Static<typeof ProblemBody>

export const Listener = Type.Object({
  name: Type.String({ description: 'mqtt, mqtts, partners, http or https' }),
  address: Type.String({ description: 'host:port as bound' }),
})

export const Status = Type.Object({
  version: Type.String(),
  node: Type.String({ description: 'Id of the node that answers.' }),
  nodes: Type.Array(Type.String(), { description: 'Ids of all nodes that are there, this one included.' }),
  startedAt: Type.String({ format: 'date-time' }),
  listeners: Type.Array(Listener),
  connections: Type.Integer(),
  counters: Type.Record(Type.String(), Type.Number(), {
    description: 'What /metrics shows, as name and number; drops as dropped_<reason>.',
  }),
})
export type Status = Static<typeof Status>

export const NewPartner = Type.Object(
  { uid: Type.String(), name: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type NewPartner = Static<typeof NewPartner>

export const Partner = Type.Object({ uid: Type.String(), name: Type.String(), createdAt: Type.String() })
export type Partner = Static<typeof Partner>

/** Shown once: the server keeps only what it needs to verify them. */
export const IssuedPartner = Type.Object({
  uid: Type.String(),
  password: Type.String(),
  certificatePem: Type.String({ description: 'Client certificate and its private key in one PEM (W 2.2).' }),
  caPem: Type.String(),
  partnersAddress: Type.String({ description: 'host:port of the partner listener' }),
  replacedEndsAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'Until then the credentials before these work, too.' }),
  ),
})
export type IssuedPartner = Static<typeof IssuedPartner>

export const NewVehicles = Type.Object(
  {
    vins: Type.Array(Type.String(), { minItems: 1, maxItems: 10_000 }),
    certificates: Type.Optional(Type.Boolean({ description: 'Issue a client certificate to each, too.' })),
  },
  { additionalProperties: false },
)
export type NewVehicles = Static<typeof NewVehicles>

export const Vehicle = Type.Object({ vin: Type.String(), createdAt: Type.String() })
export type Vehicle = Static<typeof Vehicle>

/** Shown once. */
export const IssuedVehicle = Type.Object({
  vin: Type.String(),
  password: Type.String(),
  /** Client certificate and its private key in one PEM, and the authority's; if asked for. */
  certificatePem: Type.Optional(Type.String()),
  caPem: Type.Optional(Type.String()),
  replacedEndsAt: IssuedPartner.properties.replacedEndsAt,
})
export type IssuedVehicle = Static<typeof IssuedVehicle>

export const SetSignals = Type.Object({
  headUnits: Type.Integer({ description: 'Head units of the vehicle that are connected, and were told.' }),
})
export type SetSignals = Static<typeof SetSignals>

/** What is given outside the package (W 11.2); absent: no translations, offered everywhere. */
export const appOfferShapes = {
  names: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Names on the wall by language, such as {"de": "Parken"}; where none fits, `name`.',
    }),
  ),
  countries: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
      description: 'Offered in these only (ISO 3166-1, such as FR); none: everywhere.',
    }),
  ),
  brands: Type.Optional(
    Type.Array(Type.Enum(appBrands), { description: 'Offered in vehicles of these only; none: of all.' }),
  ),
  devices: Type.Optional(
    Type.Array(Type.Enum(appDevices), { description: 'Offered on these head units only; none: on all.' }),
  ),
}

/** What is read is not changed. */
export type Offered<Shape> = Omit<Shape, keyof AppOffer> & AppOffer

export const NewApp = Type.Object(
  {
    idApp: Type.String(),
    uid: Type.String(),
    name: Type.Optional(Type.String()),
    drivingMode: Type.Optional(Type.Boolean()),
    ...appOfferShapes,
  },
  { additionalProperties: false },
)
export type NewApp = Offered<Static<typeof NewApp>>

export const App = Type.Object({
  idApp: Type.String(),
  uid: Type.String(),
  name: Type.String(),
  drivingMode: Type.Boolean(),
  /** Absent until a package is installed. */
  version: Type.Optional(Type.String()),
  createdAt: Type.String(),
  ...appOfferShapes,
})
export type App = Offered<Static<typeof App>>

/**
 * Query of an upload. With `strict=true` or `md5` the package is held to all of the published rules (W 11.1), and
 * `fileName` is needed; otherwise it may be as developers pack it. With `uid` an app that is new is added for that partner, if
 * the package can be used.
 */
export const PackageUpload = Type.Object(
  {
    uid: Type.Optional(
      Type.String({ description: 'Partner that owns the app if it is new; else it changes nothing.' }),
    ),
    strict: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
    fileName: Type.Optional(Type.String({ description: 'Such as app_demo-v1.0.0_20250131.tar.gz.' })),
    md5: Type.Optional(Type.String({ description: 'Text of the .md5 file, its line break included.' })),
  },
  { additionalProperties: false },
)
export type PackageUpload = Static<typeof PackageUpload>

export const NewSubscriptions = Type.Object(
  { vins: Type.Array(Type.String(), { minItems: 1, maxItems: 10_000 }) },
  { additionalProperties: false },
)
export type NewSubscriptions = Static<typeof NewSubscriptions>

export const Subscriptions = Type.Object({ idApp: Type.String(), vins: Type.Array(Type.String()) })
export type Subscriptions = Static<typeof Subscriptions>

const filters = (what: string) =>
  Type.Array(Type.String(), { description: `Topic filters; {name} stands for the account’s name. ${what}` })

/** Replace all that was granted before. */
export const AccountGrants = Type.Object(
  { publish: filters('What it may publish to.'), subscribe: filters('What it may subscribe to.') },
  { additionalProperties: false },
)
export type AccountGrants = Static<typeof AccountGrants>

export const NewAccount = Type.Object(
  {
    name: Type.String(),
    publish: Type.Optional(AccountGrants.properties.publish),
    subscribe: Type.Optional(AccountGrants.properties.subscribe),
  },
  { additionalProperties: false },
)
export type NewAccount = Static<typeof NewAccount>

export const Account = Type.Object({
  name: Type.String(),
  publish: Type.Array(Type.String()),
  subscribe: Type.Array(Type.String()),
  createdAt: Type.String(),
})
export type Account = Static<typeof Account>

/** Shown once. */
export const IssuedAccount = Type.Object({
  ...Account.properties,
  password: Type.String(),
  mqttAddress: Type.String({ description: 'host:port of the plain MQTT listener; empty if it is off.' }),
})
export type IssuedAccount = Static<typeof IssuedAccount>

export const NewAccountPassword = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        description: 'The old password works that much longer; a day unless given, 0 = not at all.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type NewAccountPassword = Static<typeof NewAccountPassword>

/** Shown once. */
export const RotatedAccount = Type.Object({
  name: Type.String(),
  password: Type.String(),
  replacedEndsAt: Type.String({
    format: 'date-time',
    description: 'Until then the old password works; then the account’s connections end.',
  }),
})
export type RotatedAccount = Static<typeof RotatedAccount>

/** Sent in the name of the app's partner. With `popup` it is a popup message of that text (W 3.2). */
export const NewMessage = Type.Object(
  {
    vin: Type.String(),
    idApp: Type.String(),
    content: Type.Optional(Type.Unknown()),
    popup: Type.Optional(Type.String({ minLength: 1 })),
    /** false hides the popup's OK button. */
    button: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type NewMessage = Static<typeof NewMessage>

export const AcceptedMessage = Type.Object({
  id: Type.Optional(
    Type.String({
      description: 'Its record in the ledger; absent if none is made of messages of this partner.',
    }),
  ),
  routedTo: Type.Integer({
    description: 'Connections it was written to; 0 = no head unit is connected.',
  }),
  keptSeconds: Type.Optional(
    Type.Integer({
      description:
        'With routedTo 0: so long it is kept for the next head unit at most (W 9.3); 0 = it is lost.',
    }),
  ),
})
export type AcceptedMessage = Static<typeof AcceptedMessage>

export const UplinkLine = Type.Object({
  at: Type.String({ format: 'date-time' }),
  vin: Type.String(),
  subtopic: Type.String(),
  payload: Type.Unknown({ description: 'The parsed payload, {"content": …}; a string if it is not JSON.' }),
})
export type UplinkLine = Static<typeof UplinkLine>
