import type { HostView } from '@pillion/host'
import { useSignal } from '@preact/signals'
import { type ScreenClass, screenClasses } from '../../display.ts'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { formatSpeed } from '../../units.ts'
import { Arrival, Manoeuvre } from './guidance-cards.tsx'
import { MapGround } from './map-ground.tsx'
import { MapOverview } from './map-overview.tsx'
import { useCalm } from './use-calm.ts'

const drawMilliseconds = 500

/** The map, where the vehicle is on it, and the guidance that an app has started (W 8). */
export function NavigationModule({
  headUnit,
  screenClass,
}: {
  headUnit: HeadUnit
  screenClass: ScreenClass
}) {
  const view = headUnit.view.value
  const { vehicle, guidance } = view
  const overview = useSignal(false)
  // A scenario at 1,000 times the speed moves it 50 times a second, to another part of the town each time.
  const drawn = useCalm(view, drawMilliseconds)
  const position = vehicle.position && (drawn.vehicle.position ?? vehicle.position)
  const { width, height } = screenClasses[screenClass].area
  return (
    <section class="navigation" aria-label="Navigation" data-guidance={guidance.state}>
      {position ? (
        overview.value ? (
          <MapOverview position={position} guidance={drawn.guidance} aspect={width / height} />
        ) : (
          <>
            <MapGround position={position} guidance={drawn.guidance} />
            <div class="map-haze" />
            <Vehicle />
          </>
        )
      ) : (
        <NoPosition />
      )}
      <Manoeuvre view={view} />
      <Arrival view={view} stop={() => headUnit.host.stopGuidance()} />
      <button
        type="button"
        class="map-button"
        aria-pressed={overview.value}
        aria-label="Overview of the route"
        title="Overview of the route"
        onClick={() => {
          overview.value = !overview.value
        }}
      >
        <Icon name={overview.value ? 'follow' : 'overview'} />
      </button>
      <Speed vehicle={vehicle} />
    </section>
  )
}

function Vehicle() {
  return (
    <span class="map-car" aria-hidden="true">
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M24 5l15 36-15-8-15 8z" />
      </svg>
    </span>
  )
}

function NoPosition() {
  return (
    <div class="map-nowhere" role="status">
      <Icon name="follow" />
      <p>Looking for satellites…</p>
    </div>
  )
}

function Speed({ vehicle }: Pick<HostView, 'vehicle'>) {
  return (
    <div class="map-speed">
      <b>{formatSpeed(vehicle.speedKmh, vehicle.speedUnit)}</b>
      <span>{vehicle.speedUnit}</span>
    </div>
  )
}
