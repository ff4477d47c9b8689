import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type BoundListener, portalOrigins } from '../listeners/bound-listener.ts'
import { setAppHeaders } from './app-headers.ts'
import type { Hosts } from './hosts.ts'
import { ApiError, toProblem } from './problems.ts'

export interface DispatchParts {
  readonly hosts: Hosts
  readonly portalNames: readonly string[]
  readonly bound: readonly BoundListener[]
  readonly main: FastifyInstance
  readonly apps: FastifyInstance
  /** Push REST and its documentation. */
  readonly push: FastifyInstance
}

/** Hands a request to the surface its Host header asks for; the two never share a route. */
export function dispatch(
  parts: DispatchParts,
  listenerHost: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const host = parts.hosts.classify(request.headers.host, listenerHost)
  if (host.kind === 'main') (isPush(request.url) ? parts.push : parts.main).routing(request, response)
  else if (host.kind === 'app') {
    setAppHeaders(response, portalOrigins(parts.bound, parts.portalNames))
    parts.apps.routing(request, response)
  } else refuse(request, response)
}

/** Its own surface: errors, headers and bodies there are those of another service (P 1). */
function isPush(url = ''): boolean {
  return /^\/+(api|openapi\.json|docs\/rest\/push)(?=[/?]|$)/.test(url)
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const detail = `Add ${JSON.stringify(request.headers.host ?? '')} to the configuration’s names, or use localhost.`
  const problem = toProblem(new ApiError('HOST_REFUSED', detail))
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(JSON.stringify(problem))
}
