import type { ThingRecord } from '@pillion/push'
import { NewPushThing, PushThing, PushThingPassword, PushThingStatus, PushThingUpdate } from '@pillion/schema'
import { AnswerForm, noContent } from './answer.ts'
import { refuseErrorCode } from './bodies.ts'
import { type Api, addRoute, takesJson } from './route.ts'

const tag = 'things'
const registrationOnly = 'ThingRegistrationRequest'
const registrationWithToken = 'ThingRegistrationAndAuthorizationRequest'
const registered = new AnswerForm<PushThing>(201, 'ThingRegistrationResponse', PushThing)
const found = new AnswerForm<PushThing>(200, 'ThingRetrievalResponse', PushThing)

/** P 4.1 to 4.3. `:thing` is a thingID or VENDOR_THING_ID:…. */
export function addThingRoutes(api: Api): void {
  addRegistration(api)
  const { push } = api.parts
  const path = '/things/:thing'

  addRoute(api, { method: 'GET', path, tag, summary: 'A thing (P 4.3)', gives: [found] }, async (call) => {
    const thing = await push.things.read(call.caller, call.param('thing'))
    return found.with(toView(thing))
  })
  addRoute(
    api,
    { method: 'HEAD', path, tag, summary: 'Is there such a thing? (P 4.3)', gives: [204] },
    async (call) => {
      await push.things.read(call.caller, call.param('thing'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'PATCH',
      path,
      tag,
      summary: 'Change a thing, member by member (P 4.3)',
      takes: takesJson(PushThingUpdate, 'ThingUpdateRequest'),
      gives: [204],
    },
    async (call) => {
      const read = call.body<PushThingUpdate>(PushThingUpdate)
      await push.things.update(call.caller, call.param('thing'), () => refuseErrorCode(read()))
      return noContent
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Delete a thing and everything of it (P 4.3)', gives: [204] },
    async (call) => {
      await push.things.remove(call.caller, call.param('thing'))
      return noContent
    },
  )
  addAdministration(api, path)
}

function addRegistration(api: Api): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: 'POST',
      path: '/things',
      tag,
      summary: 'Register a thing, with a token that does not end unless the first media type is used (P 4.1)',
      takes: takesJson(NewPushThing, registrationOnly, registrationWithToken),
      gives: [registered],
    },
    async (call) => {
      await api.rateLimits.countRegistration(call.request)
      const read = call.body<NewPushThing>(NewPushThing)
      const body = () => refuseErrorCode(read())
      if (call.hasType(registrationOnly)) {
        const thing = await push.things.register(call.app, body)
        return registered.with(toView(thing), call.location('things', thing.thingID))
      }
      const { thing, token } = await push.things.registerWithToken(call.app, body)
      return registered.with(
        { ...toView(thing), _accessToken: token.accessToken },
        call.location('things', thing.thingID),
      )
    },
  )
}

function addAdministration(api: Api, path: string): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: 'PUT',
      path: `${path}/status`,
      tag,
      summary: 'Disable a thing, which ends its connection, or enable it (P 4.3)',
      takes: takesJson(PushThingStatus, 'ThingStatusUpdateRequest'),
      gives: [204],
    },
    async (call) => {
      const body = call.body<PushThingStatus>(PushThingStatus)
      await push.things.setDisabled(call.caller, call.param('thing'), body)
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'PUT',
      path: `${path}/password`,
      tag,
      summary: 'Give a thing another password; the admin’s (P 4.3)',
      takes: takesJson(PushThingPassword, 'ChangeThingPasswordRequest'),
      gives: [204],
    },
    async (call) => {
      const body = call.body<PushThingPassword>(PushThingPassword)
      await push.things.changePassword(call.caller, call.param('thing'), body)
      return noContent
    },
  )
}

export function toView({
  thingID,
  vendorThingID,
  fields,
  createdAt,
  isDisabled,
  online,
}: ThingRecord): PushThing {
  return {
    ...fields,
    _thingID: thingID,
    _vendorThingID: vendorThingID,
    _created: createdAt,
    _disabled: isDisabled,
    ...(online === undefined ? {} : { _online: online.isOnline, _onlineStatusModifiedAt: online.modifiedAt }),
  }
}
