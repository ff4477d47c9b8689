import { type CertificateRecord, type Fleet, identityKey, type Role } from '@pillion/fleet'
import { type CertificateView, NewCredentials, NewRevocation, type Revocation } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AllConnections } from '../../nodes/all-connections.ts'
import type { AnswersByKey } from '../answers-by-key.ts'
import { sendMade } from '../send-made.ts'

export interface CredentialParts {
  readonly fleet: Fleet
  readonly connections: AllConnections
  readonly answers: AnswersByKey
  readonly log: Logger
}

const CONNECTIONS_MAX = 200

/** Rotation and revocation, which are the same for partners and vehicles. `issue` makes the answer of a rotation. */
export function addCredentialRoutes(
  surface: FastifyInstance,
  parts: CredentialParts,
  role: Role,
  issue: (name: string, wanted: NewCredentials) => Promise<object>,
): void {
  const { answers, log } = parts
  const path = role === 'partner' ? '/partners/:uid' : '/vehicles/:vin'
  surface.post<Named & { Body: NewCredentials }>(
    `${path}/credentials`,
    { config: { role: 'admin', action: `${role}.rotate` }, schema: { body: NewCredentials } },
    (request, reply) =>
      sendMade(answers, request, reply, async () => {
        const name = nameIn(request.params)
        const issued = await issue(name, request.body)
        log.info({ [role]: name, overlapSeconds: request.body.overlapSeconds }, 'credentials replaced')
        return issued
      }),
  )

  surface.post<Named & { Body: NewRevocation }>(
    `${path}/revocations`,
    { config: { role: 'admin', action: `${role}.revoke` }, schema: { body: NewRevocation } },
    async ({ params, body }): Promise<Revocation> => {
      const name = nameIn(params)
      const { isTrial = false, what, fingerprint } = body
      const concerned = await findConcerned(parts, role, name, body)
      if (isTrial) return concerned
      await parts.fleet.credentials.revoke(role, name, body)
      log.info({ [role]: name, what, fingerprint, connections: concerned.total }, 'credentials revoked')
      return concerned
    },
  )
}

interface Named {
  Params: { uid: string } | { vin: string }
}

function nameIn(params: Named['Params']): string {
  return 'uid' in params ? params.uid : params.vin
}

/** Who is connected, anywhere, with what would be revoked. */
async function findConcerned(
  { fleet, connections }: CredentialParts,
  role: Role,
  name: string,
  revoked: NewRevocation,
): Promise<Revocation> {
  const credentials = await fleet.credentials.findConcerned(role, name, revoked)
  const page = await connections.list({ credentials }, { count: CONNECTIONS_MAX })
  return { connections: page.connections, total: page.total, silentNodes: page.silentNodes }
}

/** What is told of each: their certificates, and until when an older password works. */
export async function describeCredentials(
  fleet: Fleet,
  role: Role,
  name: string,
): Promise<{ certificates: CertificateView[]; replacedPasswordEndsAt?: string }> {
  const [certificates, endsAt] = await Promise.all([
    fleet.credentials.listCertificates(role, name),
    fleet.credentials.replacedPasswordEndsAt(role, name),
  ])
  return {
    certificates: certificates.map(toView),
    ...(endsAt !== undefined && { replacedPasswordEndsAt: toText(endsAt) }),
  }
}

export async function countConnections(
  connections: AllConnections,
  role: Role,
  name: string,
): Promise<number> {
  const key = identityKey(role, name)
  return (await connections.count([key])).get(key) ?? 0
}

function toView({
  fingerprint,
  serialNumber,
  issuedAt,
  expiresAt,
  endsAt,
}: CertificateRecord): CertificateView {
  return {
    fingerprint,
    serialNumber,
    issuedAt: toText(issuedAt),
    expiresAt: toText(expiresAt),
    ...(endsAt !== undefined && { revokedAt: toText(endsAt) }),
  }
}

export function toText(time: number): string {
  return new Date(time).toISOString()
}
