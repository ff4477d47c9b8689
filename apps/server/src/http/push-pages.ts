import { basename, dirname } from 'node:path'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance } from 'fastify'

export interface PushPagesParts {
  /** File of the classic script of `sdks/push`. */
  readonly pushSdk: string
  /** Folder of the demo's web app; only the demo has one. */
  readonly pushExample: string | undefined
}

/** What browsers load for push: the SDK as a script, and in the demo the web app that uses it. */
export async function pushPagesSurface(surface: FastifyInstance, parts: PushPagesParts): Promise<void> {
  const { pushSdk, pushExample } = parts
  await surface.register(async (scope) => {
    await scope.register(fastifyStatic, { ...options, root: dirname(pushSdk), serve: false })
    scope.get('/sdk/push-sdk.js', (_request, reply) => {
      // Web apps are served from wherever their makers want, and load it from here.
      reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*')
      return reply.header('cache-control', 'no-cache').sendFile(basename(pushSdk))
    })
  })
  if (pushExample === undefined) return
  surface.get('/examples/push', (_request, reply) => reply.redirect('/examples/push/'))
  await surface.register(fastifyStatic, { ...options, root: pushExample, prefix: '/examples/push/' })
}

const options: Omit<FastifyStaticOptions, 'root'> = {
  suppressWarning: true,
  cacheControl: false,
  dotfiles: 'ignore',
  setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
}
