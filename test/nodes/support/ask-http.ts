import { request } from 'node:http'

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: object | undefined
  readonly timeoutMilliseconds?: number
}

export interface HttpAnswer {
  /** 0: none came, as the connection failed or the time was over. */
  readonly status: number
  readonly text: string
  readonly milliseconds: number
}

/** One request to 127.0.0.1 on a connection of its own. Never rejects. */
export function askHttp(
  port: number,
  method: string,
  path: string,
  { headers = {}, body, timeoutMilliseconds = 10_000 }: Asked = {},
): Promise<HttpAnswer> {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>()
  const answer = (status: number, text: string) =>
    resolve({ status, text, milliseconds: performance.now() - startedAt })
  const text = body === undefined ? undefined : JSON.stringify(body)
  const type = text === undefined ? {} : { 'content-type': 'application/json' }
  const sent = request(
    { host: '127.0.0.1', port, path, method, headers: { ...type, ...headers }, agent: false },
    (response) => {
      response.toArray().then(
        (chunks: Buffer[]) => answer(response.statusCode ?? 0, Buffer.concat(chunks).toString()),
        () => answer(0, 'the answer was cut off'),
      )
    },
  )
  const timer = setTimeout(() => sent.destroy(new Error('too late')), timeoutMilliseconds)
  sent.on('error', (error) => answer(0, error.message))
  sent.on('close', () => clearTimeout(timer))
  sent.end(text)
  return promise
}
