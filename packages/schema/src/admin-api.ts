import { type Static, Type } from 'typebox'

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
 * | GET  /admin/v1/apps | → `App[]` |
 * | POST /admin/v1/apps | `NewApp` → 201 `App` |
 * | PUT  /admin/v1/apps/:idApp/package | gzip'd tar → 200 `App` |
 * | POST /admin/v1/apps/:idApp/subscriptions | `NewSubscriptions` → 200 `Subscriptions` |
 * | GET  /admin/v1/apps/:idApp/subscriptions | → `Subscriptions` |
 * | POST /admin/v1/messages | `NewMessage` → 202 `AcceptedMessage` |
 * | GET  /admin/v1/partners/:uid/messages | → `UplinkLine` per line (application/x-ndjson), until the client hangs up |
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
})
export type IssuedVehicle = Static<typeof IssuedVehicle>

export const NewApp = Type.Object(
  {
    idApp: Type.String(),
    uid: Type.String(),
    name: Type.Optional(Type.String()),
    drivingMode: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type NewApp = Static<typeof NewApp>

export const App = Type.Object({
  idApp: Type.String(),
  uid: Type.String(),
  name: Type.String(),
  drivingMode: Type.Boolean(),
  /** Absent until a package is installed. */
  version: Type.Optional(Type.String()),
  createdAt: Type.String(),
})
export type App = Static<typeof App>

export const NewSubscriptions = Type.Object(
  { vins: Type.Array(Type.String(), { minItems: 1, maxItems: 10_000 }) },
  { additionalProperties: false },
)
export type NewSubscriptions = Static<typeof NewSubscriptions>

export const Subscriptions = Type.Object({ idApp: Type.String(), vins: Type.Array(Type.String()) })
export type Subscriptions = Static<typeof Subscriptions>

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
  routedTo: Type.Integer({ description: 'Connections it was written to; 0 = no head unit is connected.' }),
})
export type AcceptedMessage = Static<typeof AcceptedMessage>

export const UplinkLine = Type.Object({
  at: Type.String({ format: 'date-time' }),
  vin: Type.String(),
  subtopic: Type.String(),
  payload: Type.Unknown({ description: 'The parsed payload, {"content": …}; a string if it is not JSON.' }),
})
export type UplinkLine = Static<typeof UplinkLine>
