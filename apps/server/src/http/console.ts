import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AppOrigins } from '../app-origins.ts'
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
  await surface.register(fastifyStatic, {
    root: consolePages,
    serve: false,
    suppressWarning: true,
    index: false,
    dotfiles: 'ignore',
  })
  surface.get('', (_request, reply) => reply.redirect('/console/'))
  surface.get('/', { prefixTrailingSlash: 'slash' }, (_request, reply) => sendPage(reply, consolePages))
  surface.get<{ Params: { '*': string } }>('/*', (request, reply) => sendAsset(reply, request.params['*']))
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

async function sendPage(reply: FastifyReply, pages: string): Promise<FastifyReply> {
  const isBuilt = await stat(join(pages, 'index.html')).then(
    (page) => page.isFile(),
    () => false,
  )
  if (isBuilt)
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false })
  const text =
    '<!doctype html><title>Pillion</title><p>The console is not built yet. Run <code>npm run build</code> and reload.'
  return reply.code(503).type('text/html; charset=utf-8').send(text)
}

/** The build names what is in assets/ after its content; the rest may change under its name. */
function sendAsset(reply: FastifyReply, path: string): FastifyReply {
  const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return reply.header('cache-control', caching).sendFile(path, { cacheControl: false })
}
