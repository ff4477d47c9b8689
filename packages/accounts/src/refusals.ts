import type { Refusal } from '@pillion/broker'
import { reasonCodes } from '@pillion/packet'

const { BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, TOPIC_FILTER_INVALID } = reasonCodes

/** The same sentence, whatever of the two is wrong. */
const badCredentials = [BAD_USER_NAME_OR_PASSWORD, 'User name or password is wrong or missing.'] as const

const table = {
  credentials_missing: badCredentials,
  username_unknown: badCredentials,
  password_wrong: badCredentials,
  certificate_missing: [NOT_AUTHORIZED, 'This listener asks for a client certificate.'],
  certificate_of_other_identity: [NOT_AUTHORIZED, 'The client certificate was issued for another identity.'],
  account_unknown: [NOT_AUTHORIZED, 'The account was removed.'],
  topic_reserved: [NOT_AUTHORIZED, 'Topics that begin with $ are the server’s own.'],
  topic_not_granted: [NOT_AUTHORIZED, 'This account may not publish to this topic.'],
  filter_malformed: [TOPIC_FILTER_INVALID, 'A wildcard fills a whole level, and # is the last one.'],
  filter_not_granted: [
    NOT_AUTHORIZED,
    'No topic filter granted to this account covers all that this one asks for.',
  ],
} as const

/** Every refusal of `AccountAccess`, by reason. */
export const refusals = Object.fromEntries(
  Object.entries(table).map(([reason, [refused, text]]) => [
    reason,
    Object.freeze({ refused, reason, text }),
  ]),
) as Readonly<Record<keyof typeof table, Refusal>>
