import type { FastifyInstance } from 'fastify'
import { createMetrics, type MetricsParts } from '../metrics/metrics.ts'
import type { Readiness } from '../nodes/readiness.ts'

export interface StatusParts extends MetricsParts {
  readonly readiness: Pick<Readiness, 'listMissing'>
}

/** What machines ask: is it alive, is it ready, which version, how is it going. */
export async function statusSurface(surface: FastifyInstance, parts: StatusParts): Promise<void> {
  const metrics = createMetrics(parts)
  surface.get('/healthz', async () => ({ status: 'ok' }))
  surface.get('/readyz', async (_request, reply) => {
    const missing = await parts.readiness.listMissing()
    if (missing.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready', missing })
  })
  surface.get('/version', async () => ({ name: 'pillion', version: parts.version }))
  surface.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  )
}
