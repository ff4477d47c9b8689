import type { AccessList, AclResource, AclSubject, Scope } from '@pillion/push'
import { PushAccessEntries, PushAccessList } from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import type { Call } from './call.ts'
import { type Api, addRoute, getOrHead } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const tag = 'access control lists'
const listed = new AnswerForm<PushAccessList>(200, 'ACLRetrievalResponse', PushAccessList)
const entries = new AnswerForm<PushAccessEntries>(200, 'ACLEntriesRetrievalResponse', PushAccessEntries)

/** What has a list: where, and what a path there names. */
interface Kind {
  readonly path: string
  readonly isObject: boolean
  resourceOf(scope: Scope, call: Call): AclResource
}

const kinds: readonly Kind[] = [
  {
    path: '/topics/:topic',
    isObject: false,
    resourceOf: (scope, call) => ({ kind: 'topic', scope, name: call.param('topic') }),
  },
  {
    path: '/buckets/:bucket',
    isObject: false,
    resourceOf: (scope, call) => ({ kind: 'bucket', scope, name: call.param('bucket') }),
  },
  {
    path: '/buckets/:bucket/objects/:object',
    isObject: true,
    resourceOf: (scope, call) => ({
      kind: 'object',
      scope,
      name: call.param('bucket'),
      objectID: call.param('object'),
    }),
  },
]

/** P 11. `:subject` is UserID:…, GroupID:… or ThingID:…. */
export function addAccessListRoutes(api: Api, scope: ScopePrefix): void {
  for (const kind of kinds) {
    addLists(api, scope, kind)
    addEntry(api, scope, kind)
  }
}

function addLists(api: Api, scope: ScopePrefix, kind: Kind): void {
  const { push } = api.parts
  const path = `${scope.path}${kind.path}/acl`
  addRoute(
    api,
    {
      method: getOrHead,
      path,
      tag,
      summary: 'Who may do what, by verb (P 11)',
      gives: [listed],
      needsToken: true,
    },
    async (call) => {
      const resource = kind.resourceOf(await scope.find(push, call), call)
      return listed.with(toView(await push.accessLists.list(call.caller, resource)))
    },
  )
  addRoute(
    api,
    {
      method: getOrHead,
      path: `${path}/:verb`,
      tag,
      summary: 'Who may do that (P 11)',
      gives: [entries],
      needsToken: true,
    },
    async (call) => {
      const resource = kind.resourceOf(await scope.find(push, call), call)
      const subjects = await push.accessLists.listVerb(call.caller, resource, call.param('verb'))
      return entries.with(subjects.map(toEntry))
    },
  )
}

function addEntry(api: Api, scope: ScopePrefix, kind: Kind): void {
  const { push } = api.parts
  const { accessLists } = push
  const shared = {
    path: `${scope.path}${kind.path}/acl/:verb/:subject`,
    tag,
    gives: [204],
    needsToken: true,
  } as const

  addRoute(api, { ...shared, method: getOrHead, summary: 'Is that in the list? (P 11)' }, async (call) => {
    const resource = kind.resourceOf(await scope.find(push, call), call)
    await accessLists.has(call.caller, resource, call.param('verb'), call.param('subject'))
    return noContent
  })
  addRoute(api, { ...shared, method: 'PUT', summary: 'Give a right (P 11)' }, async (call) => {
    await countChange(api, kind, call)
    const resource = kind.resourceOf(await scope.find(push, call), call)
    await accessLists.put(call.caller, resource, call.param('verb'), call.param('subject'))
    return noContent
  })
  addRoute(
    api,
    { ...shared, method: 'DELETE', summary: 'Take a right, and the subscriptions that rest on it (P 11)' },
    async (call) => {
      await countChange(api, kind, call)
      const resource = kind.resourceOf(await scope.find(push, call), call)
      await accessLists.remove(call.caller, resource, call.param('verb'), call.param('subject'))
      return noContent
    },
  )
}

/** Of an object's list subscribers of the bucket are told, as of other writes. */
async function countChange({ rateLimits }: Api, { isObject }: Kind, { request }: Call): Promise<void> {
  if (isObject) await rateLimits.countWrite(request)
}

function toView(list: AccessList): PushAccessList {
  return Object.fromEntries(Object.entries(list).map(([verb, subjects]) => [verb, subjects.map(toEntry)]))
}

function toEntry(subject: AclSubject): PushAccessEntries[number] {
  const colon = subject.indexOf(':')
  const id = subject.slice(colon + 1)
  const kind = subject.slice(0, colon)
  if (kind === 'UserID') return { userID: id }
  return kind === 'GroupID' ? { groupID: id } : { thingID: id }
}
