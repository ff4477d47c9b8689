import { Icon } from '../icons.tsx'
import type { MediaPlayer } from './media-player.ts'

/** Scenery: another module for apps to be in the background of (W 4.1). */
export function MediaModule({ player }: { player: MediaPlayer }) {
  const { title, artist, album, seconds } = player.track.value
  const playing = player.playing.value
  return (
    <section class="media" aria-label="Media" data-playing={playing}>
      <Artwork />
      <div class="media-side">
        <p class="media-source">
          <Icon name="media" /> USB 1
        </p>
        <h2>{title}</h2>
        <p class="media-artist">{artist}</p>
        <p class="media-album">{album}</p>
        <div class="media-progress" aria-hidden="true">
          <span key={title} style={{ animationDuration: `${seconds}s` }} />
        </div>
        <p class="media-length">{formatLength(seconds)}</p>
        <div class="media-buttons">
          <button type="button" class="round" aria-label="Previous track" onClick={() => player.skip(-1)}>
            <Icon name="skipBack" />
          </button>
          <button
            type="button"
            class="round is-large"
            aria-label={playing ? 'Pause' : 'Play'}
            onClick={() => player.toggle()}
          >
            <Icon name={playing ? 'pause' : 'play'} />
          </button>
          <button type="button" class="round" aria-label="Next track" onClick={() => player.skip(1)}>
            <Icon name="skipForward" />
          </button>
        </div>
      </div>
    </section>
  )
}

function formatLength(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** A cover: a road into a low sun, and the bars of the music. */
function Artwork() {
  return (
    <div class="artwork" aria-hidden="true">
      <svg viewBox="0 0 300 300" aria-hidden="true">
        <defs>
          <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#141c3d" />
            <stop offset=".55" stop-color="#5d3a72" />
            <stop offset=".8" stop-color="#e0715c" />
            <stop offset="1" stop-color="#ffc06b" />
          </linearGradient>
          <linearGradient id="sun" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color="#ffe9a8" />
            <stop offset="1" stop-color="#ff8a5c" />
          </linearGradient>
        </defs>
        <rect width="300" height="195" fill="url(#sky)" />
        <circle cx="150" cy="168" r="52" fill="url(#sun)" />
        <path d="M0 168l46-34 38 24 44-46 40 40 36-26 44 34 52-30v65H0z" fill="#2a1f45" />
        <path d="M0 185l60-16 52 12 70-18 58 16 60-14v140H0z" fill="#150f2a" />
        <path d="M136 181h28l96 119H40z" fill="#0b0918" />
        <path d="M149.5 186h1l3 22h-7zM148 222h4l5 34h-14zM145 270h10l6 30h-22z" fill="#ffc06b" />
      </svg>
      <span class="bars">
        {[0, 1, 2, 3, 4, 5, 6].map((bar) => (
          <i key={bar} style={{ animationDelay: `${-bar * 0.37}s` }} />
        ))}
      </span>
    </div>
  )
}
