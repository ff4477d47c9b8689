import {
  type ConnectionPage,
  ConnectionQuery,
  type ConnectionView,
  type Kicked,
  NewKick,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AllConnections } from '../../nodes/all-connections.ts'
import { ApiError } from '../problems.ts'
import { readCount } from './read-count.ts'

export interface ConnectionParts {
  readonly connections: AllConnections
  readonly log: Logger
}

interface Identified {
  Params: { id: string }
}

const DEFAULT_TEXT = 'An operator closed this connection.'

/** Who is connected, to whichever node, and the way to end it. */
export function addConnectionRoutes(surface: FastifyInstance, { connections, log }: ConnectionParts): void {
  surface.get<{ Querystring: ConnectionQuery }>(
    '/connections',
    { schema: { querystring: ConnectionQuery } },
    ({ query }): Promise<ConnectionPage> => {
      const { search, role, name, node, cursor } = query
      return connections.list({ search, role, name }, { node, cursor, count: readCount(query) })
    },
  )

  surface.get<Identified>('/connections/:id', async ({ params }): Promise<ConnectionView> => {
    const connection = await connections.find(params.id)
    if (connection === undefined) throw notFound(params.id)
    return connection
  })

  surface.delete<Identified & { Querystring: { reason?: string } }>(
    '/connections/:id',
    {
      config: { role: 'operator', action: 'connection.kick' },
      schema: { querystring: { type: 'object', properties: { reason: NewKick.properties.reason } } },
    },
    async ({ params, query }): Promise<Kicked> => {
      const kicked = await connections.kickOne(params.id, query.reason || DEFAULT_TEXT)
      if (kicked.connections === 0) throw notFound(params.id)
      log.info({ id: params.id }, 'connection ended by the operator')
      return kicked
    },
  )

  surface.post<{ Body: NewKick }>(
    '/connections/kick',
    { config: { role: 'operator', action: 'connection.kick' }, schema: { body: NewKick } },
    async ({ body }): Promise<Kicked> => {
      const { reason, ...wanted } = body
      if (Object.keys(wanted).length === 0)
        throw new ApiError('REQUEST_MALFORMED', 'Say whom it is about: role, name or clientId.')
      const kicked = await connections.kick(wanted, reason || DEFAULT_TEXT)
      log.info({ ...wanted, connections: kicked.connections }, 'connections ended by the operator')
      return kicked
    },
  )
}

function notFound(id: string): ApiError {
  return new ApiError(
    'CONNECTION_NOT_FOUND',
    `Connection ${id.slice(0, 120)}; it has ended, or its node is silent.`,
  )
}
