import { fullObject, type ObjectConditions, type ObjectRecord, type PushApp, type Scope } from '@pillion/push'
import { MadePushObject, NewPushObject, PushObject, ReplacedPushObject } from '@pillion/schema'
import { type Answer, AnswerForm, noContent } from './answer.ts'
import { refuseErrorCode } from './bodies.ts'
import { type Call, scopeSegments } from './call.ts'
import { type Api, addRoute, takesJson } from './route.ts'
import type { ScopePrefix } from './scopes.ts'

const tag = 'objects'
const takes = takesJson(NewPushObject)
const made = new AnswerForm<MadePushObject>(201, 'ObjectCreationResponse', MadePushObject)
const madeByID = new AnswerForm<ReplacedPushObject>(201, 'ObjectCreationResponse', ReplacedPushObject)
const replaced = new AnswerForm<ReplacedPushObject>(200, 'ObjectUpdateResponse', ReplacedPushObject)
const madeByPatch = new AnswerForm<PushObject>(201, 'ObjectUpdateResponse', PushObject)
const patched = new AnswerForm<PushObject>(200, 'ObjectUpdateResponse', PushObject)
const found = new AnswerForm<PushObject>(200, 'ObjectRetrievalResponse', PushObject)

/** P 10.1. */
export function addObjectRoutes(api: Api, scope: ScopePrefix): void {
  addCreation(api, scope)
  addReading(api, scope)
  addReplacing(api, scope)
  addPatching(api, scope)
}

function addCreation(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: 'POST',
      path: `${scope.path}/buckets/:bucket/objects`,
      tag,
      summary: 'Make an object; also as application/vnd.{appID}.{type}+json (P 10.1)',
      takes,
      gives: [made],
      isMadeOnce: true,
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const place = await scope.find(push, call)
      const bucketID = call.param('bucket')
      const type = readDataType(call)
      const { caller, madeID } = call
      const { object } = await push.objects.create(caller, place, bucketID, type, fieldsOf(call), madeID)
      const { objectID, createdAt } = object
      return made.with(
        { objectID, createdAt, dataType: mediaTypeOf(call.app, object) },
        headersOf(call, place, object),
      )
    },
  )
}

function addReading(api: Api, scope: ScopePrefix): void {
  const { objects } = api.parts.push
  const path = `${scope.path}/buckets/:bucket/objects/:object`
  const read = async (call: Call) => {
    const place = await scope.find(api.parts.push, call)
    return objects.read(call.caller, place, call.param('bucket'), call.param('object'))
  }
  addRoute(api, { method: 'GET', path, tag, summary: 'An object (P 10.1)', gives: [found] }, async (call) => {
    const object = await read(call)
    return found.with(fullObject(object), { etag: etagOf(object) })
  })
  addRoute(
    api,
    { method: 'HEAD', path, tag, summary: 'Is there such an object? (P 10.1)', gives: [204] },
    async (call): Promise<Answer> => ({ ...noContent, headers: { etag: etagOf(await read(call)) } }),
  )
}

function addReplacing(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  const path = `${scope.path}/buckets/:bucket/objects/:object`
  addRoute(
    api,
    {
      method: 'PUT',
      path,
      tag,
      summary: 'Replace an object, or make it; If-Match and If-None-Match: * count (P 10.1)',
      takes,
      gives: [replaced, madeByID],
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const place = await scope.find(push, call)
      const [bucketID, objectID] = [call.param('bucket'), call.param('object')]
      const { object, created } = await push.objects.replace(
        call.caller,
        place,
        bucketID,
        objectID,
        conditionsOf(call),
        fieldsOf(call),
        readDataType(call),
      )
      const { createdAt, modifiedAt } = object
      if (created) return madeByID.with({ createdAt, modifiedAt }, headersOf(call, place, object))
      return replaced.with({ createdAt, modifiedAt }, { etag: etagOf(object) })
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Delete an object; If-Match counts (P 10.1)', gives: [204] },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const place = await scope.find(push, call)
      const [bucketID, objectID] = [call.param('bucket'), call.param('object')]
      await push.objects.remove(call.caller, place, bucketID, objectID, conditionsOf(call))
      return noContent
    },
  )
}

function addPatching(api: Api, scope: ScopePrefix): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: 'PATCH',
      path: `${scope.path}/buckets/:bucket/objects/:object`,
      tag,
      summary: 'Change members of an object; also POST with X-HTTP-Method-Override: PATCH (P 10.1)',
      takes,
      gives: [patched, madeByPatch],
    },
    async (call) => {
      await api.rateLimits.countWrite(call.request)
      const place = await scope.find(push, call)
      const [bucketID, objectID] = [call.param('bucket'), call.param('object')]
      const { object, created } = await push.objects.patch(
        call.caller,
        place,
        bucketID,
        objectID,
        conditionsOf(call),
        fieldsOf(call),
        readDataType(call),
      )
      if (created) return madeByPatch.with(fullObject(object), headersOf(call, place, object))
      return patched.with(fullObject(object), { etag: etagOf(object) })
    },
  )
}

function fieldsOf(call: Call): () => object {
  const read = call.objectBody()
  return () => refuseErrorCode(read())
}

function conditionsOf(call: Call): ObjectConditions {
  return {
    ifMatch: call.header('if-match'),
    ifNoneMatchAny: call.header('if-none-match')?.trim() === '*',
  }
}

/** The `{type}` of application/vnd.{appID}.{type}+json. */
function readDataType({ request, app }: Call): string | undefined {
  const [, appID, type] =
    /^\s*application\/vnd\.([a-z0-9]+)\.([\w.-]{1,100})\+json\s*(?:;|$)/i.exec(
      request.headers['content-type'] ?? '',
    ) ?? []
  return appID?.toLowerCase() === app.appID.toLowerCase() ? type : undefined
}

function mediaTypeOf({ appID }: PushApp, { dataType }: ObjectRecord): string {
  return dataType === undefined ? 'application/json' : `application/vnd.${appID}.${dataType}+json`
}

function headersOf(call: Call, place: Scope, object: ObjectRecord) {
  const path = [...scopeSegments(place), 'buckets', call.param('bucket'), 'objects', object.objectID]
  return { etag: etagOf(object), ...call.location(...path) }
}

function etagOf({ version }: ObjectRecord): string {
  return `"${version}"`
}
