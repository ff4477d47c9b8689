import { PushError } from '@pillion/push'
import type { FastifyInstance } from 'fastify'
import { scopePrefixes } from './scopes.ts'

/** Addresses of the original that P leaves out: 501 says to an app that it is not to blame (P 15). */
const inApp = [
  '/things/query',
  '/users/:user/status',
  '/users/:user/email-address/*',
  '/users/:user/phone-number/*',
  '/users/:user/password/request-reset',
  '/configuration/*',
  '/events',
  '/events/*',
  '/hooks/*',
  '/integration/*',
  '/server-code',
  '/server-code/*',
]

const inScope = [
  '/acl',
  '/acl/*',
  '/buckets/:bucket/count',
  '/buckets/:bucket/indexes',
  '/buckets/:bucket/indexes/*',
  '/buckets/:bucket/objects/:object/body',
  '/buckets/:bucket/objects/:object/body/*',
]

export function addLeftOutRoutes(surface: FastifyInstance): void {
  const scoped = scopePrefixes.flatMap(({ path }) => inScope.map((each) => path + each))
  for (const path of [...inApp, ...scoped]) {
    surface.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: `/apps/:appID${path}`,
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: async (request) => {
        throw new PushError('OPERATION_NOT_IMPLEMENTED', `${request.method} is not offered at this address`)
      },
    })
  }
}
