import type { FastifyInstance } from 'fastify'
import { createMetrics, type MetricsParts } from './metrics.ts'

export interface StatusParts extends MetricsParts {
  readonly isReady: () => boolean
}

/** What machines ask: is it alive, is it ready, which version, how is it going. */
export async function statusSurface(surface: FastifyInstance, parts: StatusParts): Promise<void> {
  const metrics = createMetrics(parts)
  surface.get('/healthz', async () => ({ status: 'ok' }))
  surface.get('/readyz', async (_request, reply) => {
    const isReady = parts.isReady()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready' })
  })
  surface.get('/version', async () => ({ name: 'pillion', version: parts.version }))
  surface.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  )
}
