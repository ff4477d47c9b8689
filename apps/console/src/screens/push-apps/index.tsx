import type { Screen } from '../../screen.ts'
import { PushApps } from './push-apps.tsx'

export const screen: Screen = {
  path: 'push-apps',
  title: 'Push apps',
  icon: 'push',
  role: 'viewer',
  group: 'Push',
  key: 'u',
  View: PushApps,
}
