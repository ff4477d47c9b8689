import { IllegalStateException, InvalidArgumentException } from './exceptions.ts'
import type { KiiGroup } from './group.ts'
import type { KiiObject } from './object.ts'
import { isFormerSite } from './site.ts'
import type { KiiThing, KiiThingWithToken } from './thing.ts'
import type { KiiUser } from './user.ts'

/** The classes of one namespace that others make instances of; each namespace has its own. */
export interface Classes {
  readonly KiiUser: typeof KiiUser
  readonly KiiGroup: typeof KiiGroup
  readonly KiiThing: typeof KiiThing
  readonly KiiThingWithToken: typeof KiiThingWithToken
  readonly KiiObject: typeof KiiObject
}

/** Resolves after the time, or at once when the signal says so. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>

/** What tests replace: only time. */
export interface AppParts {
  readonly sleep?: Sleep
}

/** The state of one namespace: the app it talks to and who is logged in. Nothing of it is kept in modules. */
export class App {
  readonly sleep: Sleep
  currentUser: KiiUser | null = null
  /** Sent with every request, as the app wishes. */
  additionalHeaders: Readonly<Record<string, string>> = {}
  isLogging = false
  /** How long tokens of later log-ins are asked to live; undefined: as the server has it. */
  tokenSeconds: number | undefined
  #classes: Classes | undefined
  #identity: { readonly appID: string; readonly appKey: string; readonly site: string } | undefined

  constructor(parts: AppParts = {}) {
    this.sleep = parts.sleep ?? sleep
  }

  /** Once, when the namespace is made: the classes need the app, and the app them. */
  adopt(classes: Classes): void {
    this.#classes = classes
  }

  get classes(): Classes {
    if (this.#classes === undefined) throw new IllegalStateException('the namespace is not complete')
    return this.#classes
  }

  /** @throws InvalidArgumentException */
  initialize(appID: unknown, appKey: unknown, site: unknown): void {
    if (!isText(appID)) throw new InvalidArgumentException('the app ID must be a string that is not empty')
    if (!isText(appKey)) throw new InvalidArgumentException('the app key must be a string that is not empty')
    if (!isText(site)) throw new InvalidArgumentException('the site must be the address of a server')
    if (isFormerSite(site)) {
      throw new InvalidArgumentException(
        `the original's site ${site} is gone; call Kii.initializeWithSite(appID, appKey, 'https://YOUR-SERVER/api')`,
      )
    }
    this.#identity = { appID, appKey, site: site.replace(/\/+$/, '') }
    this.currentUser = null
  }

  get appID(): string {
    return this.#initialized().appID
  }

  get appKey(): string {
    return this.#initialized().appKey
  }

  /** Address of the service, without a slash at its end (P 1.1). */
  get site(): string {
    return this.#initialized().site
  }

  #initialized() {
    if (this.#identity === undefined) throw new IllegalStateException('call Kii.initializeWithSite() first')
    return this.#identity
  }
}

const sleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
  })

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
