import type { Screen } from '../../screen.ts'
import { Vehicles } from './vehicles.tsx'

export const screen: Screen = {
  path: 'vehicles',
  title: 'Vehicles',
  icon: 'vehicles',
  role: 'viewer',
  group: 'Fleet',
  key: 'v',
  View: Vehicles,
}
