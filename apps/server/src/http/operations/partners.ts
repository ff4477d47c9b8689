import { FleetError } from '@pillion/fleet'
import type { Ledger } from '@pillion/ledger'
import { type IssuedPartner, type PartnerDetail, parseUid, type RemovedPartner } from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { SharedLevels } from '../../ledger/shared-levels.ts'
import { type BoundListener, reachableAddress } from '../../listeners/bound-listener.ts'
import type { InstalledApps } from '../../packages/installed-apps.ts'
import {
  addCredentialRoutes,
  type CredentialParts,
  countConnections,
  describeCredentials,
  toText,
} from './credentials.ts'

export interface PartnerParts extends CredentialParts {
  readonly bound: readonly BoundListener[]
  readonly names: readonly string[]
  readonly caPem: string
  readonly installedApps: InstalledApps
  readonly ledger: Pick<Ledger, 'levelOf'>
  readonly levels: SharedLevels
}

interface Named {
  Params: { uid: string }
}

/** One partner: what it signs in with, and its end. */
export function addPartnerRoutes(surface: FastifyInstance, parts: PartnerParts): void {
  const { fleet, connections, ledger, log } = parts
  surface.get<Named>('/partners/:uid', async ({ params }): Promise<PartnerDetail> => {
    const uid = parseUid(params.uid)
    const partner = uid && (await fleet.findPartner(uid))
    if (partner === undefined) throw new FleetError('PARTNER_NOT_FOUND', `UID ${params.uid.slice(0, 80)}.`)
    const [credentials, apps, count] = await Promise.all([
      describeCredentials(fleet, 'partner', partner.uid),
      fleet.listApps(),
      countConnections(connections, 'partner', partner.uid),
    ])
    return {
      uid: partner.uid,
      name: partner.name,
      createdAt: toText(partner.createdAt),
      ...credentials,
      apps: apps.filter((app) => app.uid === partner.uid).map(({ idApp }) => idApp),
      connections: count,
      ledgerLevel: ledger.levelOf(partner.uid),
    }
  })

  surface.delete<Named>(
    '/partners/:uid',
    { config: { role: 'admin', action: 'partner.remove' } },
    async ({ params }): Promise<RemovedPartner> => {
      const { partner, idApps, vins } = await fleet.removePartner(params.uid)
      await parts.levels.forget('partners', partner.uid)
      for (const idApp of idApps) await parts.installedApps.remove(idApp)
      log.info({ uid: partner.uid, apps: idApps.length, vehicles: vins.length }, 'partner removed')
      return { uid: partner.uid, apps: [...idApps], vehicles: vins.length }
    },
  )

  addCredentialRoutes(surface, parts, 'partner', (uid, { overlapSeconds }) =>
    rotate(parts, uid, overlapSeconds),
  )
}

/** A partner needs both, certificate and password (W 2.2), so it gets both. */
async function rotate(
  { fleet, bound, names, caPem }: PartnerParts,
  uid: string,
  overlapSeconds: number | undefined,
): Promise<IssuedPartner> {
  const rotated = await fleet.credentials.rotate('partner', uid, { overlapSeconds, certificate: true })
  const listener = bound.find(({ name }) => name === 'partners')
  return {
    uid,
    password: rotated.password,
    certificatePem: rotated.certificatePem ?? '',
    caPem,
    partnersAddress: listener === undefined ? '' : reachableAddress(listener, names),
    replacedEndsAt: toText(rotated.replacedEndsAt),
  }
}
