import type { Screen } from '../../screen.ts'
import { Bans } from './bans.tsx'

export const screen: Screen = {
  path: 'bans',
  title: 'Bans',
  icon: 'bans',
  role: 'viewer',
  group: 'Server',
  key: 'n',
  View: Bans,
}
