import type { RunningServer } from '../../index.ts'
import { type Answer, ask } from '../../server.fixture.ts'

export interface TestPushApp {
  readonly appID: string
  readonly appKey: string
  readonly clientID: string
  readonly clientSecret: string
}

export interface PushRequest {
  /** Sent as it is if it is a text, else as JSON. */
  readonly body?: unknown
  /** An access token; null: not even the app's headers. */
  readonly token?: string | undefined | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface PushAnswer extends Answer {
  readonly text: string
  /** The body parsed; undefined if there is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined
}

export async function addPushApp(
  server: RunningServer,
  input: Parameters<RunningServer['push']['apps']['add']>[0] = {},
): Promise<TestPushApp> {
  const { app, clientSecret } = await server.push.apps.add(input)
  return { appID: app.appID, appKey: app.appKey, clientID: app.clientID, clientSecret }
}

/** A request as the original SDK sends it: with the app's headers. @param path below `/api/apps/{appID}`; whole if it starts with /api */
export async function askPush(
  server: RunningServer,
  app: TestPushApp,
  method: string,
  path: string,
  { body, token, headers }: PushRequest = {},
): Promise<PushAnswer> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await ask(server, path.startsWith('/api') ? path : `/api/apps/${app.appID}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { 'x-kii-appid': app.appID, 'x-kii-appkey': app.appKey }),
      ...(typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const text = answer.body.toString()
  return { ...answer, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}

/** Registers a user of that login name, whose password is its name three times. */
export async function addUser(
  server: RunningServer,
  app: TestPushApp,
  loginName: string,
): Promise<{ userID: string; token: string }> {
  const { json } = await askPush(server, app, 'POST', '/users', {
    body: { loginName, password: loginName.repeat(3) },
    headers: { 'content-type': 'application/vnd.kii.RegistrationAndAuthorizationRequest+json' },
  })
  return { userID: `${json?.userID}`, token: `${json?._accessToken}` }
}

/** Signs in the app's admin. */
export async function adminToken(server: RunningServer, app: TestPushApp): Promise<string> {
  const body = { client_id: app.clientID, client_secret: app.clientSecret }
  return `${(await askPush(server, app, 'POST', '/api/oauth2/token', { body })).json?.access_token}`
}
