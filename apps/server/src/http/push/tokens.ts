import { type IssuedToken, type PushApp, PushError } from '@pillion/push'
import { PushToken, PushTokenRequest } from '@pillion/schema'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AnswerForm, sendAnswer } from './answer.ts'
import { badField, checkShape, readShape, readText } from './bodies.ts'
import { enterAnonymously } from './caller.ts'
import { guardPassword } from './guarded-password.ts'
import { type Api, takesJson, toSchema } from './route.ts'

const issued = new AnswerForm<PushToken>(200, 'OauthTokenResponse', PushToken)

const formType = 'application/x-www-form-urlencoded'
const json = takesJson(PushTokenRequest, 'OauthTokenRequest')
const takes = { ...json, types: [...json.types, formType] }

/** The token resource at both its addresses (P 2.2). */
export function addTokenRoutes(api: Api): void {
  for (const url of ['/oauth2/token', '/apps/:appID/oauth2/token']) {
    api.surface.post(url, {
      schema: toSchema({ tag: 'tokens', summary: 'Sign in, or renew a token (P 2.2)', gives: [issued] }),
      config: { takes },
      handler: (request, reply) => answer(api, request, reply),
    })
  }
}

async function answer(api: Api, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { appID } = request.params as { appID?: string }
  const app = await enterAnonymously(api.parts.push, request, appID)
  const token = await issue(api, request, app, readRequest(request))
  return sendAnswer(reply, issued.with(toView(token)))
}

/** Without a grant_type, the members tell (P 2.2). */
async function issue(
  { parts: { push, signInGuard } }: Api,
  request: FastifyRequest,
  app: PushApp,
  asked: PushTokenRequest,
): Promise<IssuedToken> {
  const { username, password, client_id, client_secret, refresh_token } = asked
  const grant = asked.grant_type ?? inferGrant(asked)
  const guarded = (name: string | undefined, check: () => Promise<IssuedToken>) =>
    guardPassword(signInGuard, request, { appID: app.appID, name }, check)
  if (grant === 'password' && username !== undefined && password !== undefined) {
    return guarded(push.signIn.nameOf(username), () =>
      push.signIn.withPassword(app, username, password, asked.expiresAt),
    )
  }
  if (grant === 'client_credentials' && client_id !== undefined && client_secret !== undefined) {
    return guarded(`client:${client_id}`, () => push.signIn.withClient(app, client_id, client_secret))
  }
  if (grant === 'refresh_token' && refresh_token !== undefined) {
    return guarded(undefined, () => push.tokens.refresh(app, refresh_token))
  }
  if (grant === undefined || isOurs(grant))
    throw new PushError(
      'invalid_request',
      'Send username and password, client_id and client_secret, or refresh_token',
    )
  throw new PushError('unsupported_grant_type', 'This grant_type is not offered')
}

function inferGrant({ username, password, client_id, refresh_token }: PushTokenRequest): string | undefined {
  if (username !== undefined || password !== undefined) return 'password'
  if (client_id !== undefined) return 'client_credentials'
  return refresh_token === undefined ? undefined : 'refresh_token'
}

function isOurs(grant: string): boolean {
  return grant === 'password' || grant === 'client_credentials' || grant === 'refresh_token'
}

function readRequest(request: FastifyRequest): PushTokenRequest {
  const isForm = request.headers['content-type']?.trim().toLowerCase().startsWith(formType) ?? false
  const asked = isForm ? readForm(request) : readShape<PushTokenRequest>(request, PushTokenRequest)
  if (asked.expiresAt !== undefined && !Number.isFinite(asked.expiresAt))
    throw badField('expiresAt', 'must be a number')
  return asked
}

function readForm(request: FastifyRequest): PushTokenRequest {
  const { expiresAt, ...members } = Object.fromEntries(new URLSearchParams(readText(request)))
  const value = expiresAt === undefined ? members : { ...members, expiresAt: Number(expiresAt || Number.NaN) }
  return checkShape(request, value, PushTokenRequest)
}

function toView({ id, accessToken, expiresInSeconds, refreshToken }: IssuedToken): PushToken {
  return {
    id,
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  }
}
