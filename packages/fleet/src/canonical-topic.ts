import { parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'

/**
 * The internal addresses of portal messages, one per direction, with neither direction word nor spelling:
 *
 *   downlink  fleet/<environment>/vehicle/<VIN>/<UID>[/<subtopic>]
 *   uplink    fleet/<environment>/partner/<UID>/<VIN>[/<subtopic>]
 *
 * The receiver comes first, so that everything for one receiver is one filter. The two never overlap,
 * which is why no partner ever sees what a partner sent (W 2.5 points 1 and 2).
 */
export interface CanonicalTopic {
  /** One topic level, such as `default`. */
  readonly environment: string
  readonly uid: Uid
  readonly vin: Vin
  /** Without leading and trailing slashes; '' if there is none. */
  readonly subtopic: string
}

/** Where a partner's message to a vehicle goes. */
export function downlinkTopic(topic: CanonicalTopic): string {
  return withSubtopic(`fleet/${topic.environment}/vehicle/${topic.vin}/${topic.uid}`, topic.subtopic)
}

/** Where a vehicle's message to a partner goes. */
export function uplinkTopic(topic: CanonicalTopic): string {
  return withSubtopic(`fleet/${topic.environment}/partner/${topic.uid}/${topic.vin}`, topic.subtopic)
}

/** Matches every uplink to one partner. */
export function uplinkFilter(environment: string, uid: Uid): string {
  return `fleet/${environment}/partner/${uid}/#`
}

export function parseDownlinkTopic(topic: string): CanonicalTopic | undefined {
  const [fleet, environment, role, vin, uid, ...subtopic] = topic.split('/')
  return fleet === 'fleet' && role === 'vehicle' ? build(environment, uid, vin, subtopic) : undefined
}

export function parseUplinkTopic(topic: string): CanonicalTopic | undefined {
  const [fleet, environment, role, uid, vin, ...subtopic] = topic.split('/')
  return fleet === 'fleet' && role === 'partner' ? build(environment, uid, vin, subtopic) : undefined
}

function withSubtopic(topic: string, subtopic: string): string {
  return subtopic === '' ? topic : `${topic}/${subtopic}`
}

function build(
  environment: string | undefined,
  uidText: string | undefined,
  vinText: string | undefined,
  subtopic: string[],
): CanonicalTopic | undefined {
  const uid = parseUid(uidText)
  const vin = parseVin(vinText)
  if (environment === undefined || uid === undefined || vin === undefined) return undefined
  return { environment, uid, vin, subtopic: subtopic.join('/') }
}
