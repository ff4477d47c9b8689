import type { Screen } from '../../screen.ts'
import { Settings } from './settings.tsx'

export const screen: Screen = {
  path: 'settings',
  title: 'Settings',
  icon: 'settings',
  role: 'viewer',
  group: 'Server',
  key: 's',
  View: Settings,
}
