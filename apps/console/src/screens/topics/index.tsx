import type { Screen } from '../../screen.ts'
import { Topics } from './topics.tsx'

export const screen: Screen = {
  path: 'topics',
  title: 'Topics',
  icon: 'topics',
  role: 'viewer',
  group: 'Watch',
  key: 't',
  View: Topics,
}
