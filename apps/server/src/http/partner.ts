import type { Fleet, PartnerRecord } from '@pillion/fleet'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import type { DeliveryParts } from '../explain/explain-delivery.ts'
import { readBasic } from './basic-credentials.ts'
import { addOwnExplainRoutes } from './explain.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import { addOwnMessageRoutes, type OwnMessageParts } from './ledger/own-messages.ts'
import { ApiError } from './problems.ts'

export interface PartnerParts extends OwnMessageParts, DeliveryParts {
  readonly fleet: Fleet
  readonly signInGuard: SignInGuard
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the partners' REST: who asks. */
    partner: PartnerRecord
  }
}

/** What a partner may ask of what is its own, with its UID and password; register it under `/partner/v1`. */
export async function partnerSurface(surface: FastifyInstance, parts: PartnerParts): Promise<void> {
  surface.decorateRequest('partner')
  surface.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    request.partner = await signInPartner(parts, request, reply)
  })
  addOwnMessageRoutes(surface, parts)
  addOwnExplainRoutes(surface, parts)
}

async function signInPartner(
  { fleet, signInGuard }: PartnerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<PartnerRecord> {
  const given = readBasic(request.headers.authorization)
  if (given !== undefined) {
    const { name, password } = given
    const attempt = { request, reply, name, reason: 'partner_credentials_wrong' }
    const partner = await guardSignIn(signInGuard, attempt, () => fleet.verifyPartnerPassword(name, password))
    if (partner !== undefined) return partner
  }
  reply.header('www-authenticate', 'Basic realm="pillion"')
  throw new ApiError(
    'PARTNER_CREDENTIALS_REFUSED',
    'Sign in by HTTP Basic with the UID and the password that pillion partner add showed.',
  )
}
