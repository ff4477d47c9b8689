import type { ExpiringCertificatesView } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { ClientExpiry } from '../../tls/client-expiry.ts'
import { toText } from './credentials.ts'

export interface CertificateParts {
  readonly clientExpiry: Pick<ClientExpiry, 'found'>
}

/** Whose client certificates end soon. */
export function addCertificateRoutes(surface: FastifyInstance, { clientExpiry }: CertificateParts): void {
  surface.get(
    '/certificates/expiring',
    async (): Promise<ExpiringCertificatesView[]> =>
      clientExpiry.found.map(({ role, count, first }) => ({
        role,
        count,
        first: first.map(({ name, endsAt }) => ({ name, endsAt: toText(endsAt) })),
      })),
  )
}
