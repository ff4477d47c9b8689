import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Lets a surface send files of a folder that a build writes; it routes nothing by itself. */
export async function registerBuiltPages(surface: FastifyInstance, root: string): Promise<void> {
  await surface.register(fastifyStatic, {
    root,
    serve: false,
    suppressWarning: true,
    index: false,
    dotfiles: 'ignore',
  })
}

/** A page of the build, asked for again each time; 503 with what to do while there is none. */
export async function sendBuiltPage(
  reply: FastifyReply,
  root: string,
  { page = 'index.html', what }: { page?: string; what: string },
): Promise<FastifyReply> {
  const isBuilt = await stat(join(root, 'index.html')).then(
    (file) => file.isFile(),
    () => false,
  )
  if (isBuilt) return reply.header('cache-control', 'no-cache').sendFile(page, { cacheControl: false })
  const text = `<!doctype html><title>Pillion</title><p>${what} is not built yet. Run <code>npm run build</code> and reload.`
  return reply.code(503).type('text/html; charset=utf-8').send(text)
}

/** The build names what is in assets/ after its content; the rest may change under its name. */
export function sendBuiltAsset(reply: FastifyReply, path: string): FastifyReply {
  const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return reply.header('cache-control', caching).sendFile(path, { cacheControl: false })
}
