import type { FastifyInstance } from 'fastify'
import { type AppParts, addAppRoutes } from './apps.ts'
import { addBanRoutes, type BanParts } from './bans.ts'
import { addCertificateRoutes, type CertificateParts } from './certificates.ts'
import { addConnectionRoutes, type ConnectionParts } from './connections.ts'
import { addMailboxRoutes, type MailboxParts } from './mailboxes.ts'
import { addPartnerRoutes, type PartnerParts } from './partners.ts'
import { addPushItemRoutes, type PushItemParts } from './push-items.ts'
import { addVehicleRoutes, type VehicleParts } from './vehicles.ts'

export interface OperationParts
  extends ConnectionParts,
    PartnerParts,
    CertificateParts,
    VehicleParts,
    AppParts,
    MailboxParts,
    PushItemParts,
    BanParts {}

/** What operators look at and act on while the server runs; registered under `/admin/v1`. */
export function addOperationRoutes(surface: FastifyInstance, parts: OperationParts): void {
  addConnectionRoutes(surface, parts)
  addPartnerRoutes(surface, parts)
  addCertificateRoutes(surface, parts)
  addVehicleRoutes(surface, parts)
  addAppRoutes(surface, parts)
  addMailboxRoutes(surface, parts)
  addPushItemRoutes(surface, parts)
  addBanRoutes(surface, parts)
}
