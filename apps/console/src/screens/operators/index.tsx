import type { Screen } from '../../screen.ts'
import { Operators } from './operators.tsx'

export const screen: Screen = {
  path: 'operators',
  title: 'Operators',
  icon: 'operators',
  role: 'admin',
  group: 'Server',
  key: 'w',
  View: Operators,
}
