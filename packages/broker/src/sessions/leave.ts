import { reasonCodes } from '@pillion/packet'
import { readClock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import type { Core } from '../core.ts'
import type { Identity } from '../ports/access-policy.ts'
import { dropInterest } from '../routing/absent-receiver.ts'
import { type AbsentSession, NEVER_EXPIRES_SECONDS } from './sessions.ts'
import { publishWill, willDelay } from './will.ts'

/** A connection is going: from now on it gets nothing, its client id is free, its session is kept or ends. Called once. */
export function leave(connection: Connection): void {
  const { core, clientKey, identity, will } = connection
  if (clientKey === '') return
  core.retainedDelivery.stop(connection)
  for (const subscription of connection.subscriptions.values()) {
    core.subscriptions.remove(subscription)
    if (subscription.share !== undefined) core.shares.leave(subscription.share)
    dropInterest(connection, subscription)
  }
  const { use } = connection
  if (use !== undefined) {
    use.filters -= connection.subscriptions.size
    use.levels -= connection.filterLevels
    core.identityUses.leave(identity, use)
  }
  if (connection.isCounted) core.attendance.leave(identity)
  connection.will = undefined
  const isHolder = core.sessions.disconnect(clientKey, connection)
  const session = createAbsentSession(connection, will)
  if (session !== undefined) core.sessions.keep(session)
  if (will !== undefined && session?.will === undefined) publishWill(core, identity, will)
  // Somebody who has taken over finds the session there, and takes it or ends it.
  if (isHolder) {
    discardExcess(core, identity)
    releaseIfGone(core, clientKey)
  }
}

function discardExcess(core: Core, identity: Identity): void {
  for (const session of core.sessions.trim(identity)) {
    core.counters.sessionsDiscarded++
    end(core, session)
  }
}

/** What is to be kept; undefined if nothing, as the client has asked for it or was never accepted. */
function createAbsentSession(connection: Connection, will: Connection['will']): AbsentSession | undefined {
  const { sessionExpirySeconds, sessionKey, identity, unreleased } = connection
  if (sessionExpirySeconds === 0) return undefined
  const now = readClock()
  const subscriptions = [...connection.subscriptions].map(
    ([topicFilter, { noLocal, retainAsPublished, identifier }]) => ({
      topicFilter,
      noLocal,
      retainAsPublished,
      identifier,
    }),
  )
  const delayed = will !== undefined && willDelay(will) > 0 ? will : undefined
  return {
    identity,
    sessionKey,
    subscriptions,
    unreleased,
    expiresAt: sessionExpirySeconds === NEVER_EXPIRES_SECONDS ? Infinity : now + sessionExpirySeconds * 1_000,
    will: delayed,
    willAt: delayed === undefined ? 0 : now + willDelay(delayed),
    bytes: countBytes(subscriptions, unreleased, delayed),
  }
}

/** As measured with Node 24, within a tenth or so; what is longer than a few characters is added. */
const SESSION_BYTES = 600
const SUBSCRIPTION_BYTES = 90
const PACKET_ID_BYTES = 32
const WILL_BYTES = 400

function countBytes(
  subscriptions: AbsentSession['subscriptions'],
  unreleased: AbsentSession['unreleased'],
  will: AbsentSession['will'],
): number {
  let bytes = SESSION_BYTES + (unreleased?.size ?? 0) * PACKET_ID_BYTES
  for (const { topicFilter } of subscriptions) bytes += SUBSCRIPTION_BYTES + topicFilter.length
  return will === undefined ? bytes : bytes + WILL_BYTES + will.payload.length
}

/** The client is back. Undefined if there is no session to go on with, or a new one was asked for: then the old one ends. */
export function resumeSession(connection: Connection, wantsNew: boolean): AbsentSession | undefined {
  const { core, sessionKey } = connection
  const session = core.sessions.take(sessionKey)
  if (session === undefined) return undefined
  const now = readClock()
  const hasEnded = wantsNew || session.expiresAt <= now
  if (session.will !== undefined) {
    // [MQTT-3.1.3-9]: not if it came back in time.
    if (hasEnded || session.willAt <= now) publishWill(core, session.identity, session.will)
    else core.counters.willsCancelled++
  }
  return hasEnded ? undefined : session
}

/** Called about once a second: ends sessions and publishes wills whose time has come [MQTT-3.1.2-8]. */
export function settleAbsent(core: Core, now: number): void {
  for (const session of core.sessions.due(now)) {
    if (session.expiresAt > now) publishPending(core, session)
    else {
      core.sessions.take(session.sessionKey)
      end(core, session)
    }
  }
}

/** Another node has taken this client over: its connection closes, its session ends, a will that waits need not be published. */
export function evict(core: Core, clientKey: string): void {
  core.takeovers.note(clientKey, readClock(), true)
  core.sessions.find(clientKey)?.close(reasonCodes.SESSION_TAKEN_OVER, 'another connection took over')
  for (const session of core.sessions.findAllAbsent(clientKey)) {
    core.sessions.take(session.sessionKey)
    if (session.will !== undefined) core.counters.willsCancelled++
  }
}

/**
 * The server shuts down, and no session outlives it: wills that wait are published while subscribers and other nodes can
 * still get them. A will that was put off until the next start (3.1.2.5 allows it) would be lost with this process.
 */
export function endAllSessions(core: Core, connections: Iterable<Connection>): void {
  for (const session of [...core.sessions.absent]) {
    core.sessions.take(session.sessionKey)
    end(core, session)
  }
  for (const connection of connections) {
    const { will, identity } = connection
    connection.will = undefined
    connection.sessionExpirySeconds = 0
    if (will !== undefined) publishWill(core, identity, will)
  }
}

/** A will is published at the end of its session at the latest (3.1.3.2.2). */
function end(core: Core, session: AbsentSession): void {
  publishPending(core, session)
  const { identity, sessionKey } = session
  releaseIfGone(core, identity.exclusive ? identity.key : sessionKey)
}

function publishPending(core: Core, session: AbsentSession): void {
  const { identity, will } = session
  session.will = undefined
  if (will !== undefined) publishWill(core, identity, will)
}

/** A client id is claimed for as long as there is a connection or a session, so that this node hears if it turns up elsewhere. */
export function releaseIfGone(core: Core, clientKey: string): void {
  const { sessions, relay } = core
  if (sessions.find(clientKey) === undefined && sessions.findAllAbsent(clientKey).length === 0) {
    relay.release(clientKey)
  }
}
