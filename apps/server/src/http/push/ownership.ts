import { NewPushOwner, PushOwners } from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import { guardPassword } from './guarded-password.ts'
import { type Api, addRoute, getOrHead, takesJson } from './route.ts'

const tag = 'things'
const listed = new AnswerForm<PushOwners>(200, 'ThingOwnershipRetrievalResponse', PushOwners)

/** P 4.4. `:owner` is user:{userID} or group:{groupID}. */
export function addOwnershipRoutes(api: Api): void {
  const { ownership } = api.parts.push
  const path = '/things/:thing/ownership'
  const onePath = `${path}/:owner`

  addRoute(
    api,
    { method: getOrHead, path, tag, summary: 'Who owns a thing (P 4.4)', gives: [listed] },
    async (call) => listed.with(await ownership.list(call.caller, call.param('thing'))),
  )
  addPasswordRoute(api, path)
  addRoute(
    api,
    { method: 'PUT', path: onePath, tag, summary: 'Make a user or group an owner (P 4.4)', gives: [204] },
    async (call) => {
      await ownership.add(call.caller, call.param('thing'), call.param('owner'))
      return noContent
    },
  )
  addRoute(
    api,
    { method: getOrHead, path: onePath, tag, summary: 'Is this an owner? (P 4.4)', gives: [204] },
    async (call) => {
      await ownership.has(call.caller, call.param('thing'), call.param('owner'))
      return noContent
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path: onePath, tag, summary: 'End an ownership (P 4.4)', gives: [204] },
    async (call) => {
      await ownership.remove(call.caller, call.param('thing'), call.param('owner'))
      return noContent
    },
  )
}

function addPasswordRoute(api: Api, path: string): void {
  const { push, signInGuard } = api.parts
  addRoute(
    api,
    {
      method: 'POST',
      path,
      tag,
      summary: 'Make a user or group an owner, with the thing’s password (P 4.4)',
      takes: takesJson(NewPushOwner, 'ThingOwnershipRequest'),
      gives: [204],
    },
    async (call) => {
      const thing = call.param('thing')
      const body = call.body<NewPushOwner>(NewPushOwner)
      // Under the name that the thing signs in with, if the path has it.
      await guardPassword(signInGuard, call.request, { appID: call.app.appID, name: thing }, () =>
        push.ownership.addWithPassword(call.caller, thing, body),
      )
      return noContent
    },
  )
}
