import { limits, type VehicleSignals } from '@pillion/schema'
import type { HeadUnit } from '../head-unit.ts'
import { formatSpeed } from '../units.ts'
import { useNow } from '../use-now.ts'
import { vehicleTime } from '../vehicle-time.ts'
import { PlayButton } from './media-module.tsx'
import { GuidanceChip } from './navigation/guidance-chip.tsx'
import { ClockTime, ConnectionChip, dateFormat, Place } from './status-bar.tsx'
import { StatusIcons } from './status-icons.tsx'

/** The system areas left and right of the app on a WHD screen (W 11.5). */
export function SidePanels({ headUnit }: { headUnit: HeadUnit }) {
  const { vehicle } = headUnit.view.value
  return (
    <>
      <header class="side is-left">
        <div class="side-clock">
          <ClockTime vehicle={vehicle} />
          <Today vehicle={vehicle} />
        </div>
        <div class="side-status">
          <StatusIcons headUnit={headUnit} />
        </div>
        <GuidanceChip headUnit={headUnit} />
        <Place headUnit={headUnit} />
        <ConnectionChip headUnit={headUnit} />
      </header>
      <aside class="side is-right" aria-label="Vehicle">
        <SpeedDial vehicle={vehicle} />
        <NowPlaying headUnit={headUnit} />
      </aside>
    </>
  )
}

function Today({ vehicle }: { vehicle: VehicleSignals }) {
  const format = dateFormat(vehicle.language, { weekday: 'long', day: 'numeric', month: 'long' })
  return <span class="today">{format.format(vehicleTime(vehicle, useNow()))}</span>
}

const dialMaxKmh = 180
/** Length of the arc below, as `pathLength` counts it. */
const arc = 100

function SpeedDial({ vehicle }: { vehicle: VehicleSignals }) {
  const { speedKmh, speedUnit } = vehicle
  const filled = (Math.min(speedKmh, dialMaxKmh) / dialMaxKmh) * arc
  const driving = speedKmh > limits.drivingThresholdKmh
  return (
    <div class="dial">
      <svg viewBox="0 0 200 170" aria-hidden="true">
        <path class="dial-track" d="M34 150a88 88 0 1 1 132 0" pathLength={arc} />
        <path
          class="dial-value"
          d="M34 150a88 88 0 1 1 132 0"
          pathLength={arc}
          style={{ strokeDasharray: `${filled} ${arc * 2}`, opacity: filled > 0 ? 1 : 0 }}
        />
      </svg>
      <p>
        <b>{formatSpeed(speedKmh, speedUnit)}</b>
        <span>{speedUnit}</span>
      </p>
      <span class={driving ? 'chip is-accent' : 'chip is-quiet'}>{driving ? 'Driving' : 'Standing'}</span>
    </div>
  )
}

function NowPlaying({ headUnit }: { headUnit: HeadUnit }) {
  const { track, artist } = headUnit.view.value.vehicle.media
  return (
    <div class="now-playing">
      <p>
        <b dir="auto">{track || 'Nothing plays'}</b>
        <span dir="auto">{artist}</span>
      </p>
      <PlayButton headUnit={headUnit} />
    </div>
  )
}
