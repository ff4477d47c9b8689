import { effect, signal } from '@preact/signals'

/** A screen's geometry in CSS pixels (W 11.5); the app area never differs from it by a pixel. */
export interface ScreenGeometry {
  readonly width: number
  readonly height: number
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Size of what the head unit itself draws, relative to SD. */
  readonly unit: number
}

export const screenClasses = {
  SD: { width: 800, height: 480, area: { x: 0, y: 55, width: 800, height: 363 }, unit: 1 },
  HD: { width: 1280, height: 768, area: { x: 0, y: 88, width: 1280, height: 582 }, unit: 1.6 },
  WHD: { width: 1920, height: 720, area: { x: 320, y: 0, width: 1280, height: 620 }, unit: 1.6 },
} as const satisfies Record<string, ScreenGeometry>

export type ScreenClass = keyof typeof screenClasses

/** Accent colours, by the names of W 11.6. */
export const themes = ['blue', 'copper', 'red', 'green', 'gold'] as const
export type Theme = (typeof themes)[number]

interface Choices {
  screenClass: ScreenClass
  theme: Theme
  panelOpen: boolean
}

const key = 'pillion.display'

/** Where the panel lies over the screen instead of beside it; the same words are in panel.css. */
const narrow = window.matchMedia('(max-width: 1099px)')

/** How this browser shows the head unit; remembered for the next visit. */
export class Display {
  readonly screenClass = signal<ScreenClass>('HD')
  readonly theme = signal<Theme>('blue')
  readonly panelOpen = signal(false)

  constructor() {
    const { screenClass, theme, panelOpen } = readChoices()
    if (screenClass && Object.hasOwn(screenClasses, screenClass)) this.screenClass.value = screenClass
    if (theme && themes.includes(theme)) this.theme.value = theme
    // On a narrow window the panel covers the screen: it starts closed there, and only beside the screen is it remembered.
    let openBeside = panelOpen ?? true
    const arrange = () => {
      this.panelOpen.value = !narrow.matches && openBeside
    }
    arrange()
    narrow.addEventListener('change', arrange)
    effect(() => {
      const open = this.panelOpen.value
      if (!narrow.matches) openBeside = open
      const choices: Choices = {
        screenClass: this.screenClass.value,
        theme: this.theme.value,
        panelOpen: openBeside,
      }
      localStorage.setItem(key, JSON.stringify(choices))
    })
  }
}

function readChoices(): Partial<Choices> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') ?? {}
  } catch {
    return {}
  }
}
