import type { FastifyInstance } from 'fastify'
import type { Limits } from '../limits.ts'
import type { LiveFigures } from '../live/live-figures.ts'
import { addLineRoute, LineStream } from './line-stream.ts'

export interface LiveRouteParts {
  readonly live: LiveFigures
  readonly limits: Pick<Limits, 'streamBytesMax'>
}

/** How this node is doing, line by line, each second. */
export function addLiveRoute(surface: FastifyInstance, { live, limits }: LiveRouteParts): void {
  addLineRoute(surface, '/live', async (_params, reply) => {
    const stream = new LineStream(reply, limits.streamBytesMax)
    stream.onClose(live.follow((json) => stream.write(json)))
    return stream
  })
}
