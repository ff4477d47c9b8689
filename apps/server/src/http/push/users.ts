import type { IssuedToken, UserRecord } from '@pillion/push'
import { NewPushUser, PushModifiedAt, PushPasswordChange, PushUser, PushUserUpdate } from '@pillion/schema'
import { AnswerForm, definedMembers, noContent } from './answer.ts'
import { refuseErrorCode } from './bodies.ts'
import type { Call } from './call.ts'
import { readToken } from './caller.ts'
import { guardPassword } from './guarded-password.ts'
import { type Api, addRoute, getOrHead, takesJson } from './route.ts'

const tag = 'users'
const registrationWithToken = 'RegistrationAndAuthorizationRequest'
const registered = new AnswerForm<PushUser>(201, 'RegistrationResponse', PushUser)
const found = new AnswerForm<PushUser>(200, 'UserDataRetrievalResponse', PushUser)
const updated = new AnswerForm<PushModifiedAt>(200, 'UserUpdateResponse', PushModifiedAt)

/** P 3. `:user` is `me`, a userID, or a name with LOGIN_NAME:, EMAIL: or PHONE: before it. */
export function addUserRoutes(api: Api): void {
  addRegistration(api)
  const { push, signInGuard } = api.parts
  const path = '/users/:user'

  addRoute(api, { method: getOrHead, path, tag, summary: 'A user (P 3.3)', gives: [found] }, async (call) => {
    const { user, isFull } = await push.users.read(call.caller, call.param('user'))
    return found.with(isFull ? toFullView(user) : toView(user))
  })
  addRoute(
    api,
    {
      method: ['POST', 'PUT', 'PATCH'],
      path,
      tag,
      summary: 'Change a user: custom fields as a whole, other members one by one (P 3.4)',
      takes: takesJson(PushUserUpdate, 'UserUpdateRequest'),
      gives: [updated],
    },
    async (call) => {
      const user = await push.users.update(call.caller, call.param('user'), userBody<PushUserUpdate>(call))
      return updated.with({ modifiedAt: user.modifiedAt })
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Delete a user and everything of it (P 3.4)', gives: [204] },
    async (call) => {
      await push.users.remove(call.caller, call.param('user'))
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'PUT',
      path: `${path}/password`,
      tag,
      summary: 'Change a password; other tokens of the user end (P 3.4)',
      takes: takesJson(PushPasswordChange, 'ChangePasswordRequest'),
      gives: [204],
    },
    async (call) => {
      const { caller, request } = call
      const name = caller.principal.kind === 'user' ? `user:${caller.principal.id}` : undefined
      const body = call.body<PushPasswordChange>(PushPasswordChange)
      await guardPassword(signInGuard, request, { appID: call.app.appID, name }, () =>
        push.users.changePassword(caller, readToken(request), call.param('user'), body),
      )
      return noContent
    },
  )
}

function addRegistration(api: Api): void {
  const { push } = api.parts
  addRoute(
    api,
    {
      method: 'POST',
      path: '/users',
      tag,
      summary: 'Register a user; the second media type also signs it in, a pseudo user included (P 3.1)',
      takes: takesJson(NewPushUser, 'RegistrationRequest', registrationWithToken),
      gives: [registered],
      isAnonymous: true,
    },
    async (call) => {
      await api.rateLimits.countRegistration(call.request)
      if (call.hasType(registrationWithToken)) {
        const { user, token } = await push.users.registerWithToken(call.app, userBody<NewPushUser>(call))
        return registered.with(
          { ...toFullView(user), ...toTokenMembers(token) },
          call.location('users', user.userID),
        )
      }
      const user = await push.users.register(call.app, userBody<NewPushUser>(call))
      return registered.with(toFullView(user), call.location('users', user.userID))
    },
  )
}

function userBody<Body extends object>(call: Call): () => Body {
  const read = call.body<Body>(NewPushUser)
  return () => refuseErrorCode(read())
}

function toTokenMembers({ accessToken, refreshToken }: IssuedToken) {
  return { _accessToken: accessToken, ...(refreshToken === undefined ? {} : { _refreshToken: refreshToken }) }
}

/** What everybody may see (P 3.3). */
function toView({ userID, loginName, displayName }: UserRecord): PushUser {
  return definedMembers({ userID, loginName, displayName })
}

/** Addresses count as verified at once (P 3.1). */
export function toFullView(user: UserRecord): PushUser {
  const { userID, loginName, emailAddress, phoneNumber, displayName, country, locale } = user
  return definedMembers({
    ...user.fields,
    userID,
    internalUserID: user.number,
    loginName,
    emailAddress,
    emailAddressVerified: emailAddress === undefined ? undefined : true,
    phoneNumber,
    phoneNumberVerified: phoneNumber === undefined ? undefined : true,
    displayName,
    country,
    locale,
    _hasPassword: user.passwordHash !== undefined,
    _disabled: user.isDisabled,
  })
}
