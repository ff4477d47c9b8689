/** A message as apps get it. */
export interface ReceivedMessage {
  /** `app`: something happened in a bucket. `user`: sent through a topic. `direct`: sent to this receiver alone (P 12). */
  readonly kind: 'app' | 'user' | 'direct'
  /** All of it: the app's members and the server's. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** undefined: this is no JSON object. */
export function readMessage(text: string): ReceivedMessage | undefined {
  try {
    const payload: unknown = JSON.parse(text)
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined
    const members = payload as Record<string, unknown>
    return { kind: kindOf(members), payload: members }
  } catch {
    return undefined
  }
}

/**
 * P 12.4, but first by `sourceURI`, which the server always sets and no app can: an app's own `bucketID` or `topic` in a
 * direct push would mislead the other way.
 */
function kindOf({ sourceURI, bucketID, topic, objectScopeType }: Record<string, unknown>) {
  const path = typeof sourceURI === 'string' ? /^kiicloud:\/\/(.*)$/.exec(sourceURI)?.[1] : undefined
  if (path !== undefined) {
    if (/^([a-z]+\/[^/]+\/)?buckets\//.test(path)) return 'app'
    return /^([a-z]+\/[^/]+\/)?topics\//.test(path) ? 'user' : 'direct'
  }
  if (bucketID !== undefined) return 'app'
  return topic !== undefined || objectScopeType !== undefined ? 'user' : 'direct'
}
