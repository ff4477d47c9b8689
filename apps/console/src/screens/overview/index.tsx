import type { Screen } from '../../screen.ts'
import { Overview } from './overview.tsx'

export const screen: Screen = {
  path: 'overview',
  title: 'Overview',
  icon: 'overview',
  role: 'viewer',
  group: 'Watch',
  key: 'o',
  View: Overview,
}
