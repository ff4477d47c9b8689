import * as shapes from '@pillion/schema'
import { type TSchema, Type } from 'typebox'

/** What one request of the operators' or the partners' REST does, for its documentation. */
export interface Documented {
  readonly summary: string
  readonly tag: string
  /** Absent: no body. */
  readonly answer?: TSchema
  readonly status?: number
  /** One JSON value per line, for as long as somebody reads. */
  readonly isLines?: boolean
}

const list = (shape: TSchema) => Type.Array(shape)
const {
  Account,
  AcceptedMessage,
  AcceptedPushMessage,
  App,
  AuditCheck,
  AuditPage,
  Ban,
  ConnectionPage,
  ConnectionView,
  DeliveryLine,
  EmptiedMailbox,
  ExpiringCertificatesView,
  Explanation,
  IssuedAccount,
  IssuedOperator,
  IssuedPartner,
  IssuedPushApp,
  IssuedVehicle,
  Kicked,
  LiftedBan,
  LedgerLevels,
  LiveLine,
  MailboxPage,
  MessagePage,
  MessageRecord,
  Operator,
  OperatorLink,
  OwnMessagePage,
  OwnSession,
  Partner,
  PartnerDetail,
  ProposedSecondFactor,
  PushAppView,
  PushItemPage,
  RecoveryCodes,
  RefusalView,
  RemovedApp,
  RemovedPartner,
  RemovedVehicle,
  Revocation,
  RotatedAccount,
  RotatedPushApp,
  SecondFactor,
  Session,
  SetSignals,
  Setting,
  Status,
  Subscriptions,
  TopicView,
  TurnedOnSecondFactor,
  UplinkLine,
  VehicleDetail,
  VehiclePage,
} = shapes

/** By method and address, as they are registered. A test finds a route that is missing here. */
export const documentedOperations: Readonly<Record<string, Documented>> = {
  ...tagged('overview', {
    'GET /admin/v1/status': ['Version, listeners, connections and counters of this node', Status],
    'GET /admin/v1/live': ['What happens, once a second', LiveLine, { isLines: true }],
    'GET /admin/v1/settings': ['The configuration in force, and where each value comes from', list(Setting)],
  }),
  ...tagged('messages', {
    'POST /admin/v1/messages': [
      'Sends a message or popup to an app in a vehicle',
      AcceptedMessage,
      { status: 202 },
    ],
    'GET /admin/v1/messages': ['Messages and what became of them, newest first', MessagePage],
    'GET /admin/v1/messages/:id': ['One message and what became of it', MessageRecord],
    'GET /admin/v1/messages/live': [
      'Messages as they come, and again with each step',
      MessageRecord,
      { isLines: true },
    ],
    'GET /admin/v1/topics': ['Topics of the messages that are remembered', list(TopicView)],
    'GET /admin/v1/ledger-levels': ['How much is recorded of whose messages', LedgerLevels],
    'PUT /admin/v1/ledger-levels': ['Changes how much is recorded of whose messages', LedgerLevels],
    'GET /admin/v1/mailboxes': ['What waits for vehicles that are away', MailboxPage],
    'DELETE /admin/v1/mailboxes/:vin': ['Throws away what waits for a vehicle', EmptiedMailbox],
  }),
  ...tagged('explain', {
    'GET /admin/v1/explain/publish': ['May somebody publish to a topic, and why not?', Explanation],
    'GET /admin/v1/explain/delivery': [
      'Would a message reach an app in a vehicle now, and why not?',
      Explanation,
    ],
    'GET /admin/v1/explain/push': ['Would a push reach somebody now, and why not?', Explanation],
    'GET /admin/v1/refusals': ['Who was refused lately, and why', list(RefusalView)],
  }),
  ...tagged('connections', {
    'GET /admin/v1/connections': ['Who is connected, to all nodes', ConnectionPage],
    'GET /admin/v1/connections/:id': ['One connection', ConnectionView],
    'DELETE /admin/v1/connections/:id': ['Ends a connection', Kicked],
    'POST /admin/v1/connections/kick': ['Ends the connections of an identity or client id', Kicked],
    'GET /admin/v1/bans': ['Who is held back now because of earlier failures', list(Ban)],
    'DELETE /admin/v1/bans/:id': ['Lifts a ban', LiftedBan],
  }),
  ...tagged('partners', {
    'GET /admin/v1/partners': ['All partners', list(Partner)],
    'POST /admin/v1/partners': ['Adds a partner; its secrets are shown once', IssuedPartner, { status: 201 }],
    'GET /admin/v1/partners/:uid': ['One partner, with its certificates', PartnerDetail],
    'DELETE /admin/v1/partners/:uid': ['Removes a partner with its apps', RemovedPartner],
    'POST /admin/v1/partners/:uid/credentials': [
      'New password and certificate; the old ones overlap',
      IssuedPartner,
    ],
    'POST /admin/v1/partners/:uid/revocations': [
      'Ends certificates or the password, or tells who would drop',
      Revocation,
    ],
    'GET /admin/v1/partners/:uid/messages': [
      'What comes for a partner, as it comes',
      UplinkLine,
      { isLines: true },
    ],
  }),
  ...tagged('vehicles', {
    'GET /admin/v1/vehicles': ['Vehicles; a page if `count` is given, else all as an array', VehiclePage],
    'POST /admin/v1/vehicles': [
      'Adds vehicles; their secrets are shown once',
      list(IssuedVehicle),
      { status: 201 },
    ],
    'GET /admin/v1/vehicles/:vin': ['One vehicle', VehicleDetail],
    'DELETE /admin/v1/vehicles/:vin': ['Removes a vehicle', RemovedVehicle],
    'PATCH /admin/v1/vehicles/:vin/signals': ['Sets signals of a vehicle in its simulator', SetSignals],
    'POST /admin/v1/vehicles/:vin/credentials': ['New password, and certificate if asked for', IssuedVehicle],
    'POST /admin/v1/vehicles/:vin/revocations': [
      'Ends certificates or the password, or tells who would drop',
      Revocation,
    ],
  }),
  ...tagged('certificates', {
    'GET /admin/v1/certificates/expiring': [
      'Partners and vehicles whose client certificates end soon',
      list(ExpiringCertificatesView),
    ],
  }),
  ...tagged('apps', {
    'GET /admin/v1/apps': ['All apps', list(App)],
    'POST /admin/v1/apps': ['Adds an app of a partner', App, { status: 201 }],
    'PATCH /admin/v1/apps/:idApp': [
      'Changes what an app is called, where it is offered, and while driving',
      App,
    ],
    'DELETE /admin/v1/apps/:idApp': ['Removes an app from all vehicles', RemovedApp],
    'PUT /admin/v1/apps/:idApp/package': ['Installs a package: a gzip’d tar, or zip', App],
    'GET /admin/v1/apps/:idApp/subscriptions': ['The vehicles that have an app', Subscriptions],
    'POST /admin/v1/apps/:idApp/subscriptions': ['Gives an app to vehicles', Subscriptions],
    'DELETE /admin/v1/apps/:idApp/subscriptions': ['Takes an app from vehicles', Subscriptions],
  }),
  ...tagged('accounts', {
    'GET /admin/v1/accounts': ['All accounts', list(Account)],
    'POST /admin/v1/accounts': [
      'Adds an account; its password is shown once',
      IssuedAccount,
      { status: 201 },
    ],
    'DELETE /admin/v1/accounts/:name': ['Removes an account', Account],
    'POST /admin/v1/accounts/:name/password': ['A new password; the old one overlaps', RotatedAccount],
    'PUT /admin/v1/accounts/:name/grants': ['What an account may publish and subscribe', Account],
  }),
  ...tagged('push', {
    'GET /admin/v1/push-apps': ['All push apps', list(PushAppView)],
    'POST /admin/v1/push-apps': ['Adds a push app; its secret is shown once', IssuedPushApp, { status: 201 }],
    'PATCH /admin/v1/push-apps/:appID': ['Changes settings, key, or disables', PushAppView],
    'DELETE /admin/v1/push-apps/:appID': ['Removes a push app with everything in it', PushAppView],
    'POST /admin/v1/push-apps/:appID/secret': ['A new client secret; the old one overlaps', RotatedPushApp],
    'POST /admin/v1/push-apps/:appID/messages': [
      'Pushes to a user, thing or topic',
      AcceptedPushMessage,
      { status: 202 },
    ],
    'GET /admin/v1/push-apps/:appID/deliveries': [
      'What is pushed, as it is pushed',
      DeliveryLine,
      { isLines: true },
    ],
    'GET /admin/v1/push-apps/:appID/users': ['Users of a push app', PushItemPage],
    'GET /admin/v1/push-apps/:appID/things': ['Things of a push app', PushItemPage],
    'GET /admin/v1/push-apps/:appID/installations': ['Installations of a push app', PushItemPage],
    'GET /admin/v1/push-apps/:appID/topics': ['Topics of a push app', PushItemPage],
    'GET /admin/v1/push-apps/:appID/buckets': ['Buckets of a push app', PushItemPage],
  }),
  ...tagged('operators', {
    'POST /admin/v1/session': ['Signs an operator in', Session],
    'GET /admin/v1/session': ['Who is signed in', Session],
    'DELETE /admin/v1/session': ['Signs out', Session],
    'POST /admin/v1/operators/first': ['Makes the first operator, by the one-time link', Session],
    'POST /admin/v1/session/password': ['Changes one’s own password', Session],
    'GET /admin/v1/session/all': ['Where one is signed in', list(OwnSession)],
    'DELETE /admin/v1/session/others': ['Signs one out everywhere else', list(OwnSession)],
    'GET /admin/v1/session/second-factor': ['One’s own second factor', SecondFactor],
    'POST /admin/v1/session/second-factor': [
      'Begins to turn on one’s own second factor',
      ProposedSecondFactor,
      { status: 201 },
    ],
    'POST /admin/v1/session/second-factor/confirm': ['Turns it on, by a code of it', TurnedOnSecondFactor],
    'DELETE /admin/v1/session/second-factor': ['Turns one’s own second factor off', Session],
    'POST /admin/v1/session/second-factor/recovery-codes': [
      'New recovery codes in place of the old',
      RecoveryCodes,
      { status: 201 },
    ],
    'POST /admin/v1/operators/link': [
      'A new one-time link for a first operator',
      OperatorLink,
      { status: 201 },
    ],
    'GET /admin/v1/operators': ['All operators', list(Operator)],
    'POST /admin/v1/operators': ['Adds an operator', IssuedOperator, { status: 201 }],
    'PATCH /admin/v1/operators/:name': [
      'Changes role or password, disables, or resets a lost second factor',
      Operator,
    ],
    'DELETE /admin/v1/operators/:name': ['Removes an operator', Operator],
    'GET /admin/v1/audit': ['Administrative acts, newest first', AuditPage],
    'GET /admin/v1/audit/check': ['Is the chain of the audit log whole?', AuditCheck],
  }),
  ...tagged('partner', {
    'GET /partner/v1/messages': ['Own messages and what became of them, newest first', OwnMessagePage],
    'GET /partner/v1/messages/:id': ['One own message and what became of it', MessageRecord],
    'GET /partner/v1/explain/publish': ['May this partner publish to a topic, and why not?', Explanation],
    'GET /partner/v1/explain/delivery': [
      'Would a message reach an own app in a vehicle now, and why not?',
      Explanation,
    ],
  }),
}

type Row = readonly [
  summary: string,
  answer?: TSchema | undefined,
  more?: Pick<Documented, 'status' | 'isLines'>,
]

function tagged(tag: string, rows: Readonly<Record<string, Row>>): Record<string, Documented> {
  return Object.fromEntries(
    Object.entries(rows).map(([address, [summary, answer, more]]) => [
      address,
      { summary, tag, ...(answer !== undefined && { answer }), ...more },
    ]),
  )
}
