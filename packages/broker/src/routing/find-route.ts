import { decodeText, isTopicName, MqttError, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { noteRefusal } from '../handle/note-refusal.ts'
import type { PublishDecision, Refusal } from '../ports/access-policy.ts'
import { askPolicy } from '../ports/ask-policy.ts'
import { missesReceiver } from './absent-receiver.ts'
import { emptyAudience, gatherAudience, type Route, sameTopic } from './route.ts'

/**
 * The route of the topic name in bytes[start, end), from the connection's cache where it is fresh. Undefined: the
 * access policy has not answered yet; the connection is suspended, and the packet must be tried again when it goes on.
 */
export function findRoute(sender: Connection, bytes: Buffer, start: number, end: number): Route | undefined {
  const last = sender.lastRoute
  if (last !== undefined && sameTopic(bytes, start, end, last.topicName) && isFresh(sender, last)) return last
  if (end - start > sender.core.limits.topicBytesMax) return refuseLongTopic(sender)
  // latin1 keeps bytes apart one to one and is the cheapest way from bytes to a key.
  const key = bytes.toString('latin1', start, end)
  const known = sender.routes.get(key)
  if (known !== undefined && isFresh(sender, known)) {
    sender.lastRoute = known
    return known
  }
  if (sender.core.turn.isSpent(sender)) return void sender.makeWay()
  const isDecided = known !== undefined && known.policyEpoch === sender.core.policy.epoch
  const route = isDecided ? known : decideRoute(sender, key, Buffer.from(bytes.subarray(start, end)))
  if (route !== undefined) refresh(sender, route)
  return route
}

function isFresh({ core }: Connection, route: Route): boolean {
  return (
    route.policyEpoch === core.policy.epoch &&
    route.subscriptionsEpoch === core.subscriptions.epochOf(route.neighbourhood) &&
    route.interestEpoch === core.relay.interestEpoch
  )
}

function decideRoute(sender: Connection, key: string, topicName: Buffer): Route | undefined {
  const { policy, limits } = sender.core
  const epoch = policy.epoch
  const text = readTopicName(topicName)
  const isDeep = text.split('/').length > limits.topicLevelsMax
  const decision = isDeep ? tooLong : askPolicy(() => policy.publish(sender.identity, text))
  if (!(decision instanceof Promise)) {
    logRefusal(sender, topicName, decision)
    const route = createRoute(sender, topicName, decision, epoch)
    if (sender.core.seenTopics.note(key)) sender.keepRoute(key, route)
    return route
  }
  sender.suspend(
    decision.then(
      (answer) => void keepRoute(sender, key, topicName, answer, epoch),
      (cause: unknown) => keepFailure(sender, key, topicName, cause, epoch),
    ),
  )
  return undefined
}

const tooLong: Refusal = {
  refused: reasonCodes.TOPIC_NAME_INVALID,
  reason: 'topic_too_long',
  text: 'The topic name is too long.',
}

/** Not kept: a name that is too long for us is too long for our memory, too. */
function refuseLongTopic(sender: Connection): Route {
  sender.log('warn', { reason: tooLong.reason }, `publishing refused: ${tooLong.text}`)
  noteRefusal(sender, { packet: 'publish', reason: tooLong.reason, text: tooLong.text })
  return createRoute(sender, Buffer.alloc(0), tooLong, sender.core.policy.epoch)
}

function readTopicName(bytes: Buffer): string {
  const text = decodeText(bytes, 0, bytes.length)
  if (!isTopicName(text)) {
    throw new MqttError(
      reasonCodes.TOPIC_NAME_INVALID,
      'topic name is empty or holds +, # or U+0000 [MQTT-3.3.2-2]',
    )
  }
  return text
}

/** Whoever had to wait for it must find it. */
function keepRoute(
  sender: Connection,
  key: string,
  topicName: Buffer,
  decision: PublishDecision,
  policyEpoch: number,
): Route {
  logRefusal(sender, topicName, decision)
  const route = createRoute(sender, topicName, decision, policyEpoch)
  sender.keepRoute(key, route)
  return route
}

function logRefusal(sender: Connection, topicName: Buffer, decision: PublishDecision): void {
  if (!('refused' in decision)) return
  const { reason, text } = decision
  const topic = topicName.toString()
  sender.log('warn', { topic, reason }, `publishing refused: ${text}`)
  noteRefusal(sender, { packet: 'publish', topic, reason, text })
}

function createRoute(
  { core, identity }: Connection,
  topicName: Buffer,
  decision: PublishDecision,
  policyEpoch: number,
): Route {
  return {
    topicName,
    decision,
    policyEpoch,
    neighbourhood: 'refused' in decision ? 0 : core.subscriptions.neighbourhoodOf(decision.topic),
    subscriptionsEpoch: 0,
    audience: emptyAudience,
    interestEpoch: -1,
    relayed: false,
    missesReceiver: false,
    recorder: core.recorder?.recorderOf(identity, topicName.toString(), decision),
  }
}

/** The policy could not answer: messages to this topic are dropped for a second, then it is asked again. */
function keepFailure(
  sender: Connection,
  key: string,
  topicName: Buffer,
  cause: unknown,
  policyEpoch: number,
): void {
  sender.log('warn', { error: String(cause) }, 'the access policy could not answer')
  const text = 'The server cannot check access right now.'
  const refusal = { refused: reasonCodes.SERVER_UNAVAILABLE, reason: 'policy_unavailable', text }
  const route = keepRoute(sender, key, topicName, refusal, policyEpoch)
  setTimeout(() => {
    if (sender.routes.get(key) === route) route.policyEpoch = -1
  }, 1_000).unref()
}

/** Finds out who gets it now. */
function refresh(sender: Connection, route: Route): void {
  const { subscriptions, relay } = sender.core
  route.subscriptionsEpoch = subscriptions.epochOf(route.neighbourhood)
  route.interestEpoch = relay.interestEpoch
  if ('refused' in route.decision) return
  const { topic } = route.decision
  route.relayed = relay.wants(topic)
  route.audience = gatherAudience(topic, subscriptions.match(topic), {
    connection: sender,
    topicName: route.topicName.toString(),
  })
  route.missesReceiver = missesReceiver(sender.core, topic, route.audience)
}
