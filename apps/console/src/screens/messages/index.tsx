import type { Screen } from '../../screen.ts'
import { Messages } from './messages.tsx'

export const screen: Screen = {
  path: 'messages',
  title: 'Messages',
  icon: 'messages',
  role: 'viewer',
  group: 'Watch',
  key: 'm',
  View: Messages,
}
