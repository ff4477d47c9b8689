/** A cover: a road into a low sun, and the bars of the music. */
export function Artwork() {
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
