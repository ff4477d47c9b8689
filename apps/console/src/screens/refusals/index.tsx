import type { Screen } from '../../screen.ts'
import { Refusals } from './refusals.tsx'

export const screen: Screen = {
  path: 'refusals',
  title: 'Refusals',
  icon: 'refusals',
  role: 'viewer',
  group: 'Watch',
  key: 'r',
  View: Refusals,
}
