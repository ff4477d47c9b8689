import type { Screen } from '../../screen.ts'
import { Apps } from './apps.tsx'

export const screen: Screen = {
  path: 'apps',
  title: 'Apps',
  icon: 'apps',
  role: 'viewer',
  group: 'Fleet',
  key: 'a',
  View: Apps,
}
