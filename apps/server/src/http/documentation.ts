import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { registerBuiltPages, sendBuiltAsset, sendBuiltPage } from './built-pages.ts'

export interface DocumentationParts {
  /** Folder of the built documentation. */
  readonly documentationPages: string
}

/** The documentation site; register it under `/docs`. Addresses of pages have no `.html`. */
export async function documentationSurface(
  surface: FastifyInstance,
  { documentationPages }: DocumentationParts,
): Promise<void> {
  const policy = await formatPolicy(documentationPages)
  surface.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', policy)
  })
  await registerBuiltPages(surface, documentationPages)
  surface.get('', (_request, reply) => reply.redirect('/docs/'))
  surface.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const path = request.params['*']
    if (extname(path) !== '') return sendBuiltAsset(reply, path)
    const page = path === '' || path.endsWith('/') ? `${path}index.html` : `${path}.html`
    return sendBuiltPage(reply, documentationPages, { page, what: 'The documentation' })
  })
}

/** Everything comes from the site's own files. Two small scripts stand in each page; nothing but these may. */
async function formatPolicy(root: string): Promise<string> {
  const page = await readFile(join(root, 'index.html'), 'utf8').catch(() => '')
  const inline = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^<]*)<\/script>/g)]
  const hashes = inline.map(
    ([, script = '']) => ` 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  )
  return [
    "default-src 'none'",
    `script-src 'self'${hashes.join('')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
