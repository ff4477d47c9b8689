import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { OperatorRole } from '@pillion/schema'
import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * An answer that goes on, line by line, until the reader hangs up or the server stops. A reader that does not keep up
 * misses the newest lines; it never makes the server hold more than `bytesMax`.
 */
export class LineStream {
  readonly #response: ServerResponse
  readonly #bytesMax: number
  #dropped = 0

  /** Sends the head at once, so that the reader knows that nothing is missed from here on. */
  constructor(reply: FastifyReply, bytesMax: number) {
    reply.hijack()
    this.#response = reply.raw
    this.#bytesMax = bytesMax
    // Nothing may come for hours.
    reply.raw.setTimeout(0)
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'application/x-ndjson',
    })
    reply.raw.flushHeaders()
  }

  /** What the reader has not taken yet. */
  get waitingBytes(): number {
    return this.#response.writableLength
  }

  /** False if the reader is too far behind: the line is lost. */
  write(json: string): boolean {
    const isTaken = this.waitingBytes + Buffer.byteLength(json) + 1 <= this.#bytesMax
    if (isTaken) this.#response.write(`${json}\n`)
    else this.#dropped++
    return isTaken
  }

  onClose(listener: (counts: { dropped: number }) => void): void {
    this.#response.on('close', () => listener({ dropped: this.#dropped }))
  }

  /** Resolves when the reader has what was written, or has had a second to take it. */
  async end(): Promise<void> {
    const finished = new Promise((resolve) => this.#response.on('finish', resolve).on('close', resolve))
    this.#response.end()
    await Promise.race([finished, setTimeout(1_000, undefined, { ref: false })])
  }
}

/** A GET that is answered by a stream; the streams end when the surface closes. */
export function addLineRoute<Params>(
  surface: FastifyInstance,
  path: string,
  open: (params: Params, reply: FastifyReply) => Promise<LineStream>,
  role: OperatorRole = 'viewer',
): void {
  const streams = new Set<LineStream>()
  surface.addHook('preClose', async () => {
    await Promise.all([...streams].map((stream) => stream.end()))
  })
  // No HEAD for it: the stream would never end.
  surface.get(path, { exposeHeadRoute: false, config: { role, isStream: true } }, async (request, reply) => {
    const stream = await open(request.params as Params, reply)
    streams.add(stream)
    stream.onClose(() => streams.delete(stream))
    return reply
  })
}
