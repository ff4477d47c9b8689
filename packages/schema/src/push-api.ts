import { type Static, Type } from 'typebox'

/**
 * Shapes of the push REST under `/api` (P = the contract of push). Errors are `PushErrorBody` with a stable `errorCode`.
 * Requests may have members besides these, which are ignored unless custom fields are told of; what is checked is the type
 * of a member, and its meaning by the push service.
 */

const text = (description?: string) => Type.String(description === undefined ? {} : { description })
const optionalText = (description?: string) => Type.Optional(text(description))
const milliseconds = (description: string) =>
  Type.Integer({ description: `${description}; milliseconds since 1970` })
const ids = (description: string) => Type.Array(Type.String(), { description })

export const PushErrorBody = Type.Object(
  {
    errorCode: text(
      'Stable, such as TOPIC_NOT_FOUND; of the token resource as OAuth has it, such as invalid_grant',
    ),
    message: text('One line for a person'),
  },
  { description: 'With details by code (P 15).', additionalProperties: true },
)
export type PushErrorBody = Static<typeof PushErrorBody>

export const PushTokenRequest = Type.Object(
  {
    grant_type: optionalText('May be left out: the other members tell'),
    username: optionalText(
      'Login name, e-mail address, +phone, or with LOGIN_NAME:, EMAIL:, PHONE: or VENDOR_THING_ID: before it',
    ),
    password: optionalText(),
    expiresAt: Type.Optional(Type.Number({ description: 'End of the token; milliseconds since 1970' })),
    client_id: optionalText('Of the app’s admin; or the appID, for a token of the anonymous'),
    client_secret: optionalText('Of the app’s admin; or the appKey'),
    refresh_token: optionalText(),
  },
  { description: 'Also as application/x-www-form-urlencoded (P 2.2).' },
)
export type PushTokenRequest = Static<typeof PushTokenRequest>

export const PushToken = Type.Object({
  id: text('userID or thingID; of the admin APP_ADMIN'),
  access_token: text(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds from now; 2147483647: it does not end' }),
  refresh_token: optionalText(),
})
export type PushToken = Static<typeof PushToken>

const userMembers = {
  loginName: optionalText('3 to 64 of A-Z a-z 0-9 _ . -'),
  emailAddress: optionalText(),
  phoneNumber: optionalText('+ and at least 10 digits, or local digits with country'),
  displayName: optionalText('1 to 50 characters'),
  country: optionalText('Two letters'),
  locale: optionalText('BCP 47'),
}

/** Any other name that does not start with `_` is a custom field. */
export const NewPushUser = Type.Object(
  { ...userMembers, password: optionalText('4 to 50 printable ASCII characters; without it a pseudo user') },
  { additionalProperties: true },
)
export type NewPushUser = Static<typeof NewPushUser>

/** Custom fields replace those there are; predefined members that are absent stay (P 3.4). */
export const PushUserUpdate = NewPushUser
export type PushUserUpdate = NewPushUser

export const PushUser = Type.Object(
  {
    userID: text(),
    internalUserID: Type.Optional(Type.Integer()),
    ...userMembers,
    emailAddressVerified: Type.Optional(Type.Boolean()),
    phoneNumberVerified: Type.Optional(Type.Boolean()),
    _hasPassword: Type.Optional(Type.Boolean({ description: 'false: a pseudo user' })),
    _disabled: Type.Optional(Type.Boolean()),
    _accessToken: optionalText('Where one was asked for'),
    _refreshToken: optionalText(),
  },
  { additionalProperties: true, description: 'Others see userID, loginName and displayName only (P 3.3).' },
)
export type PushUser = Static<typeof PushUser>

export const PushModifiedAt = Type.Object({ modifiedAt: milliseconds('Time of the change') })
export type PushModifiedAt = Static<typeof PushModifiedAt>

export const PushPasswordChange = Type.Object({
  oldPassword: optionalText('The admin may leave it out'),
  newPassword: text(),
})
export type PushPasswordChange = Static<typeof PushPasswordChange>

/** `_thingType`, `_vendor` … `_numberField5` (P 4.1) and custom fields beside. */
export const NewPushThing = Type.Object(
  {
    _vendorThingID: text('1 to 200 of A-Z a-z 0-9 _ . -'),
    _password: text('4 to 50 printable ASCII characters'),
  },
  { additionalProperties: true },
)
export type NewPushThing = Static<typeof NewPushThing>

/** Given members replace, absent ones stay, null removes. */
export const PushThingUpdate = Type.Object({}, { additionalProperties: true })
export type PushThingUpdate = { readonly [name: string]: unknown }

export const PushThing = Type.Object(
  {
    _thingID: text(),
    _vendorThingID: text(),
    _created: milliseconds('Registered'),
    _disabled: Type.Boolean(),
    _online: Type.Optional(Type.Boolean({ description: 'Is its MQTT connection open?' })),
    _onlineStatusModifiedAt: Type.Optional(milliseconds('When that changed')),
    _accessToken: optionalText('Where one was asked for'),
  },
  { additionalProperties: true },
)
export type PushThing = Static<typeof PushThing>

export const PushThingStatus = Type.Object({ disabled: Type.Boolean() })
export type PushThingStatus = Static<typeof PushThingStatus>

export const PushThingPassword = Type.Object({ newPassword: text() })
export type PushThingPassword = Static<typeof PushThingPassword>

export const NewPushOwner = Type.Object(
  { userID: optionalText(), groupID: optionalText(), thingPassword: text() },
  { description: 'One of userID and groupID.' },
)
export type NewPushOwner = Static<typeof NewPushOwner>

export const PushOwners = Type.Object({ users: ids('userIDs'), groups: ids('groupIDs') })
export type PushOwners = Static<typeof PushOwners>

export const NewPushGroup = Type.Object({
  name: text('1 to 190 characters'),
  owner: optionalText('userID; absent: the caller, or of the admin nobody'),
  members: Type.Optional(ids('userIDs')),
})
export type NewPushGroup = Static<typeof NewPushGroup>

export const MadePushGroup = Type.Object({ groupID: text(), notFoundUsers: ids('userIDs') })
export type MadePushGroup = Static<typeof MadePushGroup>

export const PushGroup = Type.Object({
  groupID: text(),
  name: text(),
  owner: optionalText('userID'),
  createdAt: milliseconds('Made'),
  modifiedAt: milliseconds('Changed'),
})
export type PushGroup = Static<typeof PushGroup>

export const PushGroupList = Type.Object({
  groups: Type.Array(Type.Object({ groupID: text(), name: text(), owner: optionalText('userID') })),
})
export type PushGroupList = Static<typeof PushGroupList>

export const PushMemberList = Type.Object({ members: Type.Array(Type.Object({ userID: text() })) })
export type PushMemberList = Static<typeof PushMemberList>

export const PushGroupOwner = Type.Object({ owner: text('userID') })
export type PushGroupOwner = Static<typeof PushGroupOwner>

const DeviceType = Type.Enum(['MQTT', 'ANDROID', 'IOS', 'JPUSH'])

/** One of `deviceType` and its alias `installationType` is needed. */
export const NewPushInstallation = Type.Object({
  deviceType: Type.Optional(DeviceType),
  installationType: Type.Optional(DeviceType),
  development: Type.Optional(
    Type.Union([Type.Boolean(), Type.Enum(['true', 'false'])], {
      description: 'By default false: production',
    }),
  ),
  installationRegistrationID: optionalText('The vendor’s token; of MQTT it is ignored'),
  userID: optionalText('The admin names this or thingID'),
  thingID: optionalText(),
})
export type NewPushInstallation = Static<typeof NewPushInstallation>

export const MadePushInstallation = Type.Object({
  installationID: text(),
  installationRegistrationID: text(),
})
export type MadePushInstallation = Static<typeof MadePushInstallation>

export const PushInstallation = Type.Object({
  installationID: text(),
  installationRegistrationID: text(),
  deviceType: DeviceType,
  development: Type.Boolean(),
  userID: optionalText(),
  thingID: optionalText(),
})
export type PushInstallation = Static<typeof PushInstallation>

export const PushInstallationList = Type.Object({ installations: Type.Array(PushInstallation) })
export type PushInstallationList = Static<typeof PushInstallationList>

export const PushEndpoint = Type.Object({
  installationID: text(),
  username: text('For CONNECT'),
  password: text(),
  mqttTopic: text('Client id for CONNECT and filter for SUBSCRIBE'),
  host: text('Name or address'),
  portTCP: Type.Integer(),
  portSSL: Type.Integer(),
  portWS: Type.Integer(),
  portWSS: Type.Integer(),
  'X-MQTT-TTL': Type.Integer({ description: 'Seconds that these stay valid; 2147483647: they do not end' }),
})
export type PushEndpoint = Static<typeof PushEndpoint>

export const PushTopicList = Type.Object({
  topics: Type.Array(Type.Object({ topicID: text() })),
  paginationKey: optionalText('For the next page; absent on the last'),
})
export type PushTopicList = Static<typeof PushTopicList>

const FlatData = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
  description: 'One level',
})
const Channel = Type.Object(
  { enabled: Type.Optional(Type.Boolean()), data: Type.Optional(FlatData) },
  { additionalProperties: true },
)

/** A message to send (P 8.1). At least one channel is named; only `mqtt` is delivered. */
export const PushMessageRequest = Type.Object(
  {
    data: Type.Optional(FlatData),
    mqtt: Type.Optional(Channel),
    gcm: Type.Optional(Channel),
    fcm: Type.Optional(Channel),
    apns: Type.Optional(Channel),
    jpush: Type.Optional(Channel),
    sendToDevelopment: Type.Optional(Type.Boolean({ description: 'By default true' })),
    sendToProduction: Type.Optional(Type.Boolean({ description: 'By default true' })),
    pushMessageType: optionalText('Becomes the member type'),
    sendAppID: Type.Optional(Type.Boolean({ description: 'By default false' })),
    sendSender: Type.Optional(Type.Boolean({ description: 'By default true' })),
    sendWhen: Type.Optional(Type.Boolean({ description: 'By default true; of direct push, false' })),
    sendOrigin: Type.Optional(Type.Boolean({ description: 'By default false' })),
    sendObjectScope: Type.Optional(Type.Boolean({ description: 'By default true' })),
    sendTopicID: Type.Optional(Type.Boolean({ description: 'By default true' })),
  },
  { additionalProperties: true },
)
export type PushMessageRequest = Static<typeof PushMessageRequest>

export const SentPushMessage = Type.Object({ pushMessageID: text() })
export type SentPushMessage = Static<typeof SentPushMessage>

/** Members that start with `_` are ignored. */
export const NewPushObject = Type.Object({}, { additionalProperties: true, description: 'Any JSON object' })
export type NewPushObject = { readonly [name: string]: unknown }

export const MadePushObject = Type.Object({
  objectID: text(),
  createdAt: milliseconds('Made'),
  dataType: text('Media type it was made with'),
})
export type MadePushObject = Static<typeof MadePushObject>

export const ReplacedPushObject = Type.Object({
  createdAt: milliseconds('Made'),
  modifiedAt: milliseconds('Changed'),
})
export type ReplacedPushObject = Static<typeof ReplacedPushObject>

/** Custom fields, `_id`, `_created`, `_modified`, `_owner`, `_version` and `_dataType` (P 10.1). */
export const PushObject = Type.Object({}, { additionalProperties: true })
export type PushObject = { readonly [name: string]: unknown }

export const PushQuery = Type.Object(
  {
    bucketQuery: Type.Optional(
      Type.Object(
        {
          clause: Type.Object(
            {},
            { additionalProperties: true, description: 'all, eq, and, or, not, in, range, prefix' },
          ),
          orderBy: optionalText('A field'),
          descending: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: true },
      ),
    ),
    bestEffortLimit: Type.Optional(Type.Integer({ description: 'At most 200' })),
    paginationKey: optionalText(),
  },
  { additionalProperties: true },
)
export type PushQuery = Static<typeof PushQuery>

export const PushQueryResult = Type.Object({
  results: Type.Array(PushObject),
  nextPaginationKey: optionalText('Absent on the last page'),
})
export type PushQueryResult = { results: PushObject[]; nextPaginationKey?: string }

const AccessEntry = Type.Object({
  userID: optionalText('Or ANY_AUTHENTICATED_USER, ANONYMOUS_USER'),
  groupID: optionalText(),
  thingID: optionalText(),
})
export const PushAccessEntries = Type.Array(AccessEntry)
export type PushAccessEntries = Static<typeof PushAccessEntries>

export const PushAccessList = Type.Record(Type.String(), PushAccessEntries, { description: 'By verb' })
export type PushAccessList = Static<typeof PushAccessList>
