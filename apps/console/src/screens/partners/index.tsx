import type { Screen } from '../../screen.ts'
import { Partners } from './partners.tsx'

export const screen: Screen = {
  path: 'partners',
  title: 'Partners',
  icon: 'partners',
  role: 'viewer',
  group: 'Fleet',
  key: 'p',
  View: Partners,
}
