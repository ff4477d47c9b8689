import fastifyHelmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { RefusalMemory } from '../explain/refusal-memory.ts'
import { portalOrigins } from '../listeners/bound-listener.ts'
import type { Tracing } from '../telemetry/tracing.ts'
import { type AdminParts, adminSurface } from './admin.ts'
import { type ConsoleParts, consoleSurface } from './console.ts'
import { type DocumentationParts, documentationSurface } from './documentation.ts'
import { addAdminDocuments, collectAdminRoutes } from './documents/admin-documents.ts'
import { buildAsyncDocument } from './documents/async-document.ts'
import { eligibilitySurface } from './eligibility.ts'
import { noteTooMany } from './note-too-many.ts'
import { type PartnerParts, partnerSurface } from './partner.ts'
import { type PortalParts, portalSurface } from './portal.ts'
import { ApiError } from './problems.ts'
import { type PushPagesParts, pushPagesSurface } from './push-pages.ts'
import { revocationListSurface } from './revocation-list.ts'
import { type StatusParts, statusSurface } from './status.ts'
import { createSurface } from './surface.ts'

export type MainParts = AdminParts &
  ConsoleParts &
  DocumentationParts &
  PartnerParts &
  PortalParts &
  PushPagesParts &
  StatusParts & {
    readonly refusalMemory: Pick<RefusalMemory, 'refused'>
    /** Names besides the loopback ones that the host page is served under. */
    readonly portalNames: readonly string[]
    readonly tracing: Tracing | undefined
  }

/** Everything under the server's own names: operator's and partners' REST, host page, health. */
export async function createMainSurface(parts: MainParts): Promise<FastifyInstance> {
  const surface = createSurface(parts.log)
  parts.durations.timeRequests(surface)
  noteTooMany(surface, parts.refusalMemory)
  parts.tracing?.watchRequests(surface)
  // The policy names ports, which are known only once the listeners are bound.
  surface.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', formatPolicy(parts))
  })
  await surface.register(fastifyHelmet, {
    contentSecurityPolicy: false,
    // It would bind every port of localhost to TLS.
    strictTransportSecurity: false,
  })
  await surface.register(async (scope) => {
    await collectAdminRoutes(scope, parts.version)
    await scope.register(adminSurface, { ...parts, prefix: '/admin/v1' })
    await scope.register(partnerSurface, { ...parts, prefix: '/partner/v1' })
    await addAdminDocuments(scope)
    const asyncDocument = buildAsyncDocument(parts)
    scope.get('/asyncapi.json', { schema: { hide: true } }, async () => asyncDocument)
  })
  await surface.register(portalSurface, { ...parts, prefix: '/portal' })
  const { consolePages, names, appOrigins } = parts
  await surface.register(consoleSurface, { consolePages, names, appOrigins, prefix: '/console' })
  const { documentationPages } = parts
  await surface.register(documentationSurface, { documentationPages, prefix: '/docs' })
  await surface.register(eligibilitySurface, { ...parts, prefix: '/applications/portail-ovip/v2' })
  await surface.register(statusSurface, parts)
  await surface.register(revocationListSurface, parts)
  await surface.register(pushPagesSurface, parts)
  surface.get('/', (_request, reply) => reply.redirect('/portal/'))
  await surface.register(appRedirects, parts)
  await surface.ready()
  return surface
}

/**
 * The host page loads only what it brought; it may frame only apps, which also keeps an app's frame from navigating
 * away to the internet (W 11.4).
 */
function formatPolicy({ bound, portalNames, appOrigins }: MainParts): string {
  const webSockets = portalOrigins(bound, portalNames).map((origin) => origin.replace(/^http/, 'ws'))
  return [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${appOrigins.wildcard}`,
    `connect-src 'self' ${webSockets.join(' ')}`,
    // MQTT.js keeps its timers in a worker, where a hidden tab does not slow them down.
    "worker-src 'self' blob:",
    `frame-src ${appOrigins.wildcard}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ')
}

/** An app's files under the host page's own origin would not be kept apart from it: they are on the app's (W 11.3). */
async function appRedirects(surface: FastifyInstance, { fleet, appOrigins }: MainParts): Promise<void> {
  for (const part of ['apps', 'media']) {
    surface.get<{ Params: { idApp: string } }>(`/${part}/:idApp/*`, async (request, reply) => {
      const app = await fleet.findApp(request.params.idApp)
      if (app === undefined) throw new ApiError('ADDRESS_NOT_FOUND', 'There is no such app.')
      return reply.redirect(appOrigins.originOf(app.idApp) + request.url)
    })
  }
}
