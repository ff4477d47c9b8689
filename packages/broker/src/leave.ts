import type { Properties, Will } from '@pillion/packet'
import type { Connection } from './connection.ts'
import { deliverMessage } from './deliver.ts'
import type { PublishDecision } from './ports/access-policy.ts'
import { gatherAudience } from './route.ts'

/** A connection is going: from now on it gets nothing, its client id is free, its will is published. Called once. */
export function leave(connection: Connection): void {
  const { core, clientKey } = connection
  if (clientKey === '') return
  for (const { granted } of connection.subscriptions.values()) {
    core.subscriptions.remove(granted)
    core.relay.dropInterest(granted.filter)
  }
  if (core.sessions.disconnect(clientKey, connection)) {
    core.relay.release(clientKey)
    if (connection.sessionExpirySeconds > 0) {
      const requests = [...connection.subscriptions.values()].map(({ request }) => request)
      core.sessions.keep(connection.sessionKey, requests, connection.sessionExpirySeconds, core.now)
    }
  }
  if (connection.will !== undefined) void publishWill(connection, connection.will)
}

/** Under the same rules as any publication of that identity (W 2.8). */
async function publishWill(connection: Connection, will: Will): Promise<void> {
  const { core, identity } = connection
  connection.will = undefined
  let decision: PublishDecision
  try {
    decision = await core.policy.publish(identity, will.topicName)
  } catch {
    return core.counters.drop('policy_unavailable', 1)
  }
  if ('refused' in decision) return core.counters.drop(decision.reason, 1)
  if (will.payload.length > decision.payloadBytesMax) return core.counters.drop('payload_too_large', 1)
  const payload = Buffer.from(will.payload)
  const audience = gatherAudience(decision.topic, core.subscriptions.match(decision.topic), undefined)
  const message = { payload, retain: will.retain, properties: travellingProperties(will.properties) }
  const reached = deliverMessage(decision.topic, audience, message)
  const relayed = core.relay.wants(decision.topic)
  if (relayed) core.relay.forward(decision.topic, payload)
  if (will.retain && decision.mayRetain) core.retained.keep(decision.topic, { payload, expiresAt: undefined })
  if (reached === 0 && !relayed) core.counters.drop('no_receiver', 1)
}

function travellingProperties(properties: Properties | undefined): Properties | undefined {
  if (properties === undefined) return undefined
  const { willDelaySeconds: _, ...travelling } = properties
  return travelling
}
