import { limits } from './limits.ts'
import { parseUid, parseVin, type Uid, type Vin } from './names.ts'

/** The root printed for every environment (W 2.3). */
export const PORTAL_ROOT = 'psa/OVIPPartners-Dev'

/** The documents contradict themselves on which word means which direction; the sender's role decides (W 2.4, 2.5). */
export type DirectionWord = 'to' | 'from'

/** A published portal topic name: `<root>/<word>/uid/<uid>/opa/<vin>[/[<subtopic>]]` (W 2.3). */
export interface PortalTopic {
  readonly word: DirectionWord
  readonly uid: Uid
  readonly vin: Vin
  /** Without leading and trailing slashes; '' if there is none. */
  readonly subtopic: string
}

/** Why a topic name is not a portal topic; codes for logs and counters. */
export type PortalTopicFault =
  | 'topic_outside_portal'
  | 'uid_malformed'
  | 'vin_malformed'
  | 'subtopic_malformed'

/** Parses a topic name that somebody publishes to. The trailing slash is optional (W 2.3). */
export function parsePortalTopic(
  topicName: string,
  root: string = PORTAL_ROOT,
): PortalTopic | PortalTopicFault {
  if (!topicName.startsWith(`${root}/`)) return 'topic_outside_portal'
  const levels = topicName.slice(root.length + 1).split('/')
  const [word, uidWord, uidText, opaWord, vinText] = levels
  if ((word !== 'to' && word !== 'from') || uidWord !== 'uid' || opaWord !== 'opa')
    return 'topic_outside_portal'
  const uid = parseUid(uidText)
  if (uid === undefined) return 'uid_malformed'
  const vin = parseVin(vinText)
  if (vin === undefined) return 'vin_malformed'
  const subtopic = parseSubtopic(levels.slice(5).join('/'))
  if (subtopic === undefined) return 'subtopic_malformed'
  return { word, uid, vin, subtopic }
}

/** Drops leading and trailing slashes; undefined if it holds a wildcard, U+0000, an empty level or more than 256 bytes (W 2.3, 6.4). */
export function parseSubtopic(text: string): string | undefined {
  const subtopic = withoutOuterSlashes(text)
  if (subtopic.length > limits.subtopicBytesMax || /[+#\0]|\/\//.test(subtopic)) return undefined
  return new TextEncoder().encode(subtopic).length <= limits.subtopicBytesMax ? subtopic : undefined
}

/** No pattern: with one, the time would grow with the square of the slashes, and an app may give as many as it likes. */
function withoutOuterSlashes(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === '/') start++
  while (end > start && text[end - 1] === '/') end--
  return text.slice(start, end)
}

/** The canonical spelling: with a trailing slash when there is no subtopic (W 2.5 point 4, 6.4). */
export function formatPortalTopic(topic: PortalTopic, root: string = PORTAL_ROOT): string {
  return `${root}/${topic.word}/uid/${topic.uid}/opa/${topic.vin}/${topic.subtopic}`
}
