import type { Refusal } from '@pillion/broker'

/** MQTT 5 section 2.4; the type keeps each equal to a code of the packet package. */
const CLIENT_IDENTIFIER_NOT_VALID: Refusal['refused'] = 0x85
const BAD_USER_NAME_OR_PASSWORD: Refusal['refused'] = 0x86
const NOT_AUTHORIZED: Refusal['refused'] = 0x87

/** Code and text go on the wire and are the same whatever is wrong; the reason stays in the log. */
const badCredentials = [
  BAD_USER_NAME_OR_PASSWORD,
  'User name or password is wrong, missing or not valid any more.',
] as const

const table = {
  credentials_missing: badCredentials,
  endpoint_unknown: badCredentials,
  password_wrong: badCredentials,
  endpoint_expired: badCredentials,
  receiver_disabled: badCredentials,
  client_id_not_mqtt_topic: [CLIENT_IDENTIFIER_NOT_VALID, 'The client id must be the endpoint’s mqttTopic.'],
  installation_publishes: [NOT_AUTHORIZED, 'An installation only receives; send with the REST API.'],
  filter_not_mqtt_topic: [NOT_AUTHORIZED, 'The only topic filter here is the endpoint’s mqttTopic.'],
} as const

/** Every refusal of `PushAccess`, by reason. */
export const refusals = Object.fromEntries(
  Object.entries(table).map(([reason, [refused, text]]) => [
    reason,
    Object.freeze({ refused, reason, text }),
  ]),
) as Readonly<Record<keyof typeof table, Refusal>>
