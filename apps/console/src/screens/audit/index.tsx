import type { Screen } from '../../screen.ts'
import { Audit } from './audit.tsx'

export const screen: Screen = {
  path: 'audit',
  title: 'Audit log',
  icon: 'audit',
  role: 'admin',
  group: 'Server',
  key: 'l',
  View: Audit,
}
