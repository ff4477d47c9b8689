import { type Push, PushError, type Subject, type SubscriptionTarget } from '@pillion/push'
import { noContent } from './answer.ts'
import type { Call } from './call.ts'
import { type Api, addRoute, getOrHead } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const tag = 'subscriptions'

/** What can be subscribed to: where its subscriptions are, and what a path there names. */
interface Kind {
  readonly path: string
  targetOf(call: Call): SubscriptionTarget
}

const kinds: readonly Kind[] = [
  {
    path: '/topics/:topic/push/subscriptions',
    targetOf: (call) => ({ kind: 'topic', name: call.param('topic') }),
  },
  {
    path: '/buckets/:bucket/filters/:filter/push/subscriptions',
    targetOf: (call) => ({ kind: 'bucket', name: call.param('bucket'), filter: call.param('filter') }),
  },
]

/** P 7.3 and 10.2. */
export function addSubscriptionRoutes(api: Api, scope: ScopePrefix): void {
  for (const kind of kinds) {
    for (const who of ['user', 'thing'] as const) {
      addNamedSubject(api, scope, kind, who)
      addCallerItself(api, scope, kind, who)
    }
  }
}

function addNamedSubject(
  api: Api,
  scope: ScopePrefix,
  { path, targetOf }: Kind,
  who: 'user' | 'thing',
): void {
  const { push } = api.parts
  const { subscriptions } = push
  const shared = {
    path: `${scope.path}${path}/${who}s/:subject`,
    tag,
    gives: [204],
    needsToken: true,
  } as const

  addRoute(api, { ...shared, method: 'PUT', summary: `Subscribe a ${who} (P 7.3)` }, async (call) => {
    const place = await scope.find(push, call)
    await subscriptions.subscribe(call.caller, place, targetOf(call), await findSubject(push, call, who))
    return noContent
  })
  addRoute(
    api,
    { ...shared, method: getOrHead, summary: `Is the ${who} subscribed? (P 7.3)` },
    async (call) => {
      const place = await scope.find(push, call)
      await subscriptions.isSubscribed(call.caller, place, targetOf(call), await findSubject(push, call, who))
      return noContent
    },
  )
  addRoute(api, { ...shared, method: 'DELETE', summary: `Unsubscribe a ${who} (P 7.3)` }, async (call) => {
    const place = await scope.find(push, call)
    await subscriptions.unsubscribe(call.caller, place, targetOf(call), await findSubject(push, call, who))
    return noContent
  })
}

function addCallerItself(
  api: Api,
  scope: ScopePrefix,
  { path, targetOf }: Kind,
  who: 'user' | 'thing',
): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: ['POST', 'PUT'],
      path: `${scope.path}${path}/${who}s`,
      tag,
      summary: `Subscribe oneself, as a ${who} (P 7.3)`,
      gives: [204],
      needsToken: true,
    },
    async (call) => {
      const place = await scope.find(push, call)
      await push.subscriptions.subscribe(call.caller, place, targetOf(call), itself(call, who))
      return noContent
    },
  )
}

async function findSubject({ users, things }: Push, call: Call, who: 'user' | 'thing'): Promise<Subject> {
  const ref = call.param('subject')
  if (who === 'user') return `user:${(await users.resolve(call.caller, ref)).userID}`
  return `thing:${(await things.resolve(call.caller, ref)).thingID}`
}

function itself({ caller: { principal } }: Call, who: 'user' | 'thing'): Subject {
  if (principal.kind === who) return `${who}:${principal.id}`
  throw new PushError(
    'INVALID_INPUT_DATA',
    `Subscribing oneself as a ${who} takes the access token of a ${who}`,
  )
}
