import { limits, PushMessageRequest, SentPushMessage } from '@pillion/schema'
import { AnswerForm } from './answer.ts'
import { scopeSegments } from './call.ts'
import { type Api, addRoute, takesJson } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const sent = new AnswerForm<SentPushMessage>(201, 'SendPushMessageResponse', SentPushMessage)
const shared = {
  method: 'POST',
  tag: 'messages',
  takes: takesJson(PushMessageRequest, 'SendPushMessageRequest'),
  gives: [sent],
  bodyBytesMax: limits.pushMessageBodyBytesMax,
} as const

/** To the subscribers of a topic (P 8). */
export function addTopicMessageRoute(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      ...shared,
      path: `${scope.path}/topics/:topic/push/messages`,
      summary: 'Send to the subscribers of a topic (P 8)',
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const place = await scope.find(push, call)
      const topicID = call.param('topic')
      const pushMessageID = await push.messages.toTopic(call.caller, place, topicID, call.objectBody())
      const path = [...scopeSegments(place), 'topics', topicID, 'push', 'messages', pushMessageID]
      return sent.with({ pushMessageID }, headersOf(call.location(...path), pushMessageID))
    },
  )
}

/** From the admin to one receiver (P 9). */
export function addDirectMessageRoutes(api: Api): void {
  const { users, things, messages } = api.parts.push
  addRoute(
    api,
    {
      ...shared,
      path: '/users/:user/push/messages',
      summary: 'Send to one user; the admin’s (P 9)',
      needsToken: true,
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const { userID } = await users.resolve(call.caller, call.param('user'))
      const pushMessageID = await messages.toUser(call.caller, userID, call.objectBody())
      const location = call.location('users', userID, 'push', 'messages', pushMessageID)
      return sent.with({ pushMessageID }, headersOf(location, pushMessageID))
    },
  )
  addRoute(
    api,
    {
      ...shared,
      path: '/things/:thing/push/messages',
      summary: 'Send to one thing; the admin’s (P 9)',
      needsToken: true,
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const { thingID } = await things.resolve(call.caller, call.param('thing'))
      const pushMessageID = await messages.toThing(call.caller, thingID, call.objectBody())
      const location = call.location('things', thingID, 'push', 'messages', pushMessageID)
      return sent.with({ pushMessageID }, headersOf(location, pushMessageID))
    },
  )
}

/** The id under which an operator finds out what became of it. */
function headersOf(location: { location: string }, pushMessageID: string): Record<string, string> {
  return { ...location, 'x-pillion-message-id': pushMessageID }
}
