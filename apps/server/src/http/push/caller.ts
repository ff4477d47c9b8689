import { type Caller, type Push, type PushApp, PushError } from '@pillion/push'
import type { FastifyRequest } from 'fastify'

interface Credentials {
  /** Of the X-Kii headers or, as they say the same, of Basic. */
  readonly appID?: string | undefined
  readonly appKey?: string | undefined
  readonly token?: string | undefined
}

/**
 * Who sent a request: first its app, then its token (P 2.3). App headers without a token make it anonymous (P 1.2).
 * @param pathAppID the app that the path names, if it does
 */
export async function enter(push: Push, request: FastifyRequest, pathAppID?: string): Promise<Caller> {
  const { app, credentials } = await enterApp(push, request, pathAppID)
  const { token, appKey } = credentials
  if (token !== undefined) return { app, principal: await push.tokens.authenticate(app, token) }
  if (appKey === undefined) throw nobody()
  return { app, principal: { kind: 'anonymous' } }
}

/** For what everybody does anonymously (P 2.2, 3.1): a token beside the app's key is not looked at. */
export async function enterAnonymously(
  push: Push,
  request: FastifyRequest,
  pathAppID?: string,
): Promise<PushApp> {
  const { app, credentials } = await enterApp(push, request, pathAppID)
  if (credentials.appKey !== undefined) return app
  if (credentials.token === undefined) throw nobody()
  await push.tokens.authenticate(app, credentials.token)
  return app
}

/** The access token as it was sent; only of a request that has entered with one. */
export function readToken(request: FastifyRequest): string | undefined {
  return readCredentials(request).token
}

async function enterApp(push: Push, request: FastifyRequest, pathAppID: string | undefined) {
  const credentials = readCredentials(request)
  const appID = pathAppID ?? credentials.appID
  if (appID === undefined) throw nobody()
  if (credentials.appID !== undefined && credentials.appID !== appID)
    throw new PushError('INVALID_INPUT_DATA', 'X-Kii-AppID names another app than the path', {
      details: { field: 'X-Kii-AppID' },
    })
  return { app: await push.apps.enter(appID, credentials.appKey), credentials }
}

function readCredentials({ headers }: FastifyRequest): Credentials {
  const appID = headerOf(headers['x-kii-appid'])
  const appKey = headerOf(headers['x-kii-appkey'])
  const authorization = headers.authorization
  if (authorization === undefined || authorization === '') return { appID, appKey }
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization.trim()) ?? []
  if (scheme.toLowerCase() !== 'basic') {
    // Anything else that should be a token is a malformed one.
    return { appID, appKey, token: scheme.toLowerCase() === 'bearer' ? value : '' }
  }
  const [, basicID, basicKey] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
  return { appID: appID ?? basicID ?? '', appKey: appKey ?? basicKey ?? '' }
}

/** Headers that come twice are joined by Node, and then name no app. */
function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

function nobody(): PushError {
  return new PushError('UNAUTHORIZED', 'Send X-Kii-AppID and X-Kii-AppKey, or an access token')
}
