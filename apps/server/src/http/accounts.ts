import type { AccountRecord, Accounts } from '@pillion/accounts'
import {
  type Account,
  AccountGrants,
  type IssuedAccount,
  NewAccount,
  NewAccountPassword,
  type RotatedAccount,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type BoundListener, reachableAddress } from '../listeners/bound-listener.ts'
import type { AnswersByKey } from './answers-by-key.ts'
import { sendMade } from './send-made.ts'

export interface AccountParts {
  readonly accounts: Accounts
  readonly bound: readonly BoundListener[]
  readonly names: readonly string[]
  readonly answers: AnswersByKey
  readonly log: Logger
}

interface Named {
  Params: { name: string }
}

export function addAccountRoutes(
  surface: FastifyInstance,
  { accounts, bound, names, answers, log }: AccountParts,
): void {
  surface.get('/accounts', async (): Promise<Account[]> => accounts.list().map(toAccount))

  surface.post<{ Body: NewAccount }>(
    '/accounts',
    { schema: { body: NewAccount }, config: { role: 'admin', action: 'account.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async (): Promise<IssuedAccount> => {
        const { account, password } = await accounts.add(request.body)
        log.info({ account: account.name, ...account.grants }, 'account added')
        const listener = bound.find(({ name }) => name === 'mqtt')
        const mqttAddress = listener === undefined ? '' : reachableAddress(listener, names)
        return { ...toAccount(account), password, mqttAddress }
      }),
  )

  surface.delete<Named>(
    '/accounts/:name',
    { config: { role: 'admin', action: 'account.remove' } },
    async ({ params }): Promise<Account> => {
      const account = await accounts.remove(params.name)
      log.info({ account: account.name }, 'account removed')
      return toAccount(account)
    },
  )

  surface.post<Named & { Body: NewAccountPassword }>(
    '/accounts/:name/password',
    { schema: { body: NewAccountPassword }, config: { role: 'admin', action: 'account.rotate' } },
    async ({ params, body }): Promise<RotatedAccount> => {
      const { account, password, replacedEndsAt } = await accounts.rotatePassword(
        params.name,
        body.overlapSeconds,
      )
      log.info({ account: account.name, replacedEndsAt }, 'password of an account replaced')
      return { name: account.name, password, replacedEndsAt: new Date(replacedEndsAt).toISOString() }
    },
  )

  surface.put<Named & { Body: AccountGrants }>(
    '/accounts/:name/grants',
    { schema: { body: AccountGrants }, config: { role: 'admin', action: 'account.grant' } },
    async ({ params, body }): Promise<Account> => {
      const account = await accounts.grant(params.name, body)
      log.info({ account: account.name, ...account.grants }, 'grants of an account replaced')
      return toAccount(account)
    },
  )
}

function toAccount({ name, grants, createdAt }: AccountRecord): Account {
  const { publish, subscribe } = grants
  return {
    name,
    publish: [...publish],
    subscribe: [...subscribe],
    createdAt: new Date(createdAt).toISOString(),
  }
}
