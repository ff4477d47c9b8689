import type { Emitters } from '../emitters.ts'
import type { PostToHost } from '../host-page.ts'
import type { StateHolder } from '../state.ts'
import { bounded, cutText } from './figures.ts'

/** `Media` and `Media.Audio` (W 10.4). Names are shorter than 255 characters, of a track at most 32. */
export function createMedia(emitters: Emitters, state: StateHolder, post: PostToHost) {
  const media = () => state.current.media
  const Audio = Object.assign(emitters['Media.Audio'], {
    /** Opens or closes the app's audio channel; what is not one of the documented words is ignored. */
    configure: (source?: unknown, soundState?: unknown) => {
      if (source !== 'MEDIA_PLAYER_SOURCE' && source !== 'TEMPORARY_SOURCE') return
      if (soundState !== 'Active' && soundState !== 'Inactive') return
      post({ pillion: 'audio', source, isActive: soundState === 'Active' })
    },
  })
  return Object.assign(emitters.Media, {
    GetAlbumName: () => cutText(media().album, 254),
    GetArtistName: () => cutText(media().artist, 254),
    GetFolderName: () => cutText(media().folder, 254),
    GetTrackName: () => cutText(media().track, 32),
    GetCurrentTrack: () => media().trackNumber,
    GetTotalTracks: () => bounded(media().trackCount, 0, 9998),
    GetMediaState: () => media().state,
    GetTypeName: () => media().source,
    Audio,
    // Mistyped in samples (W 14).
    audio: Audio,
  })
}
