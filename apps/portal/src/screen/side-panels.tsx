import { limits } from '@pillion/schema'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { useNow } from '../use-now.ts'
import type { MediaPlayer } from './media-player.ts'
import { ClockTime, ConnectionChip, Place } from './status-bar.tsx'
import { StatusIcons } from './status-icons.tsx'

/** The system areas left and right of the app on a WHD screen (W 11.5). */
export function SidePanels({ headUnit, player }: { headUnit: HeadUnit; player: MediaPlayer }) {
  const view = headUnit.view.value
  const { language, speedKmh } = view.vehicle
  return (
    <>
      <header class="side is-left">
        <div class="side-clock">
          <ClockTime language={language} />
          <Today language={language} />
        </div>
        <div class="side-status">
          <span class="temperature">21 °C</span>
          <StatusIcons view={view} />
        </div>
        <Place headUnit={headUnit} />
        <ConnectionChip headUnit={headUnit} />
      </header>
      <aside class="side is-right" aria-label="Vehicle">
        <SpeedDial speedKmh={speedKmh} />
        <NowPlaying player={player} />
      </aside>
    </>
  )
}

function Today({ language }: { language: string }) {
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' })
  return <span class="today">{format.format(useNow())}</span>
}

const dialMaxKmh = 180
/** Length of the arc below, as `pathLength` counts it. */
const arc = 100

function SpeedDial({ speedKmh }: { speedKmh: number }) {
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
        <b>{Math.round(speedKmh)}</b>
        <span>km/h</span>
      </p>
      <span class={driving ? 'chip is-accent' : 'chip is-quiet'}>{driving ? 'Driving' : 'Standing'}</span>
    </div>
  )
}

function NowPlaying({ player }: { player: MediaPlayer }) {
  const { title, artist } = player.track.value
  const playing = player.playing.value
  return (
    <div class="now-playing">
      <p>
        <b>{title}</b>
        <span>{artist}</span>
      </p>
      <button
        type="button"
        class="round"
        aria-label={playing ? 'Pause' : 'Play'}
        onClick={() => player.toggle()}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
    </div>
  )
}
