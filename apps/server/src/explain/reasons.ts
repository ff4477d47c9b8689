import { accountRefusals } from '@pillion/accounts'
import { connectRefusals, subscribeRefusals } from '@pillion/broker'
import { fleetRefusals } from '@pillion/fleet'
import { serverReasons } from '@pillion/ledger'
import { pushRefusals } from '@pillion/push'
import { dropReasons } from '@pillion/schema'

export interface ReasonText {
  /** What it means, one sentence. */
  readonly text: string
  /** What to do about it. */
  readonly fix: string
}

/** [what to do, what it means]; without the second, the sentence of whoever says so is taken. */
type Row = readonly [fix: string, text?: string]

const rotatePartner =
  'Give it the right one, or new credentials: `pillion partner rotate UID`, `vehicle rotate VIN`, `account rotate NAME`.'
const waitAndRetry = 'Nothing to change: the client tries again in a moment, with growing pauses.'
const spelling = 'Write the topic as ROOT/to/uid/UID/opa/VIN/, which `pillion doctor --topic TOPIC` checks.'
const notJson = 'Send an object in JSON, in UTF-8, as W 3.1 and 3.2 show it; `pillion send` does.'
const portalPage =
  'The app is at fault: its log in the head unit (F12, or the notification center) shows the message.'
const clientFault = 'The client library is at fault, or it is no MQTT at all that is spoken there.'

/** Turned away while connecting. */
const signIn = {
  credentials_missing: [
    'Give user name and password: a partner its UID, a vehicle its VIN.',
    'User name or password is missing.',
  ],
  username_unknown: [
    'Look for a misspelt name; names have capital and small letters. `pillion partner list`, `vehicle list` and `account list` show who exists.',
    'Nobody has this user name.',
  ],
  password_wrong: [rotatePartner, 'The user name exists, the password is wrong or not valid any more.'],
  credentials_ended: [
    rotatePartner,
    'The password was replaced or revoked in the moment in which it was used.',
  ],
  certificate_missing: [
    'Give the client certificate and its key; `pillion partner add UID --out DIR` wrote both into client.crt.',
  ],
  certificate_revoked: [rotatePartner],
  certificate_of_other_identity: ['Use the certificate that was issued together with this user name.'],
  certificate_of_unknown_vehicle: [
    'Add the vehicle with `pillion vehicle add VIN`, or give it its own certificate.',
  ],
  endpoint_unknown: [
    'Fetch the endpoint of the installation again; it was removed, or belongs to another push app or server.',
    'There is no such endpoint.',
  ],
  endpoint_expired: [
    'Fetch the endpoint again: it comes with new credentials (P 6.3).',
    'The credentials of this endpoint have expired.',
  ],
  receiver_disabled: [
    'Enable the push app, user or thing again.',
    'The push app, user or thing is disabled.',
  ],
  client_id_not_mqtt_topic: ['Connect with the endpoint’s mqttTopic as client id (P 13).'],
  client_id_missing: ['Give a client id of its own, or ask for a clean session.'],
  client_id_too_long: ['Choose a shorter client id.'],
  authentication_method: ['Sign in with user name and password, or a client certificate.'],
  will_topic_too_long: ['Choose a shorter topic for the will.'],
  packet_bytes_too_few: ['Let the client accept larger packets (Maximum Packet Size).'],
  policy_unavailable: ['Look at the database: `pillion doctor`, and /readyz.'],
  relay_unavailable: ['Look at the relay (NATS): `pillion doctor`, and /readyz.'],
  takeover_storm: ['Two clients use the same client id, or a vehicle two head units: give each its own.'],
  too_many_of_identity: ['Close connections that are not needed, or raise limits.connectionsPerIdentityMax.'],
  too_many_sessions: ['Let the client ask for a clean session.'],
  too_many_connections: [
    'Raise limits.connectionsMax and the limit of open files, or add nodes.',
    'There are as many connections as may be.',
  ],
  too_many_handshakes: [waitAndRetry, 'Too many clients begin a TLS handshake at once.'],
  tls_handshake: [
    'A client that hangs up does not trust the server: give it the ca.crt of this server. One that is refused needs a certificate that this server’s authority issued, and that is valid: `pillion doctor --config FILE` tells.',
    'The TLS handshake failed.',
  ],
  proxy_header: [
    'Let the load balancer send the PROXY header, or turn listeners.….proxyProtocol off.',
    'The PROXY header is missing or malformed.',
  ],
  connect_timeout: [
    'Look at what is between client and server; a TLS client on a plain port, or the reverse, looks like this.',
    'Nothing came that is a CONNECT, in the time there is for it.',
  ],
  sign_in_rate_exceeded: [
    'Correct the password of whoever tries it again and again from this address, or `pillion bans lift`.',
    'Too many wrong passwords from this address: it has to wait.',
  ],
  sign_in_account_locked: [
    'Correct the password where it is wrong, or `pillion bans lift`.',
    'Too many wrong passwords for this name: it has to wait.',
  ],
  malformed_packet: [clientFault, 'A packet is malformed.'],
  protocol_error: [clientFault, 'The client broke a rule of MQTT.'],
  unsupported_protocol_version: [
    'Let the client speak MQTT 3.1, 3.1.1 or 5.',
    'The client speaks a version of MQTT that does not exist here.',
  ],
  packet_too_large: [
    'Send smaller packets, or raise limits.packetBytesMax.',
    'A packet is larger than this server takes.',
  ],
  topic_name_invalid: ['Write the topic without +, # and U+0000.', 'A topic name is malformed.'],
  server_busy: [waitAndRetry, 'Signing in took too long, as the server waits for its database or relay.'],
  server_shutting_down: [waitAndRetry, 'The server stops.'],
  session_taken_over: [
    'Two clients use the same client id: give each its own.',
    'Another connection took over.',
  ],
  administrative_action: ['Ask the operator.', 'An operator ended the connection.'],
  unspecified_error: ['Look into the log of the server.', 'The server failed.'],
} as const satisfies Record<string, Row>

const subscribing = {
  filter_malformed: ['Let + and # stand for a whole level each, # as the last one.'],
  filter_outside_portal: ['A partner subscribes to ROOT/from/uid/UID/opa/#, a head unit to its own VIN.'],
  filter_outside_observed: ['Write out the levels up to the VIN, each a name or +.'],
  role_unknown: ['Sign in as a partner or a vehicle.'],
  filter_not_mqtt_topic: ['Subscribe to the endpoint’s mqttTopic and nothing else (P 13).'],
  filter_not_granted: ['Grant it: `pillion account grant NAME --subscribe FILTER`.'],
  account_unknown: ['Add it again: `pillion account add NAME`.'],
  filter_too_long: ['Subscribe with a shorter filter.'],
  too_many_filters: ['Put fewer filters into one SUBSCRIBE.'],
  too_many_subscriptions: ['Subscribe to one filter with a wildcard instead of many.'],
  share_not_granted: ['Subscribe without $share.'],
} as const satisfies Record<string, Row>

const publishing = {
  topic_outside_portal: [spelling, fleetRefusals.topic_outside_portal.text],
  uid_malformed: [spelling, fleetRefusals.uid_malformed.text],
  vin_malformed: [spelling, fleetRefusals.vin_malformed.text],
  subtopic_malformed: [
    'Choose a subtopic without wildcards and empty levels, of at most 256 bytes.',
    fleetRefusals.subtopic_malformed.text,
  ],
  uid_foreign: ['Write the UID that the client signed in with.'],
  vin_foreign: ['Write the VIN that the head unit signed in with.'],
  vehicle_not_subscribed: ['Subscribe the vehicle to the app: `pillion app subscribe IDAPP VIN`.'],
  partner_not_subscribed: ['Subscribe the vehicle to the app: `pillion app subscribe IDAPP VIN`.'],
  installation_publishes: ['Send with the push REST, or `pillion push send`.'],
  topic_reserved: ['Choose a topic that does not begin with $.'],
  topic_not_granted: ['Grant it: `pillion account grant NAME --publish FILTER`.'],
  topic_too_long: [
    'Choose a topic with fewer bytes and levels.',
    'The topic name has more bytes or levels than this server takes.',
  ],
  payload_too_large: ['Send less, or in pieces: 131,072 bytes are the most a vehicle gets (W 2.9).'],
  retained_refused: [
    'Clear retained messages that nobody needs, or raise the limits of retained messages.',
    'It was delivered, but not retained: there is no room.',
  ],
} as const satisfies Record<string, Row>

/** Of messages that were accepted. */
const dropped = {
  no_receiver: ['Let the receiver connect and subscribe; `pillion explain delivery` says what is missing.'],
  not_connected: ['Let the installation connect with its endpoint; pushes are not kept.'],
  outbox_full: ['Let the receiver read faster, or send less.'],
  outbox_stuck: [
    'Look at the network of the receiver; it comes back by itself.',
    'The receiver took nothing for a while, so its connection was closed.',
  ],
  connection_closed: [waitAndRetry],
  larger_than_client_accepts: ['Let the client accept larger packets (Maximum Packet Size).'],
  retained_overtaken: [
    'Nothing: the receiver has got something newer.',
    'A newer retained message came before the older one was sent.',
  ],
  stream_full: ['Read the stream faster.', 'Whoever watches over HTTP reads too slowly.'],
  mailbox_overflow: ['Send fewer while the vehicle is away, or raise limits.mailboxMax.'],
  mailbox_expired: [
    'Raise limits.mailboxSeconds if it should wait for longer.',
    'It waited in the mailbox for as long as messages may.',
  ],
  mailbox_emptied: ['Ask the operator.'],
  mailbox_malformed: [notJson],
  mailbox_unsubscribed: ['Subscribe the vehicle to the app: `pillion app subscribe IDAPP VIN`.'],
  mailbox_busy: ['Send more slowly to vehicles that are away.'],
  mailbox_full: ['Wait until vehicles have fetched theirs, or raise limits.mailboxBytesPerPartnerMax.'],
  mailbox_failed: ['Look at the database: `pillion doctor`.'],
  relay_late: ['Look at the network between the nodes.', 'It came from another node too late.'],
  relay_lost: [
    'Look at the network between the nodes, and at the node it was for.',
    'It was on its way to another node, and is lost or may be.',
  ],
  relay_full: ['Look at the network between the nodes; raise limits.relayWindowBytesMax if it is far.'],
  relay_too_large: ['Send less, or let NATS carry larger messages (max_payload).'],
} as const satisfies Record<string, Row>

/** By the head unit, each with its own sentence. */
const headUnit = {
  vehicle_offline: ['Nothing: it is the driver’s choice, or the network is away.'],
  vin_of_other_vehicle: ['Report it: a head unit should never get such a message.'],
  payload_not_json: [notJson],
  payload_not_object: [notJson],
  payload_too_deep: ['Put fewer arrays and objects into each other.'],
  id_app_malformed: ['Write idApp, a string, into the message.'],
  popup_malformed: ['Write popup as true or false.'],
  popup_text_malformed: ['Write popupText, a string that is not empty, into the popup.'],
  id_app_unknown: ['Subscribe the vehicle to the app.'],
  app_without_package: ['Install one: `pillion app update IDAPP --package FILE`.'],
  app_not_offered: [
    'See what it is offered in with `pillion app list`; `pillion app update IDAPP --country any --brand any --device any` offers it everywhere.',
  ],
  app_of_other_partner: ['Name an app of the partner that sends.'],
  pending_overflow: ['Send fewer while the app is in the background; it keeps 10.'],
  popup_queue_full: ['Send fewer popups: 5 may wait, one comes every 20 seconds.'],
  app_removed: ['Subscribe the vehicle to the app again.'],
  head_unit_off: ['Send it again when the head unit is on.'],
  popup_late: ['Nothing: popups are not shown late.'],
  private_mode: ['Nothing: it is the driver’s choice.'],
  no_connection: ['Let the app send again when it is connected.'],
  value_not_serialisable: [portalPage],
  not_acknowledged: [waitAndRetry],
  acknowledgement_timeout: [waitAndRetry],
  app_not_running: ['Nothing: the app it was for is not open.'],
  held_overflow: [portalPage],
  keyboard_overflow: [portalPage],
  content_not_cloneable: [portalPage],
  message_malformed: [portalPage],
  message_type_unknown: [portalPage],
  text_malformed: [portalPage],
  sender_not_in_foreground: [portalPage],
  notification_malformed: [portalPage],
  notification_too_large: [portalPage],
  notification_exists: [portalPage],
  notifications_full: [portalPage],
  app_already_loaded: [portalPage],
} as const satisfies Record<string, Row>

const http = {
  too_many_requests: [
    'Send and write less often; Retry-After says when to go on.',
    'More requests in a minute than there may be.',
  ],
  host: [
    'Call the server by a name in `names` of its configuration, or add this one.',
    'This server does not answer under that host name.',
  ],
  app_origin: [
    'Let the app speak through WebPortal; it has no network of its own (W 11.4).',
    'A vehicle app tried to open a connection of its own.',
  ],
  subprotocol: [
    'Ask for the WebSocket subprotocol mqtt.',
    'A WebSocket was opened without the subprotocol mqtt.',
  ],
  admin_token_wrong: [
    'Name the file with the token: --token-file, or --data of that server.',
    'The admin token is missing or wrong.',
  ],
  partner_credentials_wrong: [rotatePartner, 'UID or password is wrong.'],
  operator_password_wrong: [
    'Make a new one: `pillion operator update NAME --new-password`.',
    'The name or the password of an operator is wrong.',
  ],
  operator_code_wrong: [
    'Set the phone’s clock, or sign in with a recovery code; if both are lost: `pillion operator update NAME --reset-factor`.',
    'The code of an operator’s second factor is wrong, or was used before.',
  ],
  operator_link_wrong: [
    'Make a new link: `pillion operator link`.',
    'The one-time link was used or has expired.',
  ],
  push_password_wrong: [
    'Correct it, or let the user choose a new one.',
    'The password of a push user or thing is wrong.',
  ],
  vehicle_credentials: [rotatePartner, 'A head unit gave no VIN and password, or wrong ones.'],
  vehicle_credentials_wrong: [rotatePartner, 'VIN or password is wrong.'],
} as const satisfies Record<string, Row>

/** Only of `pillion explain` and its like: what is missing for a message to arrive. */
const explaining = {
  partner_unknown: ['Add it: `pillion partner add UID`.', 'There is no such partner.'],
  vehicle_unknown: ['Add it: `pillion vehicle add VIN`.', 'There is no such vehicle.'],
  app_unknown: ['Add it: `pillion app add IDAPP --partner UID`.', 'There is no such app.'],
  app_not_subscribed: [
    'Subscribe it: `pillion app subscribe IDAPP VIN`.',
    'The vehicle is not subscribed to this app.',
  ],
  partner_without_apps: ['Add one: `pillion app add IDAPP --partner UID`.', 'The partner has no app yet.'],
  vehicle_away: [
    'Let the head unit connect; the simulator is at /portal/.',
    'No head unit of the vehicle is connected.',
  ],
  node_silent: [
    'Ask again, and look at that node: `pillion status` lists those that are there.',
    'A node did not answer, so it is not known whether the receiver is connected to it.',
  ],
  vehicle_not_listening: [
    'Let it subscribe to ROOT/to/uid/+/opa/VIN/#.',
    'A head unit is connected, but not subscribed to messages of this partner.',
  ],
  mailbox_off: ['Raise limits.mailboxMax above 0.', 'Nothing is kept for vehicles that are away.'],
  push_app_unknown: ['Add it: `pillion push-app add APPID`.', 'There is no such push app.'],
  push_app_disabled: ['Enable it: `pillion push-app update APPID --enable`.', 'The push app is disabled.'],
  push_receiver_unknown: [
    'Look for a misspelt name; the console lists users, things and topics of the push app.',
    'There is no such user, thing or topic.',
  ],
  not_installed: [
    'Let the app install itself over MQTT: POST …/installations (P 6.1).',
    'Nobody concerned has an installation of type MQTT.',
  ],
  nobody_subscribed: ['Subscribe users or things to the topic (P 7).', 'Nobody is subscribed to the topic.'],
  endpoint_not_ready: [
    'Wait: the client asks again after Retry-After (P 6.3).',
    'The endpoint is still being prepared.',
  ],
} as const satisfies Record<string, Row>

const groups = {
  'Signing in': signIn,
  Subscribing: subscribing,
  Publishing: publishing,
  'Dropped by the server': dropped,
  'In the head unit': headUnit,
  'Over HTTP': http,
  'Answers of explain': explaining,
} as const

export type Reason = {
  [group in keyof typeof groups]: keyof (typeof groups)[group]
}[keyof typeof groups]

const texts: Readonly<Record<string, string>> = {
  ...dropReasons,
  ...textsOf(connectRefusals),
  ...textsOf(subscribeRefusals),
  ...textsOf(pushRefusals),
  ...textsOf(accountRefusals),
  ...textsOf(fleetRefusals),
  ...serverReasons,
}

/** Groups with their reasons, as docs/reference/reasons.md shows them. */
export const reasonGroups: readonly (readonly [name: string, reasons: readonly Reason[]])[] = Object.entries(
  groups,
).map(([name, rows]) => [name, Object.keys(rows) as Reason[]])

/** Every stable reason for which somebody is turned away or a message comes to nothing. A reason keeps its meaning for good. */
export const reasons: Readonly<Record<Reason, ReasonText>> = Object.fromEntries(
  Object.values(groups).flatMap((rows: Readonly<Record<string, Row>>) =>
    Object.entries(rows).map(([reason, [fix, text = texts[reason]]]) => [reason, { text: text ?? '', fix }]),
  ),
) as Record<Reason, ReasonText>

/** Undefined: nothing is known of it. */
export function findReason(reason: string): ReasonText | undefined {
  return Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : undefined
}

/** Of what a client was told, which is less than the reason where more would help whoever guesses; undefined: it says too little. */
export function findReasonByText(text: string): (ReasonText & { readonly reason: string }) | undefined {
  const [reason, found] = Object.entries(reasons).find(([, each]) => each.text === text) ?? []
  return found && reason !== undefined ? { ...found, reason } : undefined
}

function textsOf(refusals: Readonly<Record<string, { readonly reason: string; readonly text: string }>>) {
  return Object.fromEntries(Object.values(refusals).map(({ reason, text }) => [reason, text]))
}
