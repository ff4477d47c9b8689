import { PushError } from '@pillion/push'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { KeyFault } from '../answers-by-key.ts'
import { type Answer, type AnswerForm, kiiType, sendAnswer } from './answer.ts'
import { Call } from './call.ts'
import { enter, enterAnonymously } from './caller.ts'
import type { RateLimits } from './rate-limits.ts'
import type { PushSurfaceParts } from './surface.ts'

export interface Api {
  readonly surface: FastifyInstance
  readonly parts: PushSurfaceParts
  readonly rateLimits: RateLimits
}

export interface PushRoute {
  readonly method: HTTPMethods | readonly HTTPMethods[]
  /** Below `/apps/{appID}`. */
  readonly path: string
  readonly tag: string
  /** What it does, and where in P that stands. */
  readonly summary: string
  readonly takes?: Takes
  /** Parameters after the question mark, and what they mean. */
  readonly query?: Readonly<Record<string, string>>
  readonly gives: readonly (AnswerForm<never> | 204)[]
  readonly bodyBytesMax?: number
  /** Nobody does it without a token, so the anonymous do not learn who or what there is (P 2.3). */
  readonly needsToken?: boolean
  /** A token beside the app's key is not looked at. */
  readonly isAnonymous?: boolean
  /** It makes something: once only, if somebody with a token sends an Idempotency-Key. */
  readonly isMadeOnce?: boolean
}

/** A body, for the documentation: handlers check it when its turn has come. */
export interface Takes {
  /** TypeBox schema. */
  readonly shape: object
  /** Media types. */
  readonly types: readonly string[]
}

/** @param names of vendor media types, such as GroupCreationRequest; application/json is taken always */
export function takesJson(shape: object, ...names: readonly string[]): Takes {
  return { shape, types: [...names.map(kiiType), 'application/json'] }
}

/** GET, and HEAD like it (P 1.1). */
export const getOrHead: readonly HTTPMethods[] = ['GET', 'HEAD']

/** A request of P: `handle` learns who asks, and in which app. */
export function addRoute(api: Api, route: PushRoute, handle: (call: Call) => Promise<Answer>): void {
  const { push } = api.parts
  const { method, path, isAnonymous = false, needsToken = false, bodyBytesMax } = route
  api.surface.route<{ Params: { appID: string } }>({
    method: [method].flat() as HTTPMethods[],
    url: `/apps/:appID${path}`,
    exposeHeadRoute: false,
    schema: toSchema(route),
    config: { takes: route.takes, takesQuery: route.query, isMadeOnce: route.isMadeOnce },
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { appID } = request.params as { appID: string }
      const caller = isAnonymous
        ? { app: await enterAnonymously(push, request, appID), principal: { kind: 'anonymous' as const } }
        : await enter(push, request, appID)
      request.pushCaller = caller
      if (needsToken && caller.principal.kind === 'anonymous')
        throw new PushError('UNAUTHORIZED', 'This needs an access token')
      return sendAnswer(reply, await answerOnce(api, route, new Call(request, caller), handle))
    },
  })
}

/** The anonymous have no keys: what one of them was given is nothing for another. */
async function answerOnce(
  { parts }: Api,
  { isMadeOnce = false }: PushRoute,
  call: Call,
  handle: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const { request, caller, app } = call
  const { principal } = caller
  const key = call.header('idempotency-key')
  if (!isMadeOnce || key === undefined || principal.kind === 'anonymous') return handle(call)
  const keyed = {
    caller: `${app.appID} ${principal.kind} ${'id' in principal ? principal.id : ''}`,
    key,
    parts: [request.method, request.url, call.header('content-type') ?? '', String(request.body ?? '')],
    fault: (fault: KeyFault, text: string) =>
      new PushError(fault === 'reused' ? 'IDEMPOTENCY_KEY_REUSED' : 'INVALID_INPUT_DATA', text, {
        details: { field: 'Idempotency-Key' },
      }),
  }
  return parts.answers.answer(keyed, (madeID) => handle(new Call(request, caller, madeID)))
}

/** What `documents.ts` shows. Nothing is compiled of it. */
export function toSchema({ tag, summary, gives }: Pick<PushRoute, 'tag' | 'summary' | 'gives'>) {
  const response: Record<string, object> = {}
  for (const form of gives) {
    if (form === 204) response['204'] = { type: 'null', description: 'Done, or yes' }
    else {
      const before = (response[form.status] as { content?: object } | undefined)?.content
      response[form.status] = {
        description: form.status === 201 ? 'Created' : 'As asked for',
        content: { ...before, [form.type]: { schema: form.shape } },
      }
    }
  }
  return { tags: [tag], summary, response }
}
