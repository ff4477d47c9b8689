import type { ComponentChildren } from 'preact'

/** Line icons on a grid of 24, in the colour of the text around them. */
const paths = {
  overview: <path d="M4 13h4l2.5-7 4 12 2.5-5h3" />,
  connections: (
    <path d="M9 4v4M15 4v4M6.5 8h11v3.5a5.5 5.5 0 0 1-4 5.3V20M6.5 8v3.5a5.5 5.5 0 0 0 4 5.3V20h3" />
  ),
  messages: (
    <g>
      <rect x="3.5" y="5.5" width="17" height="13" rx="2" />
      <path d="M4 7l8 6 8-6" />
    </g>
  ),
  topics: <path d="M5 5v12.5h6M5 10.5h6M14 10.5h5.5M14 17.5h5.5M8.5 5H14" />,
  explain: (
    <g>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M9.7 9.5a2.4 2.4 0 1 1 3.4 2.3c-.8.4-1.1.9-1.1 1.8M12 16.6v.2" />
    </g>
  ),
  refusals: (
    <path d="M12 3.5l7 2.5v5.5c0 4.3-2.8 7.3-7 9-4.2-1.7-7-4.7-7-9V6zM9.6 9.6l4.8 4.8M14.4 9.6l-4.8 4.8" />
  ),
  vehicles: (
    <g>
      <path d="M4 16.5v-4l2-5.2A2 2 0 0 1 7.9 6h8.2a2 2 0 0 1 1.9 1.3l2 5.2v4zM4.5 12h15" />
      <path d="M6 16.5V19M18 16.5V19M7.5 14.3h1M15.5 14.3h1" />
    </g>
  ),
  partners: <path d="M4 20V8.5l8-4.5 8 4.5V20M3 20h18M9.5 20v-4.5h5V20M8.5 11.5h1M14.5 11.5h1" />,
  apps: (
    <g>
      <rect x="4" y="4" width="6.5" height="6.5" rx="1.6" />
      <rect x="13.5" y="4" width="6.5" height="6.5" rx="1.6" />
      <rect x="4" y="13.5" width="6.5" height="6.5" rx="1.6" />
      <rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.6" />
    </g>
  ),
  mailboxes: <path d="M3.5 13.5L6.5 5.5h11l3 8v5h-17zM3.5 13.5H8l1.5 2.5h5l1.5-2.5h4.5" />,
  push: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.7 2H4.3zM10 21h4M12 5V3" />,
  settings: <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h10M18 17h2M15 5v4M9 10v4M16 15v4" />,
  bans: (
    <g>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M6 6l12 12" />
    </g>
  ),
  operators: (
    <g>
      <circle cx="12" cy="8" r="3.8" />
      <path d="M4.5 20a7.5 7.5 0 0 1 15 0" />
    </g>
  ),
  audit: <path d="M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6" />,
  search: (
    <g>
      <circle cx="10.5" cy="10.5" r="6" />
      <path d="M15 15l5 5" />
    </g>
  ),
  next: <path d="M9 5l7 7-7 7" />,
  back: <path d="M15 5l-7 7 7 7" />,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  add: <path d="M12 5v14M5 12h14" />,
  edit: <path d="M4.5 19.5l.8-4L15.8 5l3.2 3.2L8.5 18.7zM13.5 7.3l3.2 3.2" />,
  remove: <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5l.3 6M13.7 10.5l-.3 6" />,
  reload: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.3M20 4.5v4.8h-4.8" />,
  check: <path d="M5.5 12.5l4.2 4.2L18.5 8" />,
  warning: <path d="M12 4.2l8.7 15.3H3.3zM12 10v4.5M12 17v.2" />,
  copy: (
    <g>
      <rect x="8.5" y="8.5" width="11" height="11" rx="2" />
      <path d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2" />
    </g>
  ),
  key: (
    <g>
      <circle cx="8" cy="15.5" r="4" />
      <path d="M11 12.5l8-8M16 7.5l2.8 2.8M13.2 10.3l1.8 1.8" />
    </g>
  ),
  link: (
    <path d="M13.5 4.5H19.5V10.5M19 5l-8.5 8.5M10 6H6a1.5 1.5 0 0 0-1.5 1.5V18A1.5 1.5 0 0 0 6 19.5h10.5A1.5 1.5 0 0 0 18 18v-4" />
  ),
  send: <path d="M4 12l16-7.5-5 15.5-3.5-6.5zM11.5 13.5L20 4.5" />,
  upload: <path d="M12 15.5V4.5M7.5 9L12 4.5 16.5 9M4.5 15v4.5h15V15" />,
  download: <path d="M12 4.5v11M7.5 11l4.5 4.5 4.5-4.5M4.5 15v4.5h15V15" />,
  leave: (
    <path d="M13.5 4.5h-7a1.5 1.5 0 0 0-1.5 1.5v12a1.5 1.5 0 0 0 1.5 1.5h7M10.5 12h9.5M16.5 8l4 4-4 4" />
  ),
  dark: <path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />,
  light: (
    <g>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3L7 7M17 17l1.7 1.7M18.7 5.3L17 7M7 17l-1.7 1.7" />
    </g>
  ),
  system: (
    <g>
      <rect x="3.5" y="5" width="17" height="11.5" rx="2" />
      <path d="M9 20h6M12 16.5V20" />
    </g>
  ),
  pause: <path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3" />,
  play: <path d="M8 5.5l10.5 6.5L8 18.5z" fill="currentColor" />,
} satisfies Record<string, ComponentChildren>

export type IconName = keyof typeof paths

/** Decoration: what it means is said by the text or the label beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {paths[name]}
    </svg>
  )
}
