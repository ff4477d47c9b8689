import type { HostView } from '@pillion/host'
import { Icon } from '../../icons.tsx'
import { formatDistance } from '../../units.ts'
import { distance, toPlane } from './plane.ts'
import { lengthOf, type Turn, turnAfter } from './route-line.ts'

/** Top left: what the driver does next, and how far it is until then. */
export function Manoeuvre({ view }: { view: HostView }) {
  const { guidance, vehicle } = view
  if (guidance.state === 'calculating') {
    return (
      <div class="manoeuvre" role="status">
        <span class="spinner" aria-hidden="true" />
        <p>
          <b>Calculating the route…</b>
          <span>{guidance.label}</span>
        </p>
      </div>
    )
  }
  if (guidance.state === 'reached') {
    return (
      <div class="manoeuvre" role="status">
        <Icon name="arrive" />
        <p>
          <b>You have arrived</b>
          <span>{guidance.label}</span>
        </p>
      </div>
    )
  }
  const next = nextManoeuvre(view)
  if (!next || !vehicle.maneuver) return null
  return (
    <div class="manoeuvre">
      <Icon name={next.turn} />
      <p>
        <b>{formatDistance(next.meters, vehicle.distanceUnit)}</b>
        <span>{vehicle.maneuver.nextStreetName}</span>
      </p>
    </div>
  )
}

/** Undefined without one, or where the vehicle is not known. */
export function nextManoeuvre({ guidance, vehicle }: HostView): { turn: Turn; meters: number } | undefined {
  const { position, maneuver } = vehicle
  if (!position || !maneuver) return undefined
  const route = guidance.route.map((at) => toPlane(position, at))
  const meters = distance(toPlane(position, position), toPlane(position, maneuver))
  // Without a route, as a scenario may have it, nobody knows which way to turn.
  if (route.length === 0) return { turn: 'straight', meters }
  return { turn: turnAfter(route, lengthOf(route) - guidance.remainingMeters), meters }
}

/** Bottom left: when and where the journey ends; without one, where the vehicle is. */
export function Arrival({ view, stop }: { view: HostView; stop: () => void }) {
  const { guidance, vehicle } = view
  const { journey, destination, position, distanceUnit } = vehicle
  if (guidance.state === 'none' && !journey) {
    const street = [position?.address, position?.town].filter(Boolean).join(', ')
    return street === '' ? null : <p class="arrival is-street">{street}</p>
  }
  const label = guidance.label || destination?.address || 'Destination'
  return (
    <div class="arrival">
      <p>
        {journey && <b>{formatTimeOfDay(journey.arrival)}</b>}
        {guidance.state === 'guiding' && (
          <span>{formatDistance(guidance.remainingMeters, distanceUnit)}</span>
        )}
        <span class="arrival-label">{label}</span>
      </p>
      {guidance.state !== 'none' && (
        <button type="button" class="arrival-stop" onClick={stop}>
          <Icon name="close" /> {guidance.state === 'reached' ? 'Close' : 'End guidance'}
        </button>
      )}
    </div>
  )
}

function formatTimeOfDay({ hours, minutes }: { hours: number; minutes: number }): string {
  return [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':')
}
