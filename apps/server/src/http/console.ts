import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AppOrigins } from '../app-origins.ts'
import { registerBuiltPages, sendBuiltAsset, sendBuiltPage } from './built-pages.ts'
import { formatHost, isAppSite } from './hosts.ts'

export interface ConsoleParts {
  /** Folder of the built console. */
  readonly consolePages: string
  readonly names: readonly string[]
  readonly appOrigins: Pick<AppOrigins, 'domain'>
}

/** The operator’s page; register it under `/console`. It is only a page: what it shows comes from `/admin/v1`. */
export async function consoleSurface(
  surface: FastifyInstance,
  { consolePages, names, appOrigins }: ConsoleParts,
): Promise<void> {
  surface.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', policy).header('x-frame-options', 'DENY')
    // Other windows cannot reach into it, and what it opens learns nothing of it.
    reply.header('cross-origin-opener-policy', 'same-origin').header('referrer-policy', 'no-referrer')
    reply.header('permissions-policy', permissions)
    const isForApps = isAppSite(request.headers.host, appOrigins)
    if (isForApps) return reply.redirect(betterAddress(request, { names, appOrigins }))
  })
  await registerBuiltPages(surface, consolePages)
  surface.get('', (_request, reply) => reply.redirect('/console/'))
  surface.get('/', { prefixTrailingSlash: 'slash' }, (_request, reply) =>
    sendBuiltPage(reply, consolePages, { what: 'The console' }),
  )
  surface.get<{ Params: { '*': string } }>('/*', (request, reply) =>
    sendBuiltAsset(reply, request.params['*']),
  )
}

/** Everything comes from the page’s own files; nobody may put it into a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const permissions = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'

/**
 * Where the browser came in, under a name that no app can set cookies for; the fragment of the address, which may hold a
 * one-time link, goes with it.
 */
function betterAddress(
  request: FastifyRequest,
  { names, appOrigins }: Pick<ConsoleParts, 'names' | 'appOrigins'>,
): string {
  const name =
    names.find((each) => !isAppSite(each, appOrigins)) ?? request.socket.localAddress ?? 'localhost'
  // Of the same scheme: where a load balancer ends TLS, only the browser knows which.
  return `//${formatHost(name, request.port)}/console/`
}
