import { type Connection, openConnections } from '../generator/connection.ts'
import { openFilesMax } from '../open-files.ts'
import { pairFilter, partnerSignIn, population } from '../population.ts'
import { openFleetOf } from './fleet.ts'
import type { OpenLoad, Size, Target } from './workload.ts'

/** The traffic is the same throughout, so that whatever a message costs more comes from what it is not for. */
const addressedVehicles = 100
const filtersPerConnection = 100
/** Files that server or generator open besides the vehicles' connections. */
const otherFiles = 300

export const sizes: readonly Size[] = [
  ...[100, 1_000, 5_000, 20_000].map((count) => ({ of: 'vehicles', count }) as const),
  ...[10, 100, 1_000, 10_000].map((count) => ({ of: 'filters', count }) as const),
]

/**
 * The traffic of `fleet` to one hundred vehicles, while more and more others are connected and subscribed, or while
 * more and more filters are held beside those of the vehicles.
 */
export const openScaling: OpenLoad = async (target, tally) => {
  const { size } = target
  if (size === undefined) throw new Error('scaling needs a size')
  const connected =
    size.of === 'vehicles' ? Math.min(size.count, openFilesMax() - otherFiles) : addressedVehicles
  const holders = size.of === 'filters' ? await openFilterHolders(target, size.count) : []
  const load = await openFleetOf(target, tally, { connected, addressed: addressedVehicles })
  return { ...load, connections: [...load.connections, ...holders] }
}

/** Partners that send nothing, each with filters for the answers of single vehicles, half of them with a wildcard. */
function openFilterHolders(target: Target, count: number): Promise<Connection[]> {
  const { transport, port, passwords } = target
  const connections = Math.ceil(count / filtersPerConnection)
  return openConnections(
    Array.from({ length: connections }, (_, index) => {
      const partner = population.fleetPartners + index
      const filters = Math.min(filtersPerConnection, count - index * filtersPerConnection)
      return {
        transport,
        port,
        clientId: `bench-holder-${index}`,
        signIn: partnerSignIn(passwords, partner),
        topicFilters: Array.from({ length: filters }, (_, vehicle) =>
          pairFilter(partner, vehicle, vehicle % 2 === 0 ? 'all' : 'exact'),
        ),
      }
    }),
  )
}
