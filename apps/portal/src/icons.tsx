import type { ComponentChildren } from 'preact'

/** Line icons on a grid of 24, in the colour of the text around them. */
const paths = {
  back: <path d="M15 5l-7 7 7 7" />,
  next: <path d="M9 5l7 7-7 7" />,
  down: <path d="M5 9l7 7 7-7" />,
  returnArrow: <path d="M9 6L4 11l5 5M4.5 11H15a5 5 0 0 1 0 10h-2" />,
  home: <path d="M4 11.5L12 4.5l8 7M6 10v9.5h4.5V14h3v5.5H18V10" />,
  apps: (
    <g>
      <rect x="4" y="4" width="6.5" height="6.5" rx="1.6" />
      <rect x="13.5" y="4" width="6.5" height="6.5" rx="1.6" />
      <rect x="4" y="13.5" width="6.5" height="6.5" rx="1.6" />
      <rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.6" />
    </g>
  ),
  navigation: <path d="M12 3.5l7 16.5-7-4-7 4z" />,
  media: (
    <g>
      <path d="M9.5 17.5V6l10-2v11.5" />
      <circle cx="7" cy="17.5" r="2.5" />
      <circle cx="17" cy="15.5" r="2.5" />
    </g>
  ),
  reload: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.3M20 4.5v4.8h-4.8" />,
  check: <path d="M5.5 12.5l4.2 4.2L18.5 8" />,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  warning: <path d="M12 4.2l8.7 15.3H3.3zM12 10v4.5M12 17v.2" />,
  wheel: (
    <g>
      <circle cx="12" cy="12" r="8.5" />
      <circle cx="12" cy="12" r="2.2" />
      <path d="M3.7 10.5l6.2.9M20.3 10.5l-6.2.9M12 14.2v6.2" />
    </g>
  ),
  elsewhere: (
    <g>
      <rect x="3" y="5" width="12" height="9" rx="1.8" />
      <path d="M9 18.5h9.5a2 2 0 0 0 2-2V10M12 15.5l-3 3 3 3" />
    </g>
  ),
  key: (
    <g>
      <circle cx="8" cy="15.5" r="4" />
      <path d="M11 12.5l8-8M16 7.5l2.8 2.8M13.2 10.3l1.8 1.8" />
    </g>
  ),
  shared: <path d="M12 21s6.5-6 6.5-11a6.5 6.5 0 1 0-13 0c0 5 6.5 11 6.5 11zM9.7 10.2l1.7 1.7 3-3.2" />,
  dataOnly: <path d="M8.5 4v16M8.5 4L5 7.5M8.5 4L12 7.5M15.5 20V4M15.5 20L12 16.5M15.5 20l3.5-3.5" />,
  plane: (
    <path d="M12 3.2c.9 0 1.5.9 1.5 2v4.3l7 4.3v2l-7-2.2v4l2.2 1.7v1.5L12 19.8l-3.7 1v-1.5l2.2-1.7v-4l-7 2.2v-2l7-4.3V5.2c0-1.1.6-2 1.5-2z" />
  ),
  play: <path d="M8 5.5l10.5 6.5L8 18.5z" fill="currentColor" />,
  pause: <path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3" />,
  skipForward: <path d="M6 6l8.5 6L6 18zM18 6v12" fill="currentColor" />,
  skipBack: <path d="M18 6l-8.5 6 8.5 6zM6 6v12" fill="currentColor" />,
  straight: <path d="M12 20.5V4.5M6.5 10L12 4.5l5.5 5.5" />,
  slightLeft: <path d="M14 20.5v-6.6L6.5 6.5M6.5 13.5v-7h7" />,
  slightRight: <path d="M10 20.5v-6.6l7.5-7.4M17.5 13.5v-7h-7" />,
  left: <path d="M17 20.5v-7.5a4 4 0 0 0-4-4H5M9.5 4.5L5 9l4.5 4.5" />,
  right: <path d="M7 20.5v-7.5a4 4 0 0 1 4-4h8M14.5 4.5L19 9l-4.5 4.5" />,
  sharpLeft: <path d="M17 20.5V7l-10 8.5M7 8.5v7h7" />,
  sharpRight: <path d="M7 20.5V7l10 8.5M17 8.5v7h-7" />,
  arrive: (
    <g>
      <path d="M6.5 21V4" />
      <path d="M6.5 4.5h11l-2.2 4 2.2 4h-11z" fill="currentColor" />
    </g>
  ),
  overview: <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 12h6M12 9v6" />,
  follow: (
    <g>
      <circle cx="12" cy="12" r="5" />
      <path d="M12 2.5V7M12 17v4.5M2.5 12H7M17 12h4.5" />
    </g>
  ),
  bell: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.7 2H4.3zM10 21h4M12 5V3" />,
  settings: (
    <g>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2" />
    </g>
  ),
  power: <path d="M12 3v8.5M7 6.3a8 8 0 1 0 10 0" />,
  phone: (
    <path d="M6.5 3.5l3 .5 1.3 4-2 1.8a13 13 0 0 0 5.4 5.4l1.8-2 4 1.3.5 3a2 2 0 0 1-2 2.3A16 16 0 0 1 4.2 5.5a2 2 0 0 1 2.3-2z" />
  ),
  speaker: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.7 7.7 0 0 1 0 11" />,
  radio: (
    <g>
      <rect x="3.5" y="9" width="17" height="11" rx="2" />
      <path d="M7 9l10-5M7 13h4M7 16h4" />
      <circle cx="16" cy="14.5" r="2.3" />
    </g>
  ),
  fuel: (
    <path d="M5 20.5V5.5a2 2 0 0 1 2-2h5a2 2 0 0 1 2 2v15zM4 20.5h11M5 10.5h9M14 12.5h1.5a1.5 1.5 0 0 1 1.5 1.5v2.5a1.5 1.5 0 0 0 3 0V9l-3-3" />
  ),
  shift: <path d="M12 4l8 8.5h-4.5V19h-7v-6.5H4z" />,
  erase: <path d="M9 5.5h10.5v13H9L3.5 12zM12 9.5l5 5M17 9.5l-5 5" />,
  newLine: <path d="M19.5 5v8h-14M9.5 9l-4 4 4 4" />,
  record: <circle cx="12" cy="12" r="6.5" fill="currentColor" />,
  stop: <rect x="6.5" y="6.5" width="11" height="11" rx="1.5" fill="currentColor" />,
  loop: <path d="M5 11V9a3 3 0 0 1 3-3h10M15 3l3 3-3 3M19 13v2a3 3 0 0 1-3 3H6M9 21l-3-3 3-3" />,
  upload: <path d="M12 15.5V4.5M7.5 9L12 4.5 16.5 9M4.5 15v4.5h15V15" />,
  panel: (
    <g>
      <rect x="3.5" y="5" width="17" height="14" rx="2.2" />
      <path d="M14.5 5v14" />
    </g>
  ),
  copy: (
    <g>
      <rect x="8.5" y="8.5" width="11" height="11" rx="2" />
      <path d="M15.5 8.5v-2a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2" />
    </g>
  ),
  clear: <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5l.3 6M13.7 10.5l-.3 6" />,
  leave: (
    <path d="M13.5 4.5h-7a1.5 1.5 0 0 0-1.5 1.5v12a1.5 1.5 0 0 0 1.5 1.5h7M10.5 12h9.5M16.5 8l4 4-4 4" />
  ),
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
