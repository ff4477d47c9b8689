import type { Screen } from '../../screen.ts'
import { Mailboxes } from './mailboxes.tsx'

export const screen: Screen = {
  path: 'mailboxes',
  title: 'Mailboxes',
  icon: 'mailboxes',
  role: 'viewer',
  group: 'Fleet',
  key: 'b',
  View: Mailboxes,
}
