import {
  type IssuedOperator,
  NewOperator,
  type Operator,
  type OperatorLink,
  OperatorUpdate,
} from '@pillion/schema'
import type { StoredOperator } from '@pillion/store'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type BoundListener, reachableAddress } from '../listeners/bound-listener.ts'
import type { Operators } from '../operators/operators.ts'
import type { AnswersByKey } from './answers-by-key.ts'
import { sendMade } from './send-made.ts'

export interface OperatorParts {
  readonly operators: Operators
  readonly bound: readonly BoundListener[]
  readonly names: readonly string[]
  readonly answers: AnswersByKey
  readonly log: Logger
}

interface Named {
  Params: { name: string }
}

/** The people who may use this REST. */
export function addOperatorRoutes(surface: FastifyInstance, parts: OperatorParts): void {
  const { operators, answers, log } = parts
  surface.get('/operators', { config: { role: 'admin' } }, async (): Promise<Operator[]> => {
    return (await operators.list()).map(toView)
  })

  surface.post<{ Body: NewOperator }>(
    '/operators',
    { schema: { body: NewOperator }, config: { role: 'admin', action: 'operator.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async (): Promise<IssuedOperator> => {
        const { operator, password } = await operators.add(request.body)
        log.info({ operator: operator.name, role: operator.role }, 'operator added')
        return { ...toView(operator), ...(password === undefined ? {} : { password }) }
      }),
  )

  surface.patch<Named & { Body: OperatorUpdate }>(
    '/operators/:name',
    { schema: { body: OperatorUpdate }, config: { role: 'admin', action: 'operator.update' } },
    async ({ params, body }): Promise<Operator> => {
      const operator = await operators.update(params.name, body)
      log.info({ operator: operator.name, changed: Object.keys(body) }, 'operator changed')
      return toView(operator)
    },
  )

  surface.delete<Named>(
    '/operators/:name',
    { config: { role: 'admin', action: 'operator.remove' } },
    async ({ params }): Promise<Operator> => {
      const operator = await operators.remove(params.name)
      log.info({ operator: operator.name }, 'operator removed')
      return toView(operator)
    },
  )

  surface.post(
    '/operators/link',
    { config: { role: 'admin', action: 'operator.link' } },
    async (_request, reply): Promise<OperatorLink> => {
      const { link, expiresAt } = await operators.createLink()
      log.info('a one-time link for an admin was made')
      reply.code(201)
      return { url: formatLink(parts, link), expiresAt: new Date(expiresAt).toISOString() }
    },
  )
}

/** Where a browser uses the link; behind # it is sent to no server, and stands in no log. '' if there is no HTTP at all. */
export function formatLink({ bound, names }: Pick<OperatorParts, 'bound' | 'names'>, link: string): string {
  const listener = bound.find(({ name }) => name === 'http') ?? bound.find(({ name }) => name === 'https')
  if (listener === undefined) return ''
  return `${listener.name}://${reachableAddress(listener, names)}/console/#/first/${link}`
}

function toView({ name, role, isDisabled, factor, createdAt, lastSignInAt }: StoredOperator): Operator {
  return {
    name,
    role,
    isDisabled,
    secondFactor: factor === undefined ? 'off' : 'on',
    createdAt: new Date(createdAt).toISOString(),
    ...(lastSignInAt === undefined ? {} : { lastSignInAt: new Date(lastSignInAt).toISOString() }),
  }
}
