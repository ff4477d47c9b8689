import { connect, type Socket } from 'node:net'

export interface HttpRequest {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpLoad {
  readonly perSecond: number
  /** Answers with another status than 2xx; a run with any tells nothing. */
  readonly refused: number
}

/**
 * Sends one request over and over on kept-alive connections, the next one of each as soon as its answer is there. On raw
 * sockets: Node's own client would take more of the machine than the server that is measured.
 */
export async function loadHttp(
  request: HttpRequest,
  { connections, seconds, warmUpSeconds }: { connections: number; seconds: number; warmUpSeconds: number },
): Promise<HttpLoad> {
  const bytes = format(request)
  const clients = await Promise.all(
    Array.from({ length: connections }, () => HttpClient.open(request.port, bytes)),
  )
  for (const client of clients) client.start()
  await sleep(warmUpSeconds)
  const before = sum(clients)
  const startedAt = performance.now()
  await sleep(seconds)
  const after = sum(clients)
  const elapsed = (performance.now() - startedAt) / 1000
  for (const client of clients) client.close()
  return {
    perSecond: (after.answered - before.answered) / elapsed,
    refused: after.refused,
  }
}

class HttpClient {
  answered = 0
  refused = 0
  readonly #socket: Socket
  readonly #bytes: Buffer
  #received = ''

  static open(port: number, bytes: Buffer): Promise<HttpClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => resolve(new HttpClient(socket, bytes)))
    })
  }

  private constructor(socket: Socket, bytes: Buffer) {
    this.#socket = socket
    this.#bytes = bytes
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#receive(text))
  }

  start(): void {
    this.#socket.write(this.#bytes)
  }

  close(): void {
    this.#socket.removeAllListeners('data')
    this.#socket.destroy()
  }

  #receive(text: string): void {
    this.#received += text
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd === -1) return
    const head = this.#received.slice(0, headEnd)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < headEnd + 4 + length) return
    if (head[9] !== '2') this.refused++
    this.answered++
    this.#received = ''
    this.#socket.write(this.#bytes)
  }
}

function format({ method, path, headers, body, port }: HttpRequest): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

function sum(clients: readonly HttpClient[]) {
  return {
    answered: clients.reduce((total, { answered }) => total + answered, 0),
    refused: clients.reduce((total, { refused }) => total + refused, 0),
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}
