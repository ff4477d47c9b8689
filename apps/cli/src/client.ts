import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { getCACertificates } from 'node:tls'
import type { ProblemBody } from '@pillion/schema'
import { CliError, describeError, failure, systemCode } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { quoteForShell } from './quote-for-shell.ts'
import { defaultDataDirectory, noServerError, type ServerAddress } from './server-address.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Body {
  readonly type: string
  readonly bytes: Uint8Array | string
}

/** So that a listener notices a server that vanished without a word. */
const keepAliveProbeMilliseconds = 30_000

/**
 * Speaks to `/admin/v1` of one server; the shapes are those of @pillion/schema's admin-api.ts. On node:http, because
 * fetch gives up on an answer in which nothing arrives for five minutes, and listening may be quiet for days.
 */
export class AdminClient {
  readonly #address: ServerAddress

  constructor(address: ServerAddress) {
    this.#address = address
  }

  /** Where it speaks to, such as http://127.0.0.1:8080. */
  get url(): string {
    return this.#address.url
  }

  /** `heard`: called with what stands above the answer. */
  get<Answer>(path: string, heard?: (headers: http.IncomingHttpHeaders) => void): Promise<Answer> {
    return this.#json<Answer>('GET', path, undefined, heard)
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#json<Answer>('POST', path, { type: 'application/json', bytes: JSON.stringify(body) })
  }

  put<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#json<Answer>('PUT', path, { type: 'application/json', bytes: JSON.stringify(body) })
  }

  patch<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#json<Answer>('PATCH', path, { type: 'application/json', bytes: JSON.stringify(body) })
  }

  delete<Answer>(path: string, body?: unknown): Promise<Answer> {
    const sent = body === undefined ? undefined : { type: 'application/json', bytes: JSON.stringify(body) }
    return this.#json<Answer>('DELETE', path, sent)
  }

  putArchive<Answer>(path: string, archive: Uint8Array): Promise<Answer> {
    return this.#json<Answer>('PUT', path, { type: 'application/gzip', bytes: archive })
  }

  /**
   * The lines of an answer that goes on until the server hangs up or `signal` aborts; `opened` is called and waited for before
   * the first, while nothing that comes is lost.
   */
  async *lines(path: string, signal: AbortSignal, opened: () => Promise<void>): AsyncGenerator<string> {
    const response = await this.#send('GET', path, undefined, signal)
    try {
      await opened()
      response.setEncoding('utf8')
      let rest = ''
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        yield* lines.filter((line) => line !== '')
      }
    } finally {
      response.destroy()
    }
  }

  async #json<Answer>(
    method: Method,
    path: string,
    body?: Body,
    heard?: (headers: http.IncomingHttpHeaders) => void,
  ): Promise<Answer> {
    const response = await this.#send(method, path, body)
    heard?.(response.headers)
    const answer = await text(response)
    try {
      return JSON.parse(answer) as Answer
    } catch (cause) {
      throw failure(
        `${this.url} did not answer ${method} /admin/v1${path} with JSON; is it a Pillion server?`,
        cause,
      )
    }
  }

  async #send(
    method: Method,
    path: string,
    body?: Body,
    signal?: AbortSignal,
  ): Promise<http.IncomingMessage> {
    let response: http.IncomingMessage
    try {
      response = await this.#request(method, path, body, signal)
    } catch (cause) {
      throw this.#unreachable(cause)
    }
    const status = response.statusCode ?? 0
    if (status < 200 || status > 299) throw await this.#refusal(status, response)
    return response
  }

  #request(method: Method, path: string, body?: Body, signal?: AbortSignal): Promise<http.IncomingMessage> {
    const { url, token, authorityPem } = this.#address
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': body.type, 'content-length': Buffer.byteLength(body.bytes) }),
    }
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
    const options = { method, headers, ...(signal === undefined ? {} : { signal }) }
    const target = `${url}/admin/v1${path}`
    const ca = authorityPem === undefined ? [] : [authorityPem]
    const request = url.startsWith('https:')
      ? https.request(target, { ...options, ca: [...getCACertificates('default'), ...ca] })
      : http.request(target, options)
    request.on('response', resolve).on('error', reject)
    request.setSocketKeepAlive(true, keepAliveProbeMilliseconds)
    request.end(body?.bytes)
    return promise
  }

  #unreachable(cause: unknown): CliError {
    const code = systemCode(cause) ?? ''
    if (/CERT|SIGNATURE|ALTNAME/.test(code)) {
      const advice = 'Add --data DIR of that server, or name its authority with NODE_EXTRA_CA_CERTS=FILE.'
      return noServerError(`The certificate of ${this.url} is not trusted (${code}). ${advice}`, cause)
    }
    const data = this.#address.data
    if (code === 'ECONNRESET') {
      const advice =
        'Check the port, 8080 unless it was changed: MQTT and TLS ports end it so. If it wants a PROXY header (listeners.http.proxyProtocol), come through the load balancer: --server URL --token-file FILE.'
      return noServerError(`${this.url} ended the connection without an answer. ${advice}`, cause)
    }
    const advice =
      data === undefined
        ? 'Check the address and that the server runs there.'
        : `${data} names it, but it seems to have ended; start it again with \`pillion serve${data === defaultDataDirectory ? '' : ` --data ${quoteForShell(data)}`}\`.`
    const reason = code === '' ? describeError(cause) : code
    return noServerError(`No server answers at ${this.url} (${reason}). ${advice}`, cause)
  }

  async #refusal(status: number, response: http.IncomingMessage): Promise<CliError> {
    const problem = readProblem(await text(response))
    if (status === 401) {
      return new CliError(
        `The server at ${this.url} refused the admin token in ${this.#address.tokenFile}. Name the right one with --token-file FILE.`,
        { exitCode: exitCodes.access, code: problem?.code ?? 'ADMIN_TOKEN_REFUSED' },
      )
    }
    if (problem === undefined) {
      return failure(`${this.url} answered ${status} ${response.statusMessage}; is it a Pillion server?`)
    }
    const exitCode = status >= 500 ? exitCodes.failed : exitCodes.refused
    return new CliError(describeProblem(problem), { exitCode, code: problem.code })
  }
}

function describeProblem({ title, detail }: ProblemBody): string {
  if (detail === '') return title
  // The last dot ends the sentence, unless it is what the sentence is about: `letters, digits, _, - or .`.
  return `${title.replace(/(?<=\S)\.$/, '')}: ${detail}`
}

function readProblem(answer: string): ProblemBody | undefined {
  try {
    const body = JSON.parse(answer) as Partial<ProblemBody> | null
    const isProblem = ['code', 'title', 'detail'].every((key) => typeof body?.[key as 'code'] === 'string')
    return isProblem ? (body as ProblemBody) : undefined
  } catch {
    return undefined
  }
}
