import { hash } from 'node:crypto'
import type { Ban, LiftedBan } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { GuardBan, SignInGuard } from '../../access/sign-in-guard.ts'
import type { NodeQuestions } from '../../nodes/node-questions.ts'
import { ApiError } from '../problems.ts'
import { toText } from './credentials.ts'

export interface BanParts {
  /** This one. */
  readonly node: string
  readonly signInGuard: SignInGuard
  readonly questions: Pick<NodeQuestions, 'answer' | 'ask'>
  readonly log: Logger
}

/** Those that last longest; of more there is little use. */
const BANS_MAX = 1_000

/** Who is held back because of wrong passwords, on any node: each counts for itself. */
export function addBanRoutes(
  surface: FastifyInstance,
  { node, signInGuard, questions, log }: BanParts,
): void {
  questions.answer('bans.list', () => longestFirst(signInGuard.listBans()).slice(0, BANS_MAX))
  questions.answer('bans.lift', (id: string): boolean => {
    const ban = signInGuard.listBans().find((each) => formatBanId(node, each) === id)
    return ban !== undefined && signInGuard.liftBan(ban.kind, ban.name)
  })

  surface.get('/bans', async (): Promise<Ban[]> => {
    const { answers } = await questions.ask<GuardBan[]>('bans.list', null)
    const bans = answers.flatMap(({ node, body }) => body.map((ban) => ({ ...ban, node })))
    return longestFirst(bans).slice(0, BANS_MAX).map(toView)
  })

  surface.delete<{ Params: { id: string } }>(
    '/bans/:id',
    { config: { role: 'operator', action: 'ban.lift' } },
    async ({ params }): Promise<LiftedBan> => {
      const { answers } = await questions.ask<boolean>('bans.lift', params.id)
      if (!answers.some(({ body }) => body))
        throw new ApiError('BAN_NOT_FOUND', 'It has ended by itself, or its node is silent.')
      log.info({ ban: params.id }, 'a ban was lifted by the operator')
      return { id: params.id }
    },
  )
}

function longestFirst<B extends GuardBan>(bans: readonly B[]): B[] {
  return bans.toSorted((a, b) => b.waitMilliseconds - a.waitMilliseconds)
}

function toView({ node, ...ban }: GuardBan & { node: string }): Ban {
  const { kind, name, failures, waitMilliseconds } = ban
  const endsAt = toText(Date.now() + Math.ceil(waitMilliseconds))
  return { id: formatBanId(node, ban), node, kind, name, failures, endsAt }
}

/** A name may be anything that somebody tried, and of any length. */
function formatBanId(node: string, { kind, name }: GuardBan): string {
  return `${node}-${kind}-${hash('sha256', name).slice(0, 32)}`
}
