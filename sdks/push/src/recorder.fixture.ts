import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { create, type Namespace } from './index.ts'

export interface RecordedRequest {
  /** `PUT /topics/news`, below the app; of the token resource `POST /oauth2/token`. Without `disable_cache`. */
  readonly line: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Parsed if it is JSON, undefined without a body. */
  readonly body: unknown
}

export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Record<string, string>
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown
}

/** A plain HTTP server that shows which requests go out. It knows nothing of push: the test says what it answers. */
export class Recorder {
  readonly requests: RecordedRequest[] = []
  readonly site: string
  readonly kii: Namespace
  /** Milliseconds that were waited for, without waiting. */
  readonly sleeps: number[] = []
  readonly #server: Server
  #answers: ScriptedAnswer[] = []

  private constructor(server: Server) {
    this.#server = server
    this.site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
    this.kii = create({
      sleep: async (milliseconds) => {
        this.sleeps.push(milliseconds)
      },
    })
    this.kii.Kii.initializeWithSite('app12345', 'key12345', this.site)
  }

  static async open(): Promise<Recorder> {
    const server = createServer(async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString()
      const url = request.url ?? ''
      const path = url
        .replace('/api', '')
        .replace('/apps/app12345', '')
        .replace(/[?&]disable_cache=\d+/, '')
      recorder.requests.push({
        line: `${request.method} ${path}`,
        url,
        headers: request.headers,
        body: text === '' ? undefined : parse(text),
      })
      const { status = 200, headers = {}, body } = recorder.#answers.shift() ?? { status: 204 }
      response.writeHead(status, headers)
      response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const recorder = new Recorder(server)
    return recorder
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** What the next requests are answered; all later ones get 204. Forgets what was recorded. */
  script(...answers: ScriptedAnswer[]): void {
    this.#answers = [...answers]
    this.requests.length = 0
    this.sleeps.length = 0
  }

  get lines(): string[] {
    return this.requests.map(({ line }) => line)
  }

  /** Somebody is logged in from here on: `u1`, with the token `tok-u1`. */
  async logIn() {
    this.script({ body: { id: 'u1', access_token: 'tok-u1', expires_in: 3600 } })
    const user = await this.kii.KiiUser.authenticate('mia', 'harbour-9')
    this.script()
    return user
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
