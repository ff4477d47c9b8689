import type { Screen } from '../../screen.ts'
import { Account } from './account.tsx'

export const screen: Screen = {
  path: 'account',
  title: 'Your account',
  icon: 'key',
  role: 'viewer',
  group: 'Own',
  key: 'y',
  View: Account,
}
