import type { FrameEvent, VehicleSignals } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import type { HostState } from './host-state.ts'
import type { HostedApp, Instance } from './hosted-app.ts'
import type { Vehicle } from './vehicle.ts'

export type AudioSource = 'MEDIA_PLAYER_SOURCE' | 'TEMPORARY_SOURCE'

/** Who holds the audio channel: a document, for it ends with it. */
export interface AudioHold {
  readonly app: HostedApp
  readonly instance: Instance
}

/** The app that holds the audio channel now. */
export function audioHolder({ audio }: HostState): HostedApp | undefined {
  return audio && audio.app.instance === audio.instance ? audio.app : undefined
}

/** `Media.Audio.configure` (W 10.4): one app at a time holds the audio channel, and loses it to whoever comes next. */
export class AudioChannel {
  #host: HostState
  #frames: AppFrames
  #vehicle: Vehicle

  constructor(host: HostState, frames: AppFrames, vehicle: Vehicle) {
    this.#host = host
    this.#frames = frames
    this.#vehicle = vehicle
  }

  configure(app: HostedApp, source: AudioSource, isActive: boolean): void {
    const holder = audioHolder(this.#host)
    if (!app.instance) return
    if (isActive) this.#give(app, app.instance, holder, source)
    else if (holder === app) this.#lose(app)
  }

  /** After a change of the vehicle that came from elsewhere: its player, or another source, takes the channel over. */
  follow({ media: before }: VehicleSignals): void {
    const { media } = this.#host.vehicle
    const starts = media.state === playing && (before.state !== playing || media.source !== before.source)
    const holder = audioHolder(this.#host)
    if (holder && starts && media.source !== webBrowserSource) this.#lose(holder)
  }

  #give(app: HostedApp, instance: Instance, holder: HostedApp | undefined, source: AudioSource): void {
    if (holder && holder !== app) this.#lose(holder)
    this.#host.audio = { app, instance }
    // A temporary source is mixed over the vehicle's player, a media player replaces it.
    const { state } = this.#host.vehicle.media
    if (source === 'MEDIA_PLAYER_SOURCE' && state === playing)
      this.#vehicle.change({ media: { state: paused } })
    this.#host.journal.note('audio', app.idApp, 'The app has the audio channel.')
    this.#frames.fire(app, audioEvent('audioAvailable'))
    this.#host.changed()
  }

  #lose(app: HostedApp): void {
    this.#host.audio = undefined
    this.#host.journal.note('audio', app.idApp, 'The app has lost the audio channel.')
    this.#frames.fire(app, audioEvent('audioLost'))
    this.#host.changed()
  }
}

// W 10.4
const playing = 2
const paused = 3
const webBrowserSource = 13

function audioEvent(name: 'audioAvailable' | 'audioLost'): FrameEvent {
  return { emitter: 'Media.Audio', name }
}
