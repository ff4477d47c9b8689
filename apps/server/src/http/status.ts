import type { Broker } from '@pillion/broker'
import type { Push } from '@pillion/push'
import type { FastifyInstance } from 'fastify'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import { createMetrics } from './metrics.ts'

/** What machines ask: is it alive, is it ready, which version, how is it going. */
export async function statusSurface(
  surface: FastifyInstance,
  parts: {
    broker: Broker
    signInGuard: SignInGuard
    push: Pick<Push, 'sender'>
    version: string
    isReady: () => boolean
  },
): Promise<void> {
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
