import { FleetError, identityKey, type Mailbox } from '@pillion/fleet'
import {
  type IssuedVehicle,
  type NewCredentials,
  PageQuery,
  parseVin,
  type RemovedVehicle,
  type Vehicle,
  type VehicleDetail,
  type VehiclePage,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import {
  addCredentialRoutes,
  type CredentialParts,
  countConnections,
  describeCredentials,
  toText,
} from './credentials.ts'
import { readCount } from './read-count.ts'

export interface VehicleParts extends CredentialParts {
  readonly caPem: string
  readonly mailbox: Mailbox
}

interface Named {
  Params: { vin: string }
}

/** Vehicles in pages, one of them, what it signs in with, and its end. */
export function addVehicleRoutes(surface: FastifyInstance, parts: VehicleParts): void {
  const { fleet, log } = parts
  surface.get<{ Querystring: PageQuery }>(
    '/vehicles',
    { schema: { querystring: PageQuery } },
    async ({ query }): Promise<VehiclePage | Vehicle[]> =>
      query.count === undefined ? (await fleet.listVehicles()).map(toVehicle) : page(parts, query),
  )

  surface.get<Named>('/vehicles/:vin', ({ params }) => describe(parts, params.vin))

  surface.delete<Named>(
    '/vehicles/:vin',
    { config: { role: 'admin', action: 'vehicle.remove' } },
    async ({ params }): Promise<RemovedVehicle> => {
      const { vin } = await fleet.removeVehicle(params.vin)
      log.info({ vin }, 'vehicle removed')
      return { vin }
    },
  )

  addCredentialRoutes(surface, parts, 'vehicle', (vin, wanted) => rotate(parts, vin, wanted))
}

async function page({ fleet, connections }: VehicleParts, query: PageQuery): Promise<VehiclePage> {
  const { search = '', cursor = '' } = query
  const count = readCount(query)
  const { vehicles, total } = await fleet.pageVehicles({ search, after: cursor, countMax: count + 1 })
  const shown = vehicles.slice(0, count)
  const connected = await connections.count(shown.map(({ vin }) => identityKey('vehicle', vin)))
  const last = shown.at(-1)
  return {
    vehicles: shown.map((vehicle) => ({
      ...toVehicle(vehicle),
      isConnected: connected.has(identityKey('vehicle', vehicle.vin)),
    })),
    total,
    ...(last !== undefined && vehicles.length > count && { next: last.vin }),
  }
}

async function describe({ fleet, connections, mailbox }: VehicleParts, text: string): Promise<VehicleDetail> {
  const vin = parseVin(text)
  const vehicle = vin && (await fleet.findVehicle(vin))
  if (vehicle === undefined) throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${text.slice(0, 80)}.`)
  const [credentials, apps, count, messages] = await Promise.all([
    describeCredentials(fleet, 'vehicle', vehicle.vin),
    fleet.listVehicleApps(vehicle.vin),
    countConnections(connections, 'vehicle', vehicle.vin),
    mailbox.count(vehicle.vin),
  ])
  return {
    ...toVehicle(vehicle),
    ...credentials,
    apps: apps.map(({ idApp }) => idApp),
    isConnected: count > 0,
    mailbox: messages,
    // The page asks for the password; in an address it would be kept by the browser.
    simulator: `/portal/#vin=${vehicle.vin}`,
  }
}

async function rotate(
  { fleet, caPem }: VehicleParts,
  vin: string,
  { overlapSeconds, certificate = false }: NewCredentials,
): Promise<IssuedVehicle> {
  const rotated = await fleet.credentials.rotate('vehicle', vin, { overlapSeconds, certificate })
  const { password, certificatePem, replacedEndsAt } = rotated
  return {
    vin,
    password,
    ...(certificatePem !== undefined && { certificatePem, caPem }),
    replacedEndsAt: toText(replacedEndsAt),
  }
}

function toVehicle({ vin, createdAt }: { vin: string; createdAt: number }): Vehicle {
  return { vin, createdAt: toText(createdAt) }
}
