import { type Static, Type } from 'typebox'

/** The part of the operator's REST that is about push; the table of requests is in `admin-api.ts`. */

/** What an operator may switch for one push app (P 2.1). */
export const PushAppSwitches = Type.Object(
  {
    tokenSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2_147_483_647,
        description: 'Life of tokens that ask for no other end; 2147483647, the default: they do not end.',
      }),
    ),
    hasRefreshTokens: Type.Optional(Type.Boolean()),
    exposesUsers: Type.Optional(
      Type.Boolean({ description: 'Users and things see each other’s whole data.' }),
    ),
    ownershipNeedsPassword: Type.Optional(
      Type.Boolean({ description: 'Becoming a thing’s owner takes the thing’s password.' }),
    ),
  },
  { additionalProperties: false },
)
export type PushAppSwitches = Static<typeof PushAppSwitches>

/** Whatever is left out is made. Who comes from another service keeps what the installed apps already have (P 1.6). */
export const NewPushApp = Type.Object(
  {
    appID: Type.Optional(Type.String()),
    appKey: Type.Optional(Type.String()),
    clientID: Type.Optional(Type.String()),
    clientSecret: Type.Optional(Type.String()),
    settings: Type.Optional(PushAppSwitches),
  },
  { additionalProperties: false },
)
export type NewPushApp = Static<typeof NewPushApp>

export const PushAppView = Type.Object({
  appID: Type.String(),
  /** Public: it ships in web pages. */
  appKey: Type.String(),
  clientID: Type.String(),
  settings: Type.Required(PushAppSwitches),
  isDisabled: Type.Boolean(),
  createdAt: Type.String({ format: 'date-time' }),
  site: Type.String({
    description: 'Base URL for SDKs, such as http://127.0.0.1:8080/api; empty without HTTP.',
  }),
})
export type PushAppView = Static<typeof PushAppView>

/** The client secret is shown once. */
export const IssuedPushApp = Type.Object({ ...PushAppView.properties, clientSecret: Type.String() })
export type IssuedPushApp = Static<typeof IssuedPushApp>

/** What is left out stays. */
export const PushAppUpdate = Type.Object(
  {
    settings: Type.Optional(PushAppSwitches),
    isDisabled: Type.Optional(
      Type.Boolean({ description: 'A disabled app answers nobody; its connections are ended.' }),
    ),
    appKey: Type.Optional(Type.String()),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type PushAppUpdate = Static<typeof PushAppUpdate>

export const NewClientSecret = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        description: 'The old secret works that much longer; a day unless given, 0 = not at all.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type NewClientSecret = Static<typeof NewClientSecret>

/** Shown once. */
export const RotatedPushApp = Type.Object({
  appID: Type.String(),
  clientID: Type.String(),
  clientSecret: Type.String(),
  replacedEndsAt: Type.String({ format: 'date-time', description: 'Until then the old secret works.' }),
})
export type RotatedPushApp = Static<typeof RotatedPushApp>

/**
 * Sent as the app's admin. Besides `to` the members of P 8.1 are taken; `mqtt` is on unless it says otherwise.
 * `to` is `user:` and a login name, a user id, `EMAIL:` or `PHONE:` and what belongs to it; `thing:` and a vendor thing
 * id or thing id; `topic:` and a topic of the app, or `users/<user>/<topic>`, `groups/<group>/<topic>`,
 * `things/<thing>/<topic>`.
 */
export const NewPushMessage = Type.Object({
  to: Type.String(),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type NewPushMessage = Static<typeof NewPushMessage>

export const AcceptedPushMessage = Type.Object({ pushMessageID: Type.String() })
export type AcceptedPushMessage = Static<typeof AcceptedPushMessage>

/** One payload on its way to one installation. */
export const DeliveryLine = Type.Object({
  at: Type.String({ format: 'date-time' }),
  receiver: Type.String({ description: 'user: or thing:, and its id' }),
  installationID: Type.String(),
  isConnected: Type.Boolean({ description: 'False: nobody got it, and nothing is kept.' }),
  payload: Type.Unknown({ description: 'The JSON object that receivers get (P 12).' }),
})
export type DeliveryLine = Static<typeof DeliveryLine>
