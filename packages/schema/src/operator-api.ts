import { type Static, Type } from 'typebox'

const Role = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')])

/**
 * POST /admin/v1/session. Who has a second factor is asked for its code by 401 `SECOND_FACTOR_NEEDED`, and sends all three: six digits
 * of now, or a recovery code.
 */
export const NewSession = Type.Object(
  { name: Type.String(), password: Type.String(), code: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type NewSession = Static<typeof NewSession>

/** Answer of POST and GET /admin/v1/session. Requests that change something carry `csrfToken` as `X-Pillion-CSRF`. */
export const Session = Type.Object({
  name: Type.String(),
  role: Role,
  csrfToken: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
  secondFactor: Type.Union([Type.Literal('on'), Type.Literal('off'), Type.Literal('missing')], {
    description: '`missing`: the configuration wants one, and nothing else works before it is turned on.',
  }),
})
export type Session = Static<typeof Session>

/** GET /admin/v1/session/all: where this operator is signed in, the newest first. DELETE /admin/v1/session/others ends all but this one. */
export const OwnSession = Type.Object({
  isThis: Type.Boolean(),
  beganAt: Type.String({ format: 'date-time' }),
  usedAt: Type.String({ format: 'date-time' }),
  address: Type.Optional(Type.String()),
})
export type OwnSession = Static<typeof OwnSession>

/** GET /admin/v1/session/second-factor: one's own. */
export const SecondFactor = Type.Object({
  isOn: Type.Boolean(),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  recoveryCodes: Type.Integer({ description: 'That are left.' }),
})
export type SecondFactor = Static<typeof SecondFactor>

/** POST /admin/v1/session/second-factor → `ProposedSecondFactor`. The password may be left out if the factor is `missing`. */
export const NewSecondFactor = Type.Object(
  { password: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type NewSecondFactor = Static<typeof NewSecondFactor>

/** Shown here and never again; it works once a code was sent to …/confirm. */
export const ProposedSecondFactor = Type.Object({
  uri: Type.String({ description: 'otpauth://totp/…, for an authenticator app.' }),
  secret: Type.String({ description: 'The same in base32, to be typed.' }),
})
export type ProposedSecondFactor = Static<typeof ProposedSecondFactor>

/** POST /admin/v1/session/second-factor/confirm → `TurnedOnSecondFactor`. */
export const SecondFactorCode = Type.Object({ code: Type.String() }, { additionalProperties: false })
export type SecondFactorCode = Static<typeof SecondFactorCode>

/** Shown once; each works once, in place of a code. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>

/** With a new session; all others of this operator end. */
export const TurnedOnSecondFactor = Type.Object({ session: Session, ...RecoveryCodes.properties })
export type TurnedOnSecondFactor = Static<typeof TurnedOnSecondFactor>

/** DELETE /admin/v1/session/second-factor → `Session`, and POST …/recovery-codes → `RecoveryCodes`, in place of the old. */
export const PasswordAndCode = Type.Object(
  { password: Type.String(), code: Type.String() },
  { additionalProperties: false },
)
export type PasswordAndCode = Static<typeof PasswordAndCode>

/** POST /admin/v1/session/password: one's own → `Session`, a new one; all others of this operator end. */
export const NewOwnPassword = Type.Object(
  { password: Type.String({ description: 'The present one.' }), newPassword: Type.String() },
  { additionalProperties: false },
)
export type NewOwnPassword = Static<typeof NewOwnPassword>

/** POST /admin/v1/operators/first, with the text of the one-time link of the first start; signs in as well. */
export const FirstOperator = Type.Object(
  { link: Type.String(), name: Type.String(), password: Type.String() },
  { additionalProperties: false },
)
export type FirstOperator = Static<typeof FirstOperator>

export const Operator = Type.Object({
  name: Type.String(),
  role: Role,
  isDisabled: Type.Boolean(),
  secondFactor: Type.Union([Type.Literal('on'), Type.Literal('off')]),
  createdAt: Type.String({ format: 'date-time' }),
  lastSignInAt: Type.Optional(Type.String({ format: 'date-time' })),
})
export type Operator = Static<typeof Operator>

export const NewOperator = Type.Object(
  { name: Type.String(), role: Role, password: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export type NewOperator = Static<typeof NewOperator>

/** The password is shown once, if it was made by the server. */
export const IssuedOperator = Type.Object({ ...Operator.properties, password: Type.Optional(Type.String()) })
export type IssuedOperator = Static<typeof IssuedOperator>

export const OperatorUpdate = Type.Object(
  {
    role: Type.Optional(Role),
    isDisabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(Type.String()),
    secondFactor: Type.Optional(
      Type.Literal('off', { description: 'For somebody who has lost it. Only the operator turns it on.' }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type OperatorUpdate = Static<typeof OperatorUpdate>

/** POST /admin/v1/operators/link: a one-time link that makes an admin. */
export const OperatorLink = Type.Object({
  url: Type.String({ description: 'To be opened in a browser; shown once.' }),
  expiresAt: Type.String({ format: 'date-time' }),
})
export type OperatorLink = Static<typeof OperatorLink>

/** One administrative act. Each entry holds the hash of the one before, so that none can be changed or taken out unnoticed. */
export const AuditEntry = Type.Object({
  number: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  node: Type.String(),
  /** `operator:NAME`, `admin-token`, `server`, or `anonymous`: nobody had signed in. */
  actor: Type.String(),
  address: Type.Optional(Type.String()),
  /** Such as `partner.add`, `session.begin`, `connection.kick`. */
  action: Type.String(),
  /** What it was done to, such as `partner:UID`. */
  target: Type.Optional(Type.String()),
  /** Never a secret. Of an act that failed a second entry tells: `of` its number, `status` and `failed`, the code. */
  details: Type.Record(Type.String(), Type.Unknown()),
  previousHash: Type.String(),
  hash: Type.String({ description: 'SHA-256, hex.' }),
})
export type AuditEntry = Static<typeof AuditEntry>

/** Query of GET /admin/v1/audit. Actor, action and target as they stand in the entry; `since` is a time. */
export const AuditSearch = Type.Object(
  {
    before: Type.Optional(Type.String()),
    count: Type.Optional(Type.String({ description: '1 to 500; 100 unless given.' })),
    actor: Type.Optional(Type.String()),
    action: Type.Optional(Type.String()),
    target: Type.Optional(Type.String()),
    since: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type AuditSearch = Static<typeof AuditSearch>

/** GET /admin/v1/audit?before=NUMBER&count=N&actor=…&action=…&target=…&since=… Newest first. */
export const AuditPage = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Type.Optional(Type.Integer({ description: '`before` of what follows.' })),
})
export type AuditPage = Static<typeof AuditPage>

/** GET /admin/v1/audit/check. */
export const AuditCheck = Type.Object({
  isWhole: Type.Boolean(),
  entries: Type.Integer({ description: 'How many there are, up to the first that does not fit.' }),
  removed: Type.Integer({
    description: 'How many were before them, and were removed as older than audit.retentionDays.',
  }),
  firstBroken: Type.Optional(Type.Integer({ description: 'Number of the first entry that does not fit.' })),
  lastHash: Type.String({
    description: 'Keep it elsewhere: it proves later that nothing was cut off the end.',
  }),
})
export type AuditCheck = Static<typeof AuditCheck>
