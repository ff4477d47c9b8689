import tls from 'node:tls'
import type { ProblemBody } from '@pillion/schema'
import { CliError, describeError, failure, systemCode } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { noServerError, type ServerAddress } from './server-address.ts'

type Method = 'GET' | 'POST' | 'PUT'

/** Speaks to `/admin/v1` of one server; the shapes are those of @pillion/schema's admin-api.ts. */
export class AdminClient {
  readonly #address: ServerAddress

  constructor(address: ServerAddress) {
    this.#address = address
    if (address.url.startsWith('https:') && address.authorityPem !== undefined) {
      tls.setDefaultCACertificates([...tls.getCACertificates('default'), address.authorityPem])
    }
  }

  /** Where it speaks to, such as http://127.0.0.1:8080. */
  get url(): string {
    return this.#address.url
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#json<Answer>('GET', path)
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#json<Answer>('POST', path, JSON.stringify(body), 'application/json')
  }

  putArchive<Answer>(path: string, archive: Uint8Array<ArrayBuffer>): Promise<Answer> {
    return this.#json<Answer>('PUT', path, archive, 'application/gzip')
  }

  /** The lines of an answer that goes on until the server hangs up or `signal` aborts. */
  async *lines(path: string, signal: AbortSignal, opened: () => void): AsyncGenerator<string> {
    const response = await this.#send('GET', path, { signal })
    opened()
    if (response.body === null) return
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      yield* lines.filter((line) => line.trim() !== '')
    }
  }

  async #json<Answer>(method: Method, path: string, body?: BodyInit, type?: string): Promise<Answer> {
    const response = await this.#send(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    })
    try {
      return (await response.json()) as Answer
    } catch (cause) {
      throw failure(
        `${this.url} did not answer ${method} /admin/v1${path} with JSON; is it a Pillion server?`,
        cause,
      )
    }
  }

  async #send(method: Method, path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#address.token}` }
    let response: Response
    try {
      response = await fetch(`${this.url}/admin/v1${path}`, { ...init, method, headers })
    } catch (cause) {
      throw this.#unreachable(cause)
    }
    if (!response.ok) throw await this.#refusal(response)
    return response
  }

  #unreachable(cause: unknown): CliError {
    const code = systemCode(cause) ?? ''
    if (/CERT|SIGNATURE|ALTNAME/.test(code)) {
      return noServerError(
        `The certificate of ${this.url} is not trusted (${code}). Name its authority with NODE_EXTRA_CA_CERTS=FILE, or add --data DIR of that server.`,
        cause,
      )
    }
    const data = this.#address.data
    const advice =
      data === undefined
        ? 'Check the address and that the server runs there.'
        : `${data} names it, but it seems to have ended; start it again with \`pillion serve\`.`
    const reason = code === '' ? describeError(cause) : code
    return noServerError(`No server answers at ${this.url} (${reason}). ${advice}`, cause)
  }

  async #refusal(response: Response): Promise<CliError> {
    const problem = await readProblem(response)
    if (response.status === 401) {
      return new CliError(
        `The server at ${this.url} refused the admin token in ${this.#address.tokenFile}. Name the right one with --token-file FILE.`,
        { exitCode: exitCodes.access, code: problem?.code ?? 'ADMIN_TOKEN_REFUSED' },
      )
    }
    if (problem === undefined) {
      return failure(
        `${this.url} answered ${response.status} ${response.statusText}; is it a Pillion server?`,
      )
    }
    const exitCode = response.status >= 500 ? exitCodes.failed : exitCodes.refused
    return new CliError(describeProblem(problem), { exitCode, code: problem.code })
  }
}

function describeProblem({ title, detail }: ProblemBody): string {
  return detail === '' ? title : `${title.replace(/\.$/, '')}: ${detail}`
}

async function readProblem(response: Response): Promise<ProblemBody | undefined> {
  try {
    const body = (await response.json()) as Partial<ProblemBody> | null
    if (typeof body?.code !== 'string' || typeof body.detail !== 'string') return undefined
    return body as ProblemBody
  } catch {
    return undefined
  }
}
