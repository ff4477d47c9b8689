import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Connect, reasonCodes } from '@pillion/packet'
import { readClock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import type { BrokerLimits } from '../limits.ts'
import type { ConnectDecision, Refusal, SubscribeDecision } from '../ports/access-policy.ts'
import { OutboundAliases } from '../routing/topic-aliases.ts'
import { releaseIfGone, resumeSession } from '../sessions/leave.ts'
import { copyWill } from '../sessions/will.ts'
import { encodeFor } from '../wire/encode-for.ts'
import { agreeTerms, createConnack, type Terms } from './connect-terms.ts'
import { refuseConnect } from './refuse-connect.ts'
import { decideAgain, restoreSubscriptions } from './subscribe.ts'

/** How long the answer to the newer of two that fight for one client id is held back. */
const TAKEOVER_STORM_WAIT_MS = 1_000

export function handleConnect(connection: Connection, packet: Connect): void {
  const { properties } = packet
  connection.version = packet.protocolVersion
  // From here on, as they hold for a refusal too [MQTT-3.2.2-19].
  connection.packetBytesMax = properties?.packetBytesMax
  connection.wantsReasons = properties?.requestProblemInformation !== 0
  // Copies from here on: received bytes are not good for long, and others may have to be waited for.
  const { will, password } = packet
  const kept: Connect = {
    ...packet,
    ...(will && { will: copyWill(will) }),
    ...(password && { password: Buffer.from(password) }),
  }
  connection.suspend(connect(connection, kept))
}

/** Each step may wait; who is refused or closed meanwhile is not `new` any more. */
async function connect(connection: Connection, packet: Connect): Promise<void> {
  const { core } = connection
  const clientId = packet.clientId === '' ? assignClientId(packet) : packet.clientId
  const fault = findFault(packet, clientId, core.limits)
  if (fault !== undefined) return refuseConnect(connection, fault)
  connection.clientId = clientId
  const decision = await decide(connection, packet)
  if (connection.state !== 'new') return
  if ('refused' in decision) return refuseConnect(connection, decision, packet.username)
  connection.identity = decision.identity
  const { key, exclusive, newestWins, transient } = decision.identity
  const agreed = agreeTerms(packet, core.limits)
  const terms = transient ? { ...agreed, sessionExpirySeconds: 0 } : agreed
  const clientKey = exclusive ? key : connection.sessionKey
  if (core.takeovers.mustWait(clientKey, core.sessions.find(clientKey) !== undefined, readClock())) {
    if (newestWins) dismissOlder(connection, clientKey)
    // A client that comes again at once is answered once a second, not a thousand times.
    await delay(TAKEOVER_STORM_WAIT_MS)
    if (newestWins) core.takeovers.endWait(clientKey, connection)
    if (connection.state !== 'new') return
    if (!newestWins) return refuseConnect(connection, refusals.takeoverStorm, packet.username)
  }
  const excess = findExcess(connection, packet, clientKey, terms)
  if (excess !== undefined) return refuseConnect(connection, excess, packet.username)
  takeOver(connection, clientKey)
  const decisions = await claimAndDecideAgain(connection, packet)
  // Nobody else would release a claim that was settled after its connection had gone.
  if (connection.state !== 'new') return releaseIfGone(core, clientKey)
  if ('refused' in decisions) return refuseConnect(connection, decisions)
  accept(connection, packet, terms, decisions)
}

/** '' if there must be one: 3.1 knows no empty client id, and 3.1.1 none that is kept [MQTT-3.1.3-7, -8]. */
function assignClientId({ protocolVersion, clean }: Connect): string {
  const mayBeEmpty = protocolVersion === 5 || (protocolVersion === 4 && clean)
  return mayBeEmpty ? `pillion-${randomUUID()}` : ''
}

function findFault(packet: Connect, clientId: string, limits: BrokerLimits): Refusal | undefined {
  if (clientId === '') return refusals.clientIdMissing
  // 3.1 allows 23 characters; its clients have long used more, and lose nothing by it.
  if (Buffer.byteLength(clientId) > limits.clientIdBytesMax) return refusals.clientIdTooLong
  // [MQTT-4.12.0-1]
  if (packet.properties?.authenticationMethod !== undefined) return refusals.authenticationMethod
  const willTopicName = packet.will?.topicName ?? ''
  const isWillTooLong =
    Buffer.byteLength(willTopicName) > limits.topicBytesMax ||
    willTopicName.split('/').length > limits.topicLevelsMax
  return isWillTooLong ? refusals.willTopicTooLong : undefined
}

/** A policy that fails is "server unavailable", never "not authorised". */
async function decide(connection: Connection, packet: Connect): Promise<ConnectDecision> {
  try {
    return await connection.core.policy.connect({
      clientId: connection.clientId,
      username: packet.username,
      password: packet.password,
      certificate: connection.transport.certificate,
      protocolVersion: packet.protocolVersion,
      listener: connection.listener,
      remoteAddress: connection.transport.remoteAddress,
    })
  } catch (cause) {
    connection.log('warn', { error: String(cause) }, 'the access policy could not answer')
    return refusals.policyUnavailable
  }
}

/** Of those who wait to take over, the newest goes on waiting: so there is one take-over in a second at most. */
function dismissOlder(connection: Connection, clientKey: string): void {
  const older = connection.core.takeovers.wait(clientKey, connection)
  older?.close(reasonCodes.SESSION_TAKEN_OVER, 'another connection took over')
}

/** What stands against a client that is let in: that it comes with too many, keeps too much, or takes too little. */
function findExcess(
  connection: Connection,
  packet: Connect,
  clientKey: string,
  terms: Terms,
): Refusal | undefined {
  const { core, identity, sessionKey, clientId } = connection
  const { sessions, limits } = core
  const holder = sessions.find(clientKey)
  if (holder === undefined && core.identityUses.isFull(identity)) return refusals.tooManyConnections
  const isNewSession = sessions.findAbsent(sessionKey) === undefined && holder?.sessionKey !== sessionKey
  if (terms.sessionExpirySeconds > 0 && isNewSession && sessions.isFull(identity)) {
    return refusals.tooManySessions
  }
  if (connection.packetBytesMax === undefined) return undefined
  const connack = createConnack(packet, clientId, terms, limits, false)
  return encodeFor(connection, connack) === undefined ? refusals.packetBytesTooFew : undefined
}

/** From here on this connection holds the client id; it is the one to be thrown out by the next. */
function takeOver(connection: Connection, clientKey: string): void {
  const { core } = connection
  connection.clientKey = clientKey
  const previous = core.sessions.connect(clientKey, connection)
  if (previous === undefined) return
  core.takeovers.note(clientKey, readClock(), false)
  // [MQTT-3.1.4-3]
  previous.close(reasonCodes.SESSION_TAKEN_OVER, 'another connection took over')
}

/** Settles with the other nodes who holds the client, and with the policy what its session may still be subscribed to. */
async function claimAndDecideAgain(
  connection: Connection,
  packet: Connect,
): Promise<readonly SubscribeDecision[] | Refusal> {
  const { core, clientKey, sessionKey } = connection
  try {
    await core.relay.claim(clientKey)
  } catch (cause) {
    connection.log('warn', { error: String(cause) }, 'the relay could not settle a claim')
    return refusals.relayUnavailable
  }
  const session = core.sessions.findAbsent(sessionKey)
  if (packet.clean || session === undefined) return []
  try {
    return await decideAgain(connection, session.subscriptions)
  } catch (cause) {
    // The session stays as it is, for the next attempt.
    connection.log('warn', { error: String(cause) }, 'the access policy could not answer')
    return refusals.policyUnavailable
  }
}

function accept(
  connection: Connection,
  packet: Connect,
  terms: Terms,
  decisions: readonly SubscribeDecision[],
): void {
  const { core, clientId } = connection
  const session = resumeSession(connection, packet.clean)
  connection.state = 'connected'
  connection.use = core.identityUses.enter(connection.identity)
  connection.isCounted = true
  // More than one in a microsecond there never is for long.
  core.lastConnection = Math.max(core.lastConnection + 1, Date.now() * 1_000)
  connection.number = core.lastConnection
  connection.lastActiveAt = core.now
  connection.keepAliveSeconds = terms.keepAliveSeconds
  connection.sessionExpirySeconds = terms.sessionExpirySeconds
  const topicAliasMax = Math.min(packet.properties?.topicAliasMax ?? 0, core.limits.topicAliasMax)
  if (topicAliasMax > 0) connection.outboundAliases = new OutboundAliases(topicAliasMax)
  connection.will = packet.will
  core.counters.connectionsAccepted++
  // First of all [MQTT-3.2.0-1].
  connection.send(createConnack(packet, clientId, terms, core.limits, session !== undefined))
  connection.log('info', { protocolVersion: connection.version }, 'connected')
  core.attendance.enter(connection.identity)
  if (session === undefined) return
  connection.unreleased = session.unreleased
  restoreSubscriptions(connection, session.subscriptions, decisions)
}

export const refusals = {
  clientIdMissing: {
    refused: reasonCodes.CLIENT_IDENTIFIER_NOT_VALID,
    reason: 'client_id_missing',
    text: 'An empty client id needs version 5, or version 3.1.1 and a clean session.',
  },
  clientIdTooLong: {
    refused: reasonCodes.CLIENT_IDENTIFIER_NOT_VALID,
    reason: 'client_id_too_long',
    text: 'The client id is too long.',
  },
  authenticationMethod: {
    refused: reasonCodes.BAD_AUTHENTICATION_METHOD,
    reason: 'authentication_method',
    text: 'This server knows no authentication methods.',
  },
  willTopicTooLong: {
    refused: reasonCodes.TOPIC_NAME_INVALID,
    reason: 'will_topic_too_long',
    text: 'The will’s topic name has more bytes or levels than this server takes.',
  },
  packetBytesTooFew: {
    refused: reasonCodes.PACKET_TOO_LARGE,
    reason: 'packet_bytes_too_few',
    text: 'The client takes no packet as long as a CONNACK.',
  },
  policyUnavailable: {
    refused: reasonCodes.SERVER_UNAVAILABLE,
    reason: 'policy_unavailable',
    text: 'The server cannot check credentials right now.',
  },
  relayUnavailable: {
    refused: reasonCodes.SERVER_UNAVAILABLE,
    reason: 'relay_unavailable',
    text: 'The server cannot reach its other nodes right now.',
  },
  takeoverStorm: {
    refused: reasonCodes.CONNECTION_RATE_EXCEEDED,
    reason: 'takeover_storm',
    text: 'Another connection keeps taking over this client id; try again later.',
  },
  tooManyConnections: {
    refused: reasonCodes.QUOTA_EXCEEDED,
    reason: 'too_many_of_identity',
    text: 'This identity has as many connections as it may.',
  },
  tooManySessions: {
    refused: reasonCodes.QUOTA_EXCEEDED,
    reason: 'too_many_sessions',
    text: 'As many sessions are kept for this identity as may be; ask for a clean one.',
  },
} as const satisfies Record<string, Refusal>
