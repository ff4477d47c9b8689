import type { FastifyInstance } from 'fastify'
import type { RefusalMemory } from '../explain/refusal-memory.ts'
import { readBasic } from './basic-credentials.ts'

/** Remembers who was told to come back later (429), for whoever asks why a client gets nowhere. */
export function noteTooMany(surface: FastifyInstance, memory: Pick<RefusalMemory, 'refused'>): void {
  surface.addHook('onResponse', async (request, reply) => {
    if (reply.statusCode !== 429) return
    const { url = '' } = request.routeOptions
    memory.refused({
      packet: 'http',
      listener: request.protocol,
      address: request.ip ?? '',
      clientId: '',
      // Tokens name nobody, and are nobody else's business.
      name: readBasic(request.headers.authorization)?.name ?? '',
      topic: `${request.method} ${url}`,
      reason: 'too_many_requests',
      text: 'Too many requests, or too many refused sign-ins.',
    })
  })
}
