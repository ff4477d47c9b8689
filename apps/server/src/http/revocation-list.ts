import type { Fleet } from '@pillion/fleet'
import type { FastifyInstance } from 'fastify'

export interface RevocationListParts {
  readonly fleet: Pick<Fleet, 'credentials'>
  readonly caPem: string
}

/** Anybody may ask for it, so it is made and signed once in a while only. */
const KEPT_MILLISECONDS = 1_000

/** What others need to trust and refuse the certificates that the local authority issued; nothing of it is secret. */
export async function revocationListSurface(
  surface: FastifyInstance,
  { fleet, caPem }: RevocationListParts,
): Promise<void> {
  let kept: Promise<Uint8Array> | undefined
  let keptUntil = 0
  const findList = () => {
    if (kept !== undefined && performance.now() < keptUntil) return kept
    keptUntil = performance.now() + KEPT_MILLISECONDS
    kept = fleet.credentials.createRevocationList()
    kept.catch(() => {
      kept = undefined
    })
    return kept
  }
  surface.get('/ca.pem', (_request, reply) => reply.type('application/x-pem-file').send(caPem))
  surface.get('/ca.crl', async (_request, reply) =>
    reply
      .type('application/pkix-crl')
      .header('cache-control', 'no-cache')
      .send(Buffer.from(await findList())),
  )
}
