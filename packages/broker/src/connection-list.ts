import type { ProtocolVersion } from '@pillion/packet'
import type { Connection } from './connection.ts'
import type { Identity } from './ports/access-policy.ts'

/** What tells connections apart: enough to look for one among very many. */
export interface ConnectionKey {
  /** When it was accepted, in microseconds since 1970; no other connection of this node has had the same. */
  readonly number: number
  readonly identity: Identity
  readonly clientId: string
  readonly remoteAddress: string
}

/** One connection as it is at this moment. */
export interface ConnectionState extends ConnectionKey {
  readonly listener: string
  readonly transport: 'tcp' | 'tls' | 'websocket'
  readonly protocolVersion: ProtocolVersion
  readonly keepAliveSeconds: number
  /** As the client wrote them, the first of them. */
  readonly topicFilters: readonly string[]
  readonly subscriptions: number
  readonly messagesReceived: number
  readonly messagesSent: number
  readonly bytesReceived: number
  readonly bytesSent: number
  /** Waiting to be sent. */
  readonly outboxBytes: number
  readonly messagesDropped: number
}

export interface ConnectionPortion {
  /** Only those that are older than the one of this number. */
  readonly before?: number | undefined
  readonly countMax: number
  readonly topicFiltersMax: number
}

export interface ConnectionListing {
  /** Newest first. */
  readonly connections: ConnectionState[]
  /** How many are wanted, whatever the portion. */
  readonly total: number
}

/** Walks through all of them, but makes nothing of those that are not in the portion. */
export function listConnections(
  connections: Iterable<Connection>,
  isWanted: (connection: ConnectionKey) => boolean,
  { before = Number.POSITIVE_INFINITY, countMax, topicFiltersMax }: ConnectionPortion,
): ConnectionListing {
  let total = 0
  const newest: Connection[] = []
  for (const connection of connections) {
    if (connection.state !== 'connected' || !isWanted(connection)) continue
    total++
    if (connection.number >= before) continue
    newest.push(connection)
    if (newest.length > 2 * countMax + ROOM) keepNewest(newest, countMax)
  }
  keepNewest(newest, countMax)
  return { connections: newest.map((each) => describe(each, topicFiltersMax)), total }
}

/** So that a short portion is not sorted for each connection. */
const ROOM = 100

function keepNewest(connections: Connection[], countMax: number): void {
  connections.sort((a, b) => b.number - a.number)
  if (connections.length > countMax) connections.length = countMax
}

function describe(connection: Connection, topicFiltersMax: number): ConnectionState {
  const { number, identity, clientId, remoteAddress, listener, transport, outbox, subscriptions } = connection
  return {
    number,
    identity,
    clientId,
    remoteAddress,
    listener,
    transport: transport.kind,
    protocolVersion: connection.version,
    keepAliveSeconds: connection.keepAliveSeconds,
    topicFilters: [...subscriptions.keys()].slice(0, topicFiltersMax),
    subscriptions: subscriptions.size,
    messagesReceived: connection.messagesReceived,
    messagesSent: outbox.writtenMessages,
    bytesReceived: transport.bytesRead,
    bytesSent: outbox.writtenBytes,
    outboxBytes: outbox.bytes,
    messagesDropped: outbox.droppedMessages,
  }
}
