import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AnswersByKey } from './answers-by-key.ts'
import { ApiError } from './problems.ts'

/** 201 with what was made; made once, if the operator's request has an Idempotency-Key. */
export async function sendMade(
  answers: AnswersByKey,
  request: FastifyRequest,
  reply: FastifyReply,
  make: () => Promise<object>,
): Promise<FastifyReply> {
  const header = request.headers['idempotency-key']
  if (header === undefined) return reply.code(201).send(await make())
  const keyed = {
    // Keys of one operator are nothing to another.
    caller: request.actor.session === undefined ? 'operator' : request.actor.name,
    key: [header].flat().join(', '),
    parts: [request.method, request.url, JSON.stringify(request.body)],
    fault: (fault: 'malformed' | 'reused', text: string) =>
      new ApiError(fault === 'reused' ? 'IDEMPOTENCY_KEY_REUSED' : 'REQUEST_MALFORMED', `${text}.`),
  }
  return reply.code(201).send(await answers.answer(keyed, make))
}
