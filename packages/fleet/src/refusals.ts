import type { Refusal } from '@pillion/broker'

/** MQTT 5 section 2.4; the type keeps each equal to a code of the packet package. */
const BAD_USER_NAME_OR_PASSWORD: Refusal['refused'] = 0x86
const NOT_AUTHORIZED: Refusal['refused'] = 0x87
const TOPIC_FILTER_INVALID: Refusal['refused'] = 0x8f
const TOPIC_NAME_INVALID: Refusal['refused'] = 0x90

/** Code and text go on the wire and are the same whether the name or the password is wrong; the reason stays in the log. */
const badCredentials = [BAD_USER_NAME_OR_PASSWORD, 'User name or password is wrong or missing.'] as const

const table = {
  // Signing in (W 2.2).
  credentials_missing: badCredentials,
  username_unknown: badCredentials,
  password_wrong: badCredentials,
  // They were right when they were read.
  credentials_ended: badCredentials,
  certificate_missing: [NOT_AUTHORIZED, 'This listener asks for a client certificate.'],
  certificate_revoked: [NOT_AUTHORIZED, 'The client certificate was revoked.'],
  certificate_of_other_identity: [NOT_AUTHORIZED, 'The client certificate was issued for another identity.'],
  certificate_of_unknown_vehicle: [
    NOT_AUTHORIZED,
    'The client certificate names a vehicle that does not exist.',
  ],
  // Publishing (W 2.3, 2.7).
  topic_outside_portal: [
    TOPIC_NAME_INVALID,
    'A portal topic is <root>/to|from/uid/<UID>/opa/<VIN>[/<subtopic>].',
  ],
  uid_malformed: [TOPIC_NAME_INVALID, 'A UID is 1 to 64 letters, digits, _, - or .'],
  vin_malformed: [TOPIC_NAME_INVALID, 'A VIN is exactly 17 letters or digits.'],
  subtopic_malformed: [
    TOPIC_NAME_INVALID,
    'A subtopic has at most 256 bytes, no wildcards and no empty levels.',
  ],
  uid_foreign: [NOT_AUTHORIZED, 'A partner may use its own UID only.'],
  vin_foreign: [NOT_AUTHORIZED, 'A vehicle may use its own VIN only.'],
  vehicle_not_subscribed: [
    NOT_AUTHORIZED,
    'The vehicle is unknown or not subscribed to any app of this partner.',
  ],
  partner_not_subscribed: [NOT_AUTHORIZED, 'The vehicle is not subscribed to any app of this partner.'],
  // Subscribing (W 2.6).
  filter_malformed: [TOPIC_FILTER_INVALID, 'A wildcard fills a whole level, and # is the last one.'],
  filter_outside_portal: [
    NOT_AUTHORIZED,
    'A portal filter is <root>/to|from|+/uid/<UID>/opa/ and a VIN, + or #; a vehicle names its own VIN.',
  ],
  // Of one who is neither partner nor vehicle (W 2.2).
  filter_outside_observed: [
    NOT_AUTHORIZED,
    'A portal filter is <root>/to|from|+/uid/<UID>/opa/<VIN> and below, each a name or +, or any # on the way.',
  ],
  role_unknown: [NOT_AUTHORIZED, 'This identity is neither a partner nor a vehicle.'],
} as const

export type RefusalReason = keyof typeof table

/** Every refusal of `FleetAccess`, by reason. */
export const refusals = Object.fromEntries(
  Object.entries(table).map(([reason, [refused, text]]) => [
    reason,
    Object.freeze({ refused, reason, text }),
  ]),
) as Readonly<Record<RefusalReason, Refusal>>
