import { reasonCodes, type Will } from '@pillion/packet'
import type { Core } from '../core.ts'
import type { Identity, PublishDecision, Refusal } from '../ports/access-policy.ts'
import { askPolicy } from '../ports/ask-policy.ts'
import { publishMessage, travellingProperties } from '../routing/publish-message.ts'
import { gatherAudience } from '../routing/route.ts'

/** Milliseconds from the end of the connection to the will, unless the session ends first (3.1.3.2.2). */
export function willDelay(will: Will): number {
  return (will.properties?.willDelaySeconds ?? 0) * 1_000
}

/** Its binary members are views of the chunk the CONNECT came in, which must not be held for as long as the client stays. */
export function copyWill(will: Will): Will {
  const { payload, properties } = will
  const correlationData = properties?.correlationData
  return {
    ...will,
    payload: new Uint8Array(payload),
    ...(correlationData === undefined
      ? {}
      : { properties: { ...properties, correlationData: new Uint8Array(correlationData) } }),
  }
}

/** Publishes a will under the same rules as any publication of that identity (W 2.8): at once if the policy answers at once. */
export function publishWill(core: Core, identity: Identity, will: Will): void {
  const decision = askPolicy(() => core.policy.publish(identity, will.topicName))
  if (!(decision instanceof Promise)) {
    publishAsDecided(core, identity, decision, will)
    return
  }
  decision
    .catch((cause: unknown): PublishDecision => {
      const { role, name } = identity
      core.log.warn(
        { role, name, error: String(cause) },
        'a will was not published: the access policy failed',
      )
      return unavailable
    })
    .then((settled) => publishAsDecided(core, identity, settled, will))
}

function publishAsDecided(core: Core, identity: Identity, decision: PublishDecision, will: Will): void {
  try {
    const topic = 'refused' in decision ? '' : decision.topic
    const audience = gatherAudience(topic, core.subscriptions.match(topic), undefined)
    const { payload, retain } = will
    const properties = travellingProperties(will.properties)
    const recorder = core.recorder?.recorderOf(identity, will.topicName, decision)
    const route = { topicName: Buffer.from(will.topicName), decision, audience, recorder }
    publishMessage(core, route, { payload, retain, properties }, undefined, identity)
  } catch (cause) {
    // Its connection is gone and cannot be ended for it; nobody else is to be.
    const { role, name } = identity
    core.log.warn({ role, name, error: String(cause) }, 'a will was not published: an internal error')
  }
}

const unavailable: Refusal = {
  refused: reasonCodes.SERVER_UNAVAILABLE,
  reason: 'policy_unavailable',
  text: 'The server cannot check access right now.',
}
