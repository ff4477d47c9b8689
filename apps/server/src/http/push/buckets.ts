import { fullObject } from '@pillion/push'
import { PushQuery, PushQueryResult } from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import { type Api, addRoute, takesJson } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const tag = 'buckets'
const results = new AnswerForm<PushQueryResult>(200, 'QueryResponse', PushQueryResult)

/** P 10.1; buckets come into being by what is done in them. */
export function addBucketRoutes(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  const path = `${scope.path}/buckets/:bucket`

  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Delete a bucket with all its objects (P 10.1)', gives: [204] },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      await push.buckets.remove(call.caller, await scope.find(push, call), call.param('bucket'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'POST',
      path: `${path}/query`,
      tag,
      summary: 'Find objects, by pages (P 10.1)',
      takes: takesJson(PushQuery, 'QueryRequest'),
      gives: [results],
    },
    async (call) => {
      const place = await scope.find(push, call)
      const page = await push.objects.query(call.caller, place, call.param('bucket'), call.objectBody())
      const objects = page.objects.map(fullObject)
      if (page.next === undefined) return results.with({ results: objects })
      return results.with({ results: objects, nextPaginationKey: page.next })
    },
  )
}
