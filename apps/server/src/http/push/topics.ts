import { PushTopicList } from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import { type Api, addRoute, getOrHead } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const tag = 'topics'
const listed = new AnswerForm<PushTopicList>(200, 'TopicsRetrievalResponse', PushTopicList)

/** P 7.2. */
export function addTopicRoutes(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  const listPath = `${scope.path}/topics`
  const path = `${listPath}/:topic`

  addRoute(
    api,
    {
      method: 'PUT',
      path,
      tag,
      summary: `Make a topic of the ${scope.name} (P 7.2)`,
      gives: [204],
      needsToken: true,
    },
    async (call) => {
      await push.topics.create(call.caller, await scope.find(push, call), call.param('topic'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: getOrHead,
      path,
      tag,
      summary: 'Is there such a topic? (P 7.2)',
      gives: [204],
      needsToken: true,
    },
    async (call) => {
      await push.topics.exists(call.caller, await scope.find(push, call), call.param('topic'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'DELETE',
      path,
      tag,
      summary: 'Delete a topic and its subscriptions (P 7.2)',
      gives: [204],
      needsToken: true,
    },
    async (call) => {
      await push.topics.remove(call.caller, await scope.find(push, call), call.param('topic'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: getOrHead,
      path: listPath,
      tag,
      summary: 'Topics that one may subscribe to, by pages (P 7.2)',
      query: { paginationKey: 'Of the page before' },
      gives: [listed],
      needsToken: true,
    },
    async (call) => {
      const place = await scope.find(push, call)
      const { topicIDs, next } = await push.topics.list(call.caller, place, call.query('paginationKey'))
      const topics = topicIDs.map((topicID) => ({ topicID }))
      return listed.with(next === undefined ? { topics } : { topics, paginationKey: next })
    },
  )
}
