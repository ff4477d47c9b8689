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

/** Light or dark: as the vehicle says, by day and night (W 10.1), or always one. */
export const brightnesses = ['auto', 'light', 'dark'] as const
export type Brightness = (typeof brightnesses)[number]

interface Choices {
  screenClass: ScreenClass
  brightness: Brightness
  virtualKeyboard: boolean
  panelOpen: boolean
  /** Parts of the panel that are not as they are at first. */
  sections: Readonly<Record<string, boolean>>
}

const key = 'pillion.display'

/** Where the panel lies over the screen instead of beside it; the same words are in panel.css. */
const narrow = window.matchMedia('(max-width: 1099px)')

/** How this tab shows the head unit; remembered, and what a further tab begins with. */
export class Display {
  readonly screenClass = signal<ScreenClass>('HD')
  readonly brightness = signal<Brightness>('auto')
  /** Do text fields of apps get the head unit's keyboard (W 6.7)? */
  readonly virtualKeyboard = signal(false)
  readonly panelOpen = signal(false)
  readonly sections = signal<Choices['sections']>({})

  constructor() {
    const { screenClass, brightness, virtualKeyboard, panelOpen, sections } = readChoices()
    if (screenClass && Object.hasOwn(screenClasses, screenClass)) this.screenClass.value = screenClass
    if (brightness && brightnesses.includes(brightness)) this.brightness.value = brightness
    this.virtualKeyboard.value = virtualKeyboard === true
    this.sections.value = { ...sections }
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
      writeChoices({
        screenClass: this.screenClass.value,
        brightness: this.brightness.value,
        virtualKeyboard: this.virtualKeyboard.value,
        panelOpen: openBeside,
        sections: this.sections.value,
      })
    })
  }
}

/** Of this tab; a new one begins as the last one was left. */
function readChoices(): Partial<Choices> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? '{}') ?? {}
  } catch {
    return {}
  }
}

function writeChoices(choices: Choices): void {
  const text = JSON.stringify(choices)
  try {
    sessionStorage.setItem(key, text)
    localStorage.setItem(key, text)
  } catch {
    // Full, or denied by the browser: then it is as at first next time.
  }
}
