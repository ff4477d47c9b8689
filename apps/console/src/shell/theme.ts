import { effect, signal } from '@preact/signals'

export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'pillion-console-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = signal(system.matches)

/** What the person chose; kept in this browser. */
export const themeChoice = signal<ThemeChoice>(readChoice())

/** What is shown. */
export const theme = signal<'light' | 'dark'>('dark')

/** From here on the page looks as the choice, or the system, says. */
export function followTheme(): void {
  system.addEventListener('change', () => {
    systemIsDark.value = system.matches
  })
  effect(() => {
    const choice = themeChoice.value
    const shown = choice === 'system' ? (systemIsDark.value ? 'dark' : 'light') : choice
    document.documentElement.dataset.theme = shown
    theme.value = shown
    localStorage.setItem(key, choice)
  })
}

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(key)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}
