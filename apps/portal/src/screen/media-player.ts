import type { MediaSignals, SignalChange } from '@pillion/schema'

/** W 10.4 */
export const mediaStates = { stop: 1, play: 2, pause: 3 } as const
const usb = 0
export const tunerSource = 11

/** W 10.4, by their numbers. */
export const mediaSources: readonly string[] = [
  'USB 1',
  'iPod 1',
  'External CD',
  'Bluetooth streaming',
  'Aux',
  'USB 2',
  'iPod 2',
  'External DVD by USB',
  'Phone by MirrorLink',
  'Phone by DIPO',
  'Ringtone',
  'Radio',
  'Phone by Bluetooth',
  'Web browser media app',
  'Web radio',
  'USB video',
  'Jukebox',
  'Media app by MirrorLink',
  'Media app by DIPO',
  'MirrorLink temporary',
  'FM traffic announcement',
  'DAB news',
  'Voice recognition',
  'Text to speech',
  'Text to speech, MirrorLink',
  'Text to speech, DIPO',
  'Voice recognition, Bluetooth',
  'Voice recognition, MirrorLink',
  'Voice recognition, DIPO',
  'Web browser voice recognition',
]

/** On the USB stick; invented, like the map, and without sound. */
const album = { artist: 'The Hard Shoulders', album: 'Night Shift', folder: '/music/night-shift' }
const tracks = ['Coastal Road', 'Tunnel Light', 'Second Gear', 'Kilometre Zero', 'Give Way']

/** Play or pause; what is on the stick if there is nothing to play. */
export function toggled(media: MediaSignals): SignalChange {
  if (media.state === mediaStates.play) return { media: { state: mediaStates.pause } }
  if (media.trackCount > 0 || media.source === tunerSource) return { media: { state: mediaStates.play } }
  return trackOfStick(0)
}

/** To the next track or the one before, round and round; what others play has no names here. */
export function skipped(media: MediaSignals, by: 1 | -1): SignalChange {
  if (media.folder === album.folder) return trackOfStick(media.trackNumber - 1 + by)
  if (media.trackCount < 1) return trackOfStick(0)
  const trackNumber = 1 + ((media.trackNumber - 1 + by + media.trackCount) % media.trackCount)
  return { media: { state: mediaStates.play, trackNumber, track: `Track ${trackNumber}` } }
}

function trackOfStick(index: number): SignalChange {
  const place = (index + tracks.length) % tracks.length
  const track = { track: tracks[place] ?? '', trackNumber: place + 1, trackCount: tracks.length }
  return { media: { ...album, ...track, state: mediaStates.play, source: usb } }
}
