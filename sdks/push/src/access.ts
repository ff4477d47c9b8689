import type { App } from './app.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { RequestFailure } from './request-failure.ts'
import { version } from './version.ts'

export interface RequestOptions {
  /** Name of the vendor type, `UserUpdateRequest` in `application/vnd.kii.UserUpdateRequest+json`, or a whole media type. */
  readonly type?: string
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Without a token, whoever is logged in. */
  readonly isAnonymous?: boolean
}

export interface Answer {
  /** Parsed; undefined without a body. */
  readonly body: unknown
  readonly etag: string | undefined
}

/** Sends requests with one token: a fixed one (a thing's, the admin's), or that of whoever is logged in at the moment. */
export class Access {
  readonly app: App
  readonly #token: string | undefined

  constructor(app: App, token?: string) {
    this.app = app
    this.#token = token
  }

  get isFixed(): boolean {
    return this.#token !== undefined
  }

  get token(): string | undefined {
    return this.#token ?? this.app.currentUser?.getAccessToken()
  }

  /**
   * @param path below the app, `/users/me`
   * @throws RequestFailure
   */
  send(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    return this.#send(method, `${this.app.site}/apps/${encodeSegment(this.app.appID)}${path}`, options)
  }

  /** The token resource, which is not below the app (P 1.1). */
  requestToken(body: unknown, type = 'application/json'): Promise<Answer> {
    return this.#send('POST', `${this.app.site}/oauth2/token`, { type, body, isAnonymous: true })
  }

  async #send(method: string, url: string, options: RequestOptions): Promise<Answer> {
    const { app } = this
    const token = options.isAnonymous ? undefined : this.token
    const headers: Record<string, string> = {
      accept: '*/*',
      ...app.additionalHeaders,
      'x-kii-appid': app.appID,
      'x-kii-appkey': app.appKey,
      'x-kii-sdk': `sn=pillion;sv=${version}`,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(options.type !== undefined && { 'content-type': mediaType(options.type) }),
      ...options.headers,
    }
    const body = options.body === undefined ? null : asText(options.body)
    const address = `${url}${url.includes('?') ? '&' : '?'}disable_cache=${Date.now()}`
    const response = await fetch(address, { method, headers, body }).catch((cause) => {
      throw new RequestFailure(0, url, undefined, { cause })
    })
    return this.#read(method, url, response)
  }

  async #read(method: string, url: string, response: Response): Promise<Answer> {
    const text = await response.text().catch((cause) => {
      throw new RequestFailure(0, url, undefined, { cause })
    })
    const body = parse(text)
    // Addresses and outcomes, never headers or bodies: those hold secrets.
    if (this.app.isLogging) console.log(`push: ${method} ${url} → ${response.status}`)
    if (!response.ok || body === unreadable) throw new RequestFailure(response.status, url, body)
    return { body, etag: response.headers.get('etag') ?? undefined }
  }
}

/** An id as one segment of a path. What a path may hold as it is stays as it is: `MQTT:…`, `EMAIL:a@b`, `PHONE:+81…`. */
export function encodeSegment(text: string): string {
  if (text === '.' || text === '..') throw new InvalidArgumentException(`"${text}" cannot be an ID`)
  return encodeURIComponent(text).replace(/%3A|%40|%2B|%24|%2C/g, decodeURIComponent)
}

const unreadable = Symbol('not JSON')

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return unreadable
  }
}

function mediaType(type: string): string {
  return type.includes('/') ? type : `application/vnd.kii.${type}+json`
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
