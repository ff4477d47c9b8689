import type { Target } from '../ports/target-store.ts'
import { type Principal, parseSubject, type Subject, subjectOf } from '../principal.ts'
import { objectScope, parseScopeKey, type Scope, scopeUri } from '../scopes.ts'
import type { BucketEvent } from './bucket-events.ts'
import type { PushMessage } from './message.ts'
import { refuse } from './read-message.ts'

const ADMIN_URI = 'kiicloud://admins/APP_ADMIN'

/**
 * What the receivers of a message get, once for all of them (P 12.1). The server's members go over the app's of the same
 * name (P 12.5); one that is switched off is not there to shield its name.
 * @param when the time of acceptance, in milliseconds since 1970
 * @throws PushError INVALID_INPUT_DATA if it is larger than `bytesMax`
 */
export function buildTopicPayload(
  message: PushMessage,
  topic: Pick<Target, 'appID' | 'scope' | 'name'>,
  sender: Principal,
  when: number,
  bytesMax: number,
): Uint8Array {
  const { appID, name } = topic
  const scope = parseScopeKey(topic.scope)
  return encode(
    {
      ...message.data,
      ...(message.type !== undefined && { type: message.type }),
      ...(message.sendsSender && describeSender(sender)),
      sourceURI: `${scopeUri(scope)}topics/${name}`,
      ...(message.sendsTopicID && { topic: name }),
      ...(message.sendsObjectScope && describeScope(appID, scope)),
      ...((message.sendsWhen ?? true) && { when }),
      ...(message.sendsAppID && { appID }),
      ...(message.sendsOrigin && { origin: 'EXPLICIT' }),
    },
    bytesMax,
  )
}

/** The same of a message from the admin to one receiver (P 12.3). */
export function buildDirectPayload(
  message: PushMessage,
  { appID, receiver }: { readonly appID: string; readonly receiver: Subject },
  when: number,
  bytesMax: number,
): Uint8Array {
  const { kind, id } = parseSubject(receiver)
  return encode(
    {
      ...message.data,
      ...(message.type !== undefined && { type: message.type }),
      sourceURI: `kiicloud://${kind}s/${id}`,
      senderURI: ADMIN_URI,
      ...(message.sendsAppID && { appID }),
      ...(message.sendsOrigin && { origin: 'EXPLICIT' }),
      ...((message.sendsWhen ?? false) && { when }),
    },
    bytesMax,
  )
}

/** The same of an event in a bucket (P 12.2). Its members are bounded, each by itself. */
export function buildEventPayload(
  event: BucketEvent,
  bucket: Pick<Target, 'appID' | 'scope' | 'name'>,
  author: Principal,
  when: number,
): Uint8Array {
  const { appID, name } = bucket
  const scope = parseScopeKey(bucket.scope)
  const subject = subjectOf(author)
  const bucketUri = `${scopeUri(scope)}buckets/${name}`
  return Buffer.from(
    JSON.stringify({
      type: event.type,
      origin: 'EVENT',
      appID,
      ...describeScope(appID, scope),
      bucketID: name,
      bucketType: 'rw',
      ...('objectID' in event && { objectID: event.objectID }),
      sourceURI: 'objectID' in event ? `${bucketUri}/objects/${event.objectID}` : bucketUri,
      ...(subject !== undefined && { sender: parseSubject(subject).id }),
      when,
      ...('modifiedAt' in event && { modifiedAt: event.modifiedAt }),
    }),
  )
}

/** Nothing of the anonymous, whom an access control list may let send. */
function describeSender(sender: Principal): object {
  if (sender.kind === 'admin') return { senderURI: ADMIN_URI }
  const subject = subjectOf(sender)
  if (subject === undefined) return {}
  const { kind, id } = parseSubject(subject)
  return { sender: id, senderURI: `kiicloud://${kind}s/${id}` }
}

function describeScope(appID: string, scope: Scope): object {
  const { type, userID, groupID, thingID } = objectScope(appID, scope)
  return {
    objectScopeType: type,
    objectScopeAppID: appID,
    ...(userID !== undefined && { objectScopeUserID: userID }),
    ...(groupID !== undefined && { objectScopeGroupID: groupID }),
    ...(thingID !== undefined && { objectScopeThingID: thingID }),
  }
}

function encode(members: object, bytesMax: number): Uint8Array {
  const payload = Buffer.from(JSON.stringify(members))
  if (payload.length > bytesMax)
    throw refuse(
      'mqtt',
      `would reach its receivers with ${payload.length} bytes; at most ${bytesMax} are delivered`,
    )
  return payload
}
