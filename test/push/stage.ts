import assert from 'node:assert/strict'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { after } from 'node:test'
import type { RunningServer } from '../../apps/server/src/index.ts'
import { askAdmin, startTestServer } from '../../apps/server/src/server.fixture.ts'
import { type Endpoint, type Message, Receiver, type SignIn } from './receiver.ts'

/** Who asks, as its requests show it. */
export interface Caller {
  /** Whose headers it sends; undefined: none (P 1.2). */
  readonly hasAppHeaders: boolean
  readonly authorization?: string
}

export interface PushAppNames {
  readonly appID: string
  readonly appKey: string
  readonly clientID: string
  readonly clientSecret: string
}

export interface Cast {
  /** Users with loginName and password, both made of the name. */
  readonly users?: readonly string[]
  /** Users without either (P 3.2): quicker. */
  readonly pseudoUsers?: readonly string[]
  /** Their vendor thing ids. */
  readonly things?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  /** Of the request: a whole media type, or what stands in `application/vnd.kii.…+json`. */
  readonly type?: string
  readonly body?: unknown
  /** Sent as it is. */
  readonly raw?: string | Uint8Array
  readonly localAddress?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Undefined if there is no body, or it is not JSON. */
  readonly json: unknown
}

/** Rates that no table may run into; the tests of the rates set their own. */
const generous = {
  'limits.signInFailuresPerAddressMax': 100_000,
  'limits.signInFailuresPerAccountMax': 10_000,
  'limits.pushWritesPerPrincipalMax': 100_000,
  'limits.pushWritesPerAppMax': 1_000_000,
  'limits.pushRegistrationsPerAddressMax': 100_000,
  // A connection that is closed for being idle at the moment it is used again would look like an answer that is missing.
  'limits.httpIdleSeconds': 120,
}

/** A server with push apps and those who play in them. Ends with the tests of its file. */
export class Stage {
  readonly server: RunningServer
  readonly app: PushAppNames
  /** What `{name}` stands for in rows: `{app}`, `{mia}` = her userID, `{mia.token}`, `{lamp}` = its thingID, and what rows save. */
  readonly names = new Map<string, string>()
  readonly callers = new Map<string, Caller>()
  readonly receivers = new Map<string, Receiver>()
  /** What no error may show. */
  readonly secrets = new Set<string>()
  readonly #apps = new Map<string, PushAppNames>()
  readonly #agents = new Map<string, Agent>()
  #fence = 0

  private constructor(server: RunningServer, app: PushAppNames) {
    this.server = server
    this.app = app
  }

  static async open(cast: Cast = {}, flags: Record<string, unknown> = {}): Promise<Stage> {
    const server = await startTestServer({ ...generous, ...flags })
    const stage = new Stage(server, await createApp(server, 'harbour01', cast.settings))
    after(() => stage.#close())
    await stage.#enter('', stage.app, cast)
    return stage
  }

  /** One more app: its people are told apart by `prefix`, and its id is `{<prefix>app}`. */
  async addApp(appID: string, prefix: string, cast: Cast): Promise<PushAppNames> {
    const app = await createApp(this.server, appID, cast.settings)
    await this.#enter(prefix, app, cast)
    return app
  }

  /** Another app with everybody that has no right here: `other.stranger`, `other.gadget` and `other.admin`. */
  async addStrangers(): Promise<void> {
    await this.addApp('island02', 'other.', { pseudoUsers: ['stranger'], things: ['gadget'] })
  }

  /** @param path from `/apps/{appID}` on, or whole if it begins with `/api` */
  async ask(as: string, method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const { hostname, port } = new URL(this.server.httpUrl)
    const full = path.startsWith('/api') ? path : `/api/apps/${this.app.appID}${path}`
    const named = /^\/api\/apps\/(\w+)/.exec(full)?.[1] ?? ''
    const { body, raw = body === undefined ? undefined : JSON.stringify(body), localAddress } = asked
    const type = asked.type ?? (raw === undefined ? undefined : 'application/json')
    const headers = {
      ...this.#headersOf(as, this.#apps.get(named) ?? this.app),
      ...(type === undefined
        ? {}
        : { 'content-type': type.includes('/') ? type : `application/vnd.kii.${type}+json` }),
      ...asked.headers,
    }
    const agent = this.#agentOf(localAddress)
    return new Promise((resolve, reject) => {
      const sent = request({ host: hostname, port, path: full, method, headers, agent }, (response) => {
        response.toArray().then((chunks: Buffer[]) => {
          const text = Buffer.concat(chunks).toString()
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, headers, text, json: parse(text, headers) })
        }, reject)
      })
      sent.on('error', reject)
      sent.end(raw)
    })
  }

  /** As `ask`, for what must succeed. */
  async must<Result = Record<string, string>>(as: string, method: string, path: string, asked?: Asked) {
    const answer = await this.ask(as, method, path, asked)
    assert.ok(answer.status < 300, `${method} ${path} as ${as}: ${answer.status} ${answer.text}`)
    return answer.json as Result
  }

  /** The operator's REST. */
  async admin(method: string, path: string, body?: unknown) {
    return askAdmin(this.server, method, path, body)
  }

  /** Installs (P 6.1) and asks for the endpoint. */
  async endpointOf(as: string, development = false): Promise<Endpoint> {
    const installed = await this.must(as, 'POST', '/installations', {
      body: { deviceType: 'MQTT', development },
    })
    this.names.set(`${as}.installation`, installed.installationID ?? '')
    this.names.set(`${as}.registration`, installed.installationRegistrationID ?? '')
    const path = `/installations/${installed.installationID}/mqtt-endpoint`
    const endpoint = await this.must<Endpoint>(as, 'GET', path)
    this.secrets.add(endpoint.password)
    return endpoint
  }

  /** Installs, connects and subscribes; from then on rows may ask what it gets. */
  async connect(as: string, development = false, signIn: SignIn = {}): Promise<Receiver> {
    const receiver = await Receiver.open(await this.endpointOf(as, development), signIn)
    this.receivers.set(as, receiver)
    return receiver
  }

  /**
   * What this receiver got since the last call. A direct push follows all that was on its way before (P 17, row 33), so
   * nothing is missed and nobody waits for what does not come.
   */
  async received(name: string): Promise<Message[]> {
    const receiver = this.receivers.get(name) ?? assert.fail(`${name} is not connected`)
    const fence = ++this.#fence
    const kind = this.names.get(name)?.startsWith('th.') ? 'things' : 'users'
    const body = { data: { fence }, mqtt: { enabled: true } }
    await this.must('admin', 'POST', `/${kind}/${this.names.get(name)}/push/messages`, { body })
    return receiver.messagesUntil((message) => message.fence === fence)
  }

  /** With every `{name}` in its texts replaced. */
  fill<Value>(value: Value): Value
  fill(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.replace(
        /\{([A-Za-z][\w.]*)\}/g,
        (_, name) => this.names.get(name) ?? assert.fail(`no {${name}}`),
      )
    }
    if (Array.isArray(value)) return value.map((each) => this.fill(each))
    if (typeof value !== 'object' || value === null || value instanceof RegExp || value instanceof Uint8Array)
      return value
    // Not by assignment: a member may be called __proto__.
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [this.fill(name), this.fill(each)]))
  }

  /** A caller with this token. */
  addCaller(name: string, token: string): void {
    this.secrets.add(token)
    this.names.set(`${name}.token`, token)
    this.callers.set(name, { hasAppHeaders: true, authorization: `Bearer ${token}` })
  }

  #headersOf(as: string, { appID, appKey }: PushAppNames): Record<string, string> {
    const caller = this.callers.get(as) ?? assert.fail(`nobody is called ${as}`)
    return {
      ...(caller.hasAppHeaders ? { 'x-kii-appid': appID, 'x-kii-appkey': appKey } : {}),
      ...(caller.authorization === undefined ? {} : { authorization: caller.authorization }),
    }
  }

  async #enter(prefix: string, app: PushAppNames, { users = [], pseudoUsers = [], things = [] }: Cast) {
    const site = `/api/apps/${app.appID}`
    this.#apps.set(app.appID, app)
    this.names.set(`${prefix}app`, app.appID)
    this.names.set(`${prefix}key`, app.appKey)
    this.names.set(`${prefix}clientID`, app.clientID)
    this.names.set(`${prefix}clientSecret`, app.clientSecret)
    this.secrets.add(app.clientSecret)
    this.callers.set('nobody', { hasAppHeaders: false })
    const basic = btoa(`${this.app.appID}:${this.app.appKey}`)
    this.callers.set('basic', { hasAppHeaders: false, authorization: `Basic ${basic}` })
    this.callers.set('anonymous', { hasAppHeaders: true })
    this.callers.set('impostor', { hasAppHeaders: true, authorization: `Bearer ${'x'.repeat(43)}` })
    const registration = 'RegistrationAndAuthorizationRequest'
    const register = async (name: string, body: object) => {
      const user = await this.must('anonymous', 'POST', `${site}/users`, { type: registration, body })
      this.names.set(prefix + name, user.userID ?? '')
      this.addCaller(prefix + name, user._accessToken ?? '')
    }
    const admin = await this.must('anonymous', 'POST', `${site}/oauth2/token`, {
      body: { client_id: app.clientID, client_secret: app.clientSecret },
    })
    this.addCaller(`${prefix}admin`, admin.access_token ?? '')
    const registerUser = (loginName: string) => {
      const password = `harbour-${loginName}`
      this.names.set(`${prefix}${loginName}.password`, password)
      this.secrets.add(password)
      return register(loginName, { loginName, password })
    }
    const registerThing = async (name: string) => {
      const body = { _vendorThingID: name, _password: `bright-${name}` }
      this.secrets.add(body._password)
      const thing = await this.must('anonymous', 'POST', `${site}/things`, { body })
      this.names.set(prefix + name, thing._thingID ?? '')
      this.addCaller(prefix + name, thing._accessToken ?? '')
    }
    await Promise.all(users.map(registerUser))
    await Promise.all(pseudoUsers.map((name) => register(name, {})))
    await Promise.all(things.map(registerThing))
  }

  #agentOf(localAddress = '127.0.0.1'): Agent {
    const agent = this.#agents.get(localAddress) ?? new Agent({ keepAlive: true, localAddress })
    this.#agents.set(localAddress, agent)
    return agent
  }

  #close(): void {
    for (const receiver of this.receivers.values()) receiver.close()
    for (const agent of this.#agents.values()) agent.destroy()
  }
}

async function createApp(server: RunningServer, appID: string, settings?: object): Promise<PushAppNames> {
  const { status, json } = await askAdmin(server, 'POST', '/push-apps', {
    appID,
    ...(settings && { settings }),
  })
  assert.equal(status, 201, JSON.stringify(json))
  return json as PushAppNames
}

function parse(text: string, { 'content-type': type = '' }: IncomingHttpHeaders): unknown {
  return /json/.test(type) && text !== '' ? JSON.parse(text) : undefined
}
