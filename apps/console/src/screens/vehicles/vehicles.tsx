import type { Place } from '../../place.ts'
import { VehicleDetailPage } from './vehicle-detail.tsx'
import { VehicleList } from './vehicle-list.tsx'

export function Vehicles({ place }: { place: Place }) {
  const [vin] = place.rest
  return vin === undefined ? <VehicleList place={place} /> : <VehicleDetailPage key={vin} vin={vin} />
}
