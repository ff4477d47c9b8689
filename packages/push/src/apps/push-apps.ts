import { limits as defaultLimits } from '@pillion/schema'
import type { EndConnections } from '../end-connections.ts'
import { createAppID, createAppKey, createClientID, createClientSecret } from '../ids.ts'
import type { PushLimits } from '../limits.ts'
import type {
  PushApp,
  PushAppChange,
  PushAppSettings,
  PushAppStore,
  StoredPushApp,
} from '../ports/push-app-store.ts'
import type { TokenStore } from '../ports/token-store.ts'
import { PushError } from '../push-error.ts'
import { hashSecret, verifySecret } from '../tokens/secret.ts'
import { defaultSettings, requireIdentifiers, requireSettings } from './push-app-input.ts'

/** What is left out is made. Whoever comes from the original keeps ids and keys by giving them. */
export interface NewPushApp {
  readonly appID?: string
  readonly appKey?: string
  readonly clientID?: string
  readonly clientSecret?: string
  readonly settings?: Partial<PushAppSettings>
}

export interface PushAppUpdate {
  readonly appKey?: string
  readonly isDisabled?: boolean
  readonly settings?: Partial<PushAppSettings>
}

export interface PushAppsOptions {
  readonly store: PushAppStore
  readonly tokens: Pick<TokenStore, 'removeTokens'>
  readonly limits: PushLimits
  readonly ended: EndConnections
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The tenants (P 2.1): made and changed by an operator, entered by everybody else. */
export class PushApps {
  readonly #store: PushAppStore
  readonly #tokens: Pick<TokenStore, 'removeTokens'>
  readonly #limits: PushLimits
  readonly #ended: EndConnections
  readonly #now: () => number

  constructor({ store, tokens, limits, ended, now }: PushAppsOptions) {
    this.#store = store
    this.#tokens = tokens
    this.#limits = limits
    this.#ended = ended
    this.#now = now
  }

  /** The client secret is told here and never again. INVALID_INPUT_DATA and OPERATION_NOT_ALLOWED name the `field`. */
  async add(input: NewPushApp): Promise<{ app: PushApp; clientSecret: string }> {
    requireIdentifiers(input)
    const clientSecret = input.clientSecret ?? createClientSecret()
    const app: StoredPushApp = {
      appID: input.appID ?? createAppID(),
      appKey: input.appKey ?? createAppKey(),
      clientID: input.clientID ?? createClientID(),
      settings: requireSettings({ ...defaultSettings, ...input.settings }),
      isDisabled: false,
      createdAt: this.#now(),
      clientSecretHash: hashSecret(clientSecret),
      replacedSecret: undefined,
    }
    if ((await this.#store.listApps()).length >= this.#limits.pushAppsMax) {
      throw new PushError('OPERATION_NOT_ALLOWED', `There are ${this.#limits.pushAppsMax} push apps already`)
    }
    const field = await this.#store.addApp(app)
    if (field !== undefined) {
      throw new PushError('OPERATION_NOT_ALLOWED', `The ${field} is taken`, { details: { field } })
    }
    return { app: withoutSecrets(app), clientSecret }
  }

  /** By appID. */
  async list(): Promise<PushApp[]> {
    return (await this.#store.listApps()).map(withoutSecrets)
  }

  async find(appID: string): Promise<PushApp | undefined> {
    const app = await this.#store.findApp(appID)
    return app && withoutSecrets(app)
  }

  /**
   * The secret before works until `replacedEndsAt` (ms); the one before that ends now. Without an overlap the admin's tokens
   * end too: they need not end by themselves, and whoever had the secret may have one.
   */
  async rotateSecret(
    appID: string,
    overlapSeconds: number,
  ): Promise<{ app: PushApp; clientSecret: string; replacedEndsAt: number }> {
    const { passwordOverlapSecondsMax: max } = defaultLimits
    if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > max) {
      throw new PushError('INVALID_INPUT_DATA', `An overlap is a whole number of seconds from 0 to ${max}`, {
        details: { field: 'overlapSeconds' },
      })
    }
    const { clientSecretHash: hash } = await this.#require(appID)
    const clientSecret = createClientSecret()
    const endsAt = this.#now() + overlapSeconds * 1000
    const app = await this.#change(appID, {
      clientSecretHash: hashSecret(clientSecret),
      replacedSecret: overlapSeconds === 0 ? undefined : { hash, endsAt },
    })
    if (overlapSeconds === 0) await this.#tokens.removeTokens(appID, { kind: 'admin' })
    return { app, clientSecret, replacedEndsAt: endsAt }
  }

  /** Settings that are not given stay. Disabling ends all connections of the app. */
  async change(appID: string, { settings, appKey, isDisabled }: PushAppUpdate): Promise<PushApp> {
    requireIdentifiers({ ...(appKey !== undefined && { appKey }) })
    const present = await this.#require(appID)
    const app = await this.#change(appID, {
      ...(settings && { settings: requireSettings({ ...present.settings, ...settings }) }),
      ...(appKey !== undefined && { appKey }),
      ...(isDisabled !== undefined && { isDisabled }),
    })
    if (isDisabled) this.#ended(appID, undefined, 'The app was disabled')
    return app
  }

  /** With everything in it. Disabled first, so that nobody adds to what is being removed. */
  async remove(appID: string): Promise<void> {
    await this.#change(appID, { isDisabled: true })
    this.#ended(appID, undefined, 'The app was removed')
    await this.#store.removeApp(appID)
  }

  /** The first check of every request (P 1.2): APP_NOT_FOUND, APP_DISABLED, and UNAUTHORIZED for a wrong key. */
  async enter(appID: string, appKey: string | undefined): Promise<PushApp> {
    const app = await this.#require(appID)
    if (app.isDisabled) throw new PushError('APP_DISABLED', 'The app is disabled', { details: { appID } })
    // The key is public, so comparing it needs no constant time.
    if (appKey !== undefined && appKey !== app.appKey) {
      throw new PushError('UNAUTHORIZED', 'Wrong app key')
    }
    return withoutSecrets(app)
  }

  /** Are these the credentials of the app's admin? A replaced secret is one of them while its overlap lasts. */
  async verifyAdmin(appID: string, clientID: string, clientSecret: string): Promise<boolean> {
    const app = await this.#require(appID)
    const { clientSecretHash, replacedSecret } = app
    const isPresent = verifySecret(clientSecret, clientSecretHash)
    const isReplaced =
      replacedSecret !== undefined &&
      verifySecret(clientSecret, replacedSecret.hash) &&
      this.#now() < replacedSecret.endsAt
    return clientID === app.clientID && (isPresent || isReplaced)
  }

  async #require(appID: string): Promise<StoredPushApp> {
    const app = await this.#store.findApp(appID)
    if (app === undefined) throw appNotFound(appID)
    return app
  }

  async #change(appID: string, change: PushAppChange): Promise<PushApp> {
    const app = await this.#store.changeApp(appID, change)
    if (app === undefined) throw appNotFound(appID)
    return withoutSecrets(app)
  }
}

function appNotFound(appID: string): PushError {
  return new PushError('APP_NOT_FOUND', 'There is no app with this appID', { details: { appID } })
}

function withoutSecrets(app: StoredPushApp): PushApp {
  const { appID, appKey, clientID, settings, isDisabled, createdAt } = app
  return { appID, appKey, clientID, settings, isDisabled, createdAt }
}
