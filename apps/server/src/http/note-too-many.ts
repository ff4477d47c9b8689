import type { FastifyInstance } from 'fastify'
import type { RefusalMemory } from '../explain/refusal-memory.ts'

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
      name: nameOf(request.headers.authorization),
      topic: `${request.method} ${url}`,
      reason: 'too_many_requests',
      text: 'Too many requests, or too many refused sign-ins.',
    })
  })
}

/** Of HTTP Basic; tokens name nobody, and are nobody else's business. */
function nameOf(authorization = ''): string {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] ?? ''
  return Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? ''
}
