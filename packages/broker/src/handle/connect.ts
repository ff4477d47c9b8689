import { randomUUID } from 'node:crypto'
import { type Connect, type Properties, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { ConnectDecision, Refusal } from '../ports/access-policy.ts'
import { sessionStateOf } from '../sessions.ts'
import { restoreSubscriptions } from './subscribe.ts'

export function handleConnect(connection: Connection, packet: Connect): void {
  connection.version = packet.protocolVersion
  connection.suspend(connect(connection, packet))
}

async function connect(connection: Connection, packet: Connect): Promise<void> {
  const clientId = packet.clientId === '' ? assignClientId(packet) : packet.clientId
  if (clientId === undefined) {
    // [MQTT-3.1.3-8]
    return refuse(connection, {
      refused: reasonCodes.CLIENT_IDENTIFIER_NOT_VALID,
      reason: 'client_id_missing',
      text: 'An empty client id needs a clean session.',
    })
  }
  const fault = findFault(connection, packet, clientId)
  if (fault !== undefined) return refuse(connection, fault)
  connection.clientId = clientId
  const decision = await decide(connection, packet)
  if (connection.state !== 'new') return
  if ('refused' in decision) return refuse(connection, decision, packet.username)
  connection.identity = decision.identity
  connection.clientKey = decision.identity.exclusive ? decision.identity.key : connection.sessionKey
  await connection.core.relay.claim(connection.clientKey)
  if (connection.state !== 'new') return
  await accept(connection, packet)
}

function findFault(connection: Connection, packet: Connect, clientId: string): Refusal | undefined {
  if (Buffer.byteLength(clientId) > connection.core.limits.clientIdBytesMax) {
    const text = 'The client id is too long.'
    return { refused: reasonCodes.CLIENT_IDENTIFIER_NOT_VALID, reason: 'client_id_too_long', text }
  }
  if (packet.properties?.authenticationMethod !== undefined) {
    // [MQTT-4.12.0-1]
    const text = 'This server knows no authentication methods.'
    return { refused: reasonCodes.BAD_AUTHENTICATION_METHOD, reason: 'authentication_method', text }
  }
  return undefined
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
    const text = 'The server cannot check credentials right now.'
    return { refused: reasonCodes.SERVER_UNAVAILABLE, reason: 'policy_unavailable', text }
  }
}

async function accept(connection: Connection, packet: Connect): Promise<void> {
  const { core, clientKey, sessionKey } = connection
  const previous = core.sessions.connect(clientKey, connection)
  const resumed =
    previous?.sessionKey === sessionKey
      ? sessionStateOf(previous)
      : core.sessions.resume(sessionKey, core.now)
  previous?.close(reasonCodes.SESSION_TAKEN_OVER, 'another connection took over')
  const restored = packet.clean ? undefined : resumed
  connection.state = 'connected'
  connection.lastActiveAt = core.now
  connection.keepAliveSeconds = packet.keepAliveSeconds
  connection.sessionExpirySeconds = sessionExpiry(packet)
  connection.packetBytesMax = packet.properties?.packetBytesMax
  connection.will = packet.will
  core.counters.connectionsAccepted++
  connection.send({
    type: 'connack',
    sessionPresent: restored !== undefined,
    reasonCode: reasonCodes.SUCCESS,
    ...(connection.version === 5 ? { properties: describeServer(connection, packet) } : {}),
  })
  connection.log('info', { protocolVersion: connection.version }, 'connected')
  if (restored === undefined) return
  connection.unreleased = restored.unreleased === undefined ? undefined : new Set(restored.unreleased)
  await restoreSubscriptions(connection, restored.subscriptions)
}

/** In 3.x a session that is not clean has no end of its own. */
function sessionExpiry(packet: Connect): number {
  if (packet.protocolVersion === 5) return packet.properties?.sessionExpirySeconds ?? 0
  return packet.clean ? 0 : Number.MAX_SAFE_INTEGER
}

function assignClientId(packet: Connect): string | undefined {
  return packet.clean || packet.protocolVersion === 5 ? `pillion-${randomUUID()}` : undefined
}

/** What a version 5 client is told about this server. */
function describeServer(connection: Connection, packet: Connect): Properties {
  const { limits } = connection.core
  return {
    receiveMax: limits.receiveMax,
    packetBytesMax: limits.packetBytesMax,
    subscriptionIdentifiersAvailable: 0,
    sharedSubscriptionAvailable: 0,
    ...(packet.clientId === '' ? { assignedClientId: connection.clientId } : {}),
    ...(connection.sessionExpirySeconds > limits.sessionExpirySecondsMax
      ? { sessionExpirySeconds: limits.sessionExpirySecondsMax }
      : {}),
  }
}

function refuse(connection: Connection, refusal: Refusal, username?: string): void {
  const { counters } = connection.core
  counters.connectionsRefused++
  counters.refuse('connect', refusal.reason)
  connection.log('warn', { username, reason: refusal.reason }, `sign-in refused: ${refusal.text}`)
  if (refusal.silent) return void connection.endTransport()
  connection.send({
    type: 'connack',
    sessionPresent: false,
    reasonCode: connection.version === 5 ? refusal.refused : returnCode(refusal.refused),
    ...(connection.version === 5 ? { properties: { reasonString: refusal.text } } : {}),
  })
  connection.endTransport()
}

/** The CONNACK return code of MQTT 3.1 and 3.1.1 for a reason code of 5. */
export function returnCode(reasonCode: ReasonCode): number {
  switch (reasonCode) {
    case reasonCodes.UNSUPPORTED_PROTOCOL_VERSION:
      return 1
    case reasonCodes.CLIENT_IDENTIFIER_NOT_VALID:
      return 2
    case reasonCodes.SERVER_UNAVAILABLE:
    case reasonCodes.SERVER_BUSY:
      return 3
    case reasonCodes.BAD_USER_NAME_OR_PASSWORD:
      return 4
    default:
      return 5
  }
}
