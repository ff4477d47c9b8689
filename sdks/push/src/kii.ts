import { Access } from './access.ts'
import { type AppAdminContext, createAppAdminContext } from './admin-context.ts'
import type { App } from './app.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { createGroupCalls } from './group-calls.ts'
import { type Callbacks, type ErrorCallbacks, KiiError, messageOf, runAction, settle } from './outcome.ts'
import { RequestFailure } from './request-failure.ts'
import { appScope, Targets, type TopicPage } from './scope.ts'
import { KiiSite } from './site.ts'
import { KiiThingContext } from './thing-context.ts'
import { requestToken } from './token.ts'
import { version } from './version.ts'

/** Of the admin's log-in: the text comes first, then the HTTP status. */
export type AdminCallbacks =
  | Callbacks<AppAdminContext, [text: string, status: number | undefined]>
  | null
  | undefined

/** `Kii` of one namespace (P 14.2). */
export function createKii(app: App) {
  const access = new Access(app)
  const targets = new Targets(access, () => appScope)
  const { groupWithName, groupWithNameAndMembers } = createGroupCalls(app)
  return {
    /** @param site address of the service, `https://HOST/api` @throws InvalidArgumentException */
    initializeWithSite: (appID: string, appKey: string, site: string) => app.initialize(appID, appKey, site),

    /** The original's first site, which is gone. @throws InvalidArgumentException always */
    initialize: (appID: string, appKey: string) => app.initialize(appID, appKey, KiiSite.US),

    getBaseURL: () => app.site,
    getAppID: () => app.appID,
    getAppKey: () => app.appKey,
    getSDKVersion: () => version,

    /** Requests and their outcome on the console, without secrets. */
    setLogging(isLogging: boolean): void {
      app.isLogging = isLogging
    },

    isLogging: () => app.isLogging,

    setAdditionalHeaders(headers: Readonly<Record<string, string>> | null): void {
      app.additionalHeaders = { ...headers }
    },

    /** @param seconds of users' later log-ins; 0: as the server has it @throws InvalidArgumentException */
    setAccessTokenExpiration(seconds: number): void {
      const checked = Number(seconds ?? Number.NaN)
      if (!Number.isFinite(checked) || checked < 0)
        throw new InvalidArgumentException('the life of a token is a number of seconds')
      app.tokenSeconds = checked > 0 ? checked : undefined
    },

    getAccessTokenExpiration: () => app.tokenSeconds ?? 0,

    getCurrentUser: () => app.currentUser,
    loggedIn: () => app.currentUser !== null,

    /** Forgets the user here; the token and the push connection go on living. */
    logOut(): void {
      app.currentUser = null
    },

    authenticateAsAppAdmin(
      clientID: string,
      clientSecret: string,
      callbacks?: AdminCallbacks,
    ): Promise<AppAdminContext> {
      const work = async () => {
        const credentials = { client_id: clientID, client_secret: clientSecret }
        return createAppAdminContext(app, (await requestToken(access, credentials)).access_token)
      }
      const toError = (cause: unknown) => new KiiError(messageOf(cause), undefined, cause)
      return settle(callbacks, work, toError, ({ message, cause }): [string, number | undefined] => [
        message,
        cause instanceof RequestFailure ? cause.status : undefined,
      ])
    },

    /** No request. @throws InvalidArgumentException */
    authenticateAsAdminWithToken: (token: string): AppAdminContext =>
      createAppAdminContext(app, checkText(token, 'token')),

    authenticateAsThing: (
      vendorThingID: string,
      password: string,
      callbacks?: ErrorCallbacks<KiiThingContext>,
    ): Promise<KiiThingContext> =>
      runAction('authenticate as thing', undefined, callbacks, async () => {
        const username = `VENDOR_THING_ID:${checkText(vendorThingID, 'vendor thing ID')}`
        const token = await requestToken(access, { username, password }, 'OauthTokenRequest')
        const fields = { _thingID: token.id, _vendorThingID: vendorThingID }
        return new KiiThingContext(new Access(app, token.access_token), fields)
      }),

    /** No request. */
    authenticateAsThingWithToken: (
      thingID: string,
      token: string,
      callbacks?: ErrorCallbacks<KiiThingContext>,
    ): Promise<KiiThingContext> =>
      runAction('authenticate as thing', undefined, callbacks, async () => {
        const fields = { _thingID: checkText(thingID, 'thing ID') }
        return new KiiThingContext(new Access(app, checkText(token, 'token')), fields)
      }),

    topicWithName: (name: string) => targets.topic(name),
    listTopics: (callbacks?: ErrorCallbacks<TopicPage>, paginationKey?: string | null) =>
      targets.listTopics(callbacks, paginationKey),
    bucketWithName: (name: string) => targets.bucket(name),
    groupWithName,
    groupWithNameAndMembers,
  }
}

function checkText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new InvalidArgumentException(`the ${what} must be a string that is not empty`)
}
