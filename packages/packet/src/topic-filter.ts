import { textBytes } from './utf8.ts'

const HASH = 0x23
const PLUS = 0x2b
const SLASH = 0x2f
const DOLLAR = 0x24

/** May a message be published to it: not empty, no wildcard, no U+0000, at most 65,535 bytes [MQTT-4.7.0-1] [MQTT-4.7.3-1..3]. */
export function isTopicName(text: string): boolean {
  return isTopicText(text) && !hasWildcard(text)
}

/**
 * May it be subscribed to: as a topic name, but `#` alone in the last level [MQTT-4.7.1-1] and `+` alone in
 * any level [MQTT-4.7.1-2] are allowed. `$share/…` is not taken apart.
 */
export function isTopicFilter(text: string): boolean {
  if (!isTopicText(text)) return false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit !== HASH && unit !== PLUS) continue
    const last = index === text.length - 1
    if (index > 0 && text.charCodeAt(index - 1) !== SLASH) return false
    if (!last && (unit === HASH || text.charCodeAt(index + 1) !== SLASH)) return false
  }
  return true
}

export function hasWildcard(text: string): boolean {
  return text.includes('+') || text.includes('#')
}

/**
 * Does a message published to `topicName` go to a subscription with `filter`? Both must be valid.
 * `a/#` takes `a` too (4.7.1.2); a filter that begins with a wildcard does not take topic names that begin
 * with `$` [MQTT-4.7.2-1].
 */
export function matchTopicFilter(filter: string, topicName: string): boolean {
  const first = filter.charCodeAt(0)
  if (topicName.charCodeAt(0) === DOLLAR && (first === HASH || first === PLUS)) return false
  let at = 0
  let index = 0
  for (; index < filter.length; index++) {
    const unit = filter.charCodeAt(index)
    if (unit === HASH) return true
    if (unit === PLUS) {
      while (at < topicName.length && topicName.charCodeAt(at) !== SLASH) at++
    } else if (at < topicName.length && topicName.charCodeAt(at) === unit) {
      at++
    } else {
      // The topic name may end where the filter goes on with `/#`: the parent level.
      return at === topicName.length && filter.length - index === 2 && filter.endsWith('/#')
    }
  }
  return at === topicName.length
}

function isTopicText(text: string): boolean {
  if (text.length === 0 || text.length > 0xff_ff || text.includes('\0') || !text.isWellFormed()) return false
  return textBytes(text) <= 0xff_ff
}
