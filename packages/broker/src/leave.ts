import type { Will } from '@pillion/packet'
import { askPolicy } from './ask-policy.ts'
import type { Connection } from './connection.ts'
import { publishMessage, travellingProperties } from './publish-message.ts'
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
    core.sessions.keep(connection, core.now)
  }
  const { will } = connection
  connection.will = undefined
  if (will === undefined) return
  publishWill(connection, will).catch((cause: unknown) =>
    connection.log(
      'warn',
      { error: String(cause), reason: 'policy_unavailable' },
      'its will was not published',
    ),
  )
}

/** Under the same rules as any publication of that identity (W 2.8). */
async function publishWill({ core, identity }: Connection, will: Will): Promise<void> {
  const decision = await askPolicy(() => core.policy.publish(identity, will.topicName))
  const topic = 'refused' in decision ? '' : decision.topic
  const audience = gatherAudience(topic, core.subscriptions.match(topic), undefined)
  publishMessage(core, decision, audience, {
    payload: Buffer.from(will.payload),
    retain: will.retain,
    properties: travellingProperties(will.properties),
  })
}
