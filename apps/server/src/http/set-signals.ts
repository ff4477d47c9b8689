import type { Broker } from '@pillion/broker'
import { type Fleet, FleetError } from '@pillion/fleet'
import { parseSignals, type VehicleNotice, vehicleNoticeTopic } from '@pillion/schema'
import { ApiError } from './problems.ts'

/** Tells the head units of a vehicle, which simulate it, what it is to say of itself. Resolves to how many that are. */
export async function setSignals(
  { fleet, broker }: { fleet: Fleet; broker: Broker },
  vin: string,
  body: unknown,
): Promise<number> {
  if ((await fleet.findVehicles([vin])).length === 0)
    throw new FleetError('VEHICLE_NOT_FOUND', `Vehicle ${JSON.stringify(vin.slice(0, 80))}.`)
  const signals = parseSignals(body)
  if ('fault' in signals) throw new ApiError('SIGNAL_MALFORMED', signals.fault)
  const notice: VehicleNotice = { signals }
  return broker.publish(vehicleNoticeTopic(vin), Buffer.from(JSON.stringify(notice)))
}
