import { computed, signal } from '@preact/signals'

export interface Track {
  readonly title: string
  readonly artist: string
  readonly album: string
  readonly seconds: number
}

/** Invented, like the map: scenery for the apps, without sound. */
const tracks: readonly Track[] = [
  { title: 'Coastal Road', artist: 'The Hard Shoulders', album: 'Night Shift', seconds: 214 },
  { title: 'Tunnel Light', artist: 'Amber Lane', album: 'Kilometre Zero', seconds: 187 },
  { title: 'Second Gear', artist: 'Roundabout Trio', album: 'Give Way', seconds: 242 },
]

/** The head unit's own music; what it shows is the same in the module and beside the app. */
export class MediaPlayer {
  readonly playing = signal(true)
  #index = signal(0)
  readonly track = computed(() => tracks[this.#index.value] as Track)

  toggle(): void {
    this.playing.value = !this.playing.value
  }

  skip(by: 1 | -1): void {
    this.#index.value = (this.#index.value + by + tracks.length) % tracks.length
  }
}
