import type { Screen } from '../../screen.ts'
import { Connections } from './connections.tsx'

export const screen: Screen = {
  path: 'connections',
  title: 'Connections',
  icon: 'connections',
  role: 'viewer',
  group: 'Watch',
  key: 'c',
  View: Connections,
}
