import type { Screen } from '../../screen.ts'
import { Explain } from './explain.tsx'

export const screen: Screen = {
  path: 'explain',
  title: 'Explain',
  icon: 'explain',
  role: 'viewer',
  group: 'Watch',
  key: 'e',
  View: Explain,
}
