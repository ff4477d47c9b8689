import type { Push } from '@pillion/push'
import fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { SignInGuard } from '../../access/sign-in-guard.ts'
import type { RefusalMemory } from '../../explain/refusal-memory.ts'
import type { Limits } from '../../limits.ts'
import type { Durations } from '../../metrics/durations.ts'
import type { Tracing } from '../../telemetry/tracing.ts'
import type { AnswersByKey } from '../answers-by-key.ts'
import { noteTooMany } from '../note-too-many.ts'
import { addAccessListRoutes } from './access-lists.ts'
import { addBucketRoutes } from './buckets.ts'
import { addConventions, answerError, conventionalOptions, refuseAddress } from './conventions.ts'
import { addDocuments, collectRoutes } from './documents.ts'
import type { EndpointAddress } from './endpoint-address.ts'
import { addGroupRoutes } from './groups.ts'
import { addInstallationRoutes } from './installations.ts'
import { addLeftOutRoutes } from './left-out.ts'
import { addDirectMessageRoutes, addTopicMessageRoute } from './messages.ts'
import { addObjectRoutes } from './objects.ts'
import { addOwnershipRoutes } from './ownership.ts'
import { RateLimits } from './rate-limits.ts'
import { Refusals } from './refusals.ts'
import type { Api } from './route.ts'
import { scopePrefixes } from './scopes.ts'
import { addSubscriptionRoutes } from './subscriptions.ts'
import { addThingRoutes } from './things.ts'
import { addTokenRoutes } from './tokens.ts'
import { addTopicRoutes } from './topics.ts'
import { addUserRoutes } from './users.ts'

export interface PushSurfaceParts {
  readonly push: Push
  readonly endpointAddress: EndpointAddress
  readonly signInGuard: SignInGuard
  readonly answers: AnswersByKey
  readonly limits: Limits
  readonly durations: Durations
  readonly refusalMemory: Pick<RefusalMemory, 'refused'>
  readonly tracing?: Tracing | undefined
  readonly log: Logger
  readonly version: string
}

/** Push REST under `/api`, as P has it, and its documentation. It listens to nothing itself: see `dispatch.ts`. */
export async function createPushSurface(parts: PushSurfaceParts): Promise<FastifyInstance> {
  const refusals = new Refusals(parts.log, parts.limits)
  const surface = fastify(conventionalOptions(refusals))
  parts.durations.timeRequests(surface)
  noteTooMany(surface, parts.refusalMemory)
  parts.tracing?.watchRequests(surface)
  surface.decorateRequest('pushCaller', null)
  // Answers are made by `sendAnswer`; their shapes are for the documentation.
  surface.setSerializerCompiler(() => (value) => JSON.stringify(value))
  surface.setErrorHandler((cause, request, reply) => answerError(refusals, cause, request, reply))
  surface.setNotFoundHandler(refuseAddress)
  await collectRoutes(surface, parts.version)
  await surface.register(
    async (scope) => {
      await addConventions(scope, refusals)
      const rateLimits = await RateLimits.open(scope, parts.limits)
      addRoutes({ surface: scope, parts, rateLimits })
    },
    { prefix: '/api' },
  )
  await addDocuments(surface)
  await surface.ready()
  return surface
}

function addRoutes(api: Api): void {
  addTokenRoutes(api)
  addUserRoutes(api)
  addThingRoutes(api)
  addOwnershipRoutes(api)
  addGroupRoutes(api)
  addInstallationRoutes(api)
  addDirectMessageRoutes(api)
  for (const scope of scopePrefixes) {
    addTopicRoutes(api, scope)
    addTopicMessageRoute(api, scope)
    addBucketRoutes(api, scope)
    addObjectRoutes(api, scope)
    addSubscriptionRoutes(api, scope)
    addAccessListRoutes(api, scope)
  }
  addLeftOutRoutes(api.surface)
}
