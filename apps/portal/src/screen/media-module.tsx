import type { HostView } from '@pillion/host'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { Artwork } from './artwork.tsx'
import { mediaSources, mediaStates, skipped, toggled, tunerSource } from './media-player.ts'

/** What the vehicle says that it plays (W 10.4, 10.6), and the app that has the audio channel. */
export function MediaModule({ headUnit }: { headUnit: HeadUnit }) {
  const view = headUnit.view.value
  const { media } = view.vehicle
  const isPlaying = media.state === mediaStates.play
  const isRadio = media.source === tunerSource
  return (
    <section class="media" aria-label="Media" data-playing={isPlaying}>
      <Artwork />
      <div class="media-side">
        <p class="media-source">
          <Icon name={isRadio ? 'radio' : 'media'} /> {mediaSources[media.source]}
        </p>
        {isRadio ? <Tuner {...view.vehicle} /> : <Track {...view.vehicle} />}
        <MediaButtons headUnit={headUnit} />
        <AudioHolder view={view} />
      </div>
    </section>
  )
}

function Track({ media }: Pick<HostView['vehicle'], 'media'>) {
  const { track, artist, album, folder, trackNumber, trackCount } = media
  const isNothing = trackNumber < 0 && track === ''
  return (
    <>
      <h2 dir="auto">{isNothing ? 'Nothing plays' : track || `Track ${trackNumber}`}</h2>
      <p class="media-artist" dir="auto">
        {artist}
      </p>
      <p class="media-album" dir="auto">
        {album || folder}
      </p>
      <p class="media-place">{trackCount > 0 && trackNumber > 0 && `${trackNumber} of ${trackCount}`}</p>
    </>
  )
}

function Tuner({ radio }: Pick<HostView['vehicle'], 'radio'>) {
  const { programme, band, frequencyKhz, preset, text, hasTrafficAnnouncements } = radio
  return (
    <>
      <h2 dir="auto">{programme || formatFrequency(frequencyKhz)}</h2>
      <p class="media-artist">
        {band} {formatFrequency(frequencyKhz)}
      </p>
      <p class="media-album" dir="auto">
        {text}
      </p>
      <p class="media-place">
        {[preset > 0 && `Preset ${preset}`, hasTrafficAnnouncements && 'TA'].filter(Boolean).join(' · ')}
      </p>
    </>
  )
}

/** Block numbers of DAB stay as they are. */
function formatFrequency(kHz: number): string {
  if (kHz < 100) return String(kHz)
  return kHz < 10_000 ? `${kHz} kHz` : `${(kHz / 1_000).toFixed(1)} MHz`
}

export function PlayButton({ headUnit, large = false }: { headUnit: HeadUnit; large?: boolean }) {
  const { media } = headUnit.view.value.vehicle
  const isPlaying = media.state === mediaStates.play
  return (
    <button
      type="button"
      class={large ? 'round is-large' : 'round'}
      aria-label={isPlaying ? 'Pause' : 'Play'}
      onClick={() => headUnit.host.setVehicle(toggled(headUnit.host.view.vehicle.media))}
    >
      <Icon name={isPlaying ? 'pause' : 'play'} />
    </button>
  )
}

function MediaButtons({ headUnit }: { headUnit: HeadUnit }) {
  const { host } = headUnit
  const skip = (by: 1 | -1) => host.setVehicle(skipped(host.view.vehicle.media, by))
  return (
    <div class="media-buttons">
      <button type="button" class="round" aria-label="Previous track" onClick={() => skip(-1)}>
        <Icon name="skipBack" />
      </button>
      <PlayButton headUnit={headUnit} large />
      <button type="button" class="round" aria-label="Next track" onClick={() => skip(1)}>
        <Icon name="skipForward" />
      </button>
    </div>
  )
}

/** W 10.4: an app that has opened its audio channel. */
function AudioHolder({ view }: { view: HostView }) {
  const holder = view.apps.find(({ idApp }) => idApp === view.audio)
  return (
    <p class="media-holder" role="status">
      {holder && (
        <>
          <Icon name="speaker" /> {holder.name} has the audio channel
        </>
      )}
    </p>
  )
}
