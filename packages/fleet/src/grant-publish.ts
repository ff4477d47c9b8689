import type { PublishDecision } from '@pillion/broker'
import { limits, type PortalTopic } from '@pillion/schema'
import { downlinkTopic, uplinkTopic } from './canonical-topic.ts'
import type { Eligibility } from './eligibility.ts'
import { refusals } from './refusals.ts'

/** Towards the vehicle, or from it. */
type Direction = 'downlink' | 'uplink'

export interface PublishRules {
  readonly environment: string
  readonly eligibility: Eligibility
}

const directions = {
  downlink: { address: downlinkTopic, refusal: refusals.vehicle_not_subscribed },
  uplink: { address: uplinkTopic, refusal: refusals.partner_not_subscribed },
} as const

/** Grants it where the vehicle is subscribed to an app of the partner (W 2.7), under the rules of W 2.8 and 2.9. */
export function grantPublish(
  topic: PortalTopic,
  direction: Direction,
  { environment, eligibility }: PublishRules,
): PublishDecision | Promise<PublishDecision> {
  const { address, refusal } = directions[direction]
  const decide = (eligible: boolean): PublishDecision => {
    if (!eligible) return refusal
    return {
      topic: address({ ...topic, environment }),
      payloadBytesMax: limits.portalPayloadBytesMax,
      mayRetain: false,
    }
  }
  const eligible = eligibility.check(topic.vin, topic.uid)
  return typeof eligible === 'boolean' ? decide(eligible) : eligible.then(decide)
}
