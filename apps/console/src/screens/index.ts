import type { Screen } from '../screen.ts'
import { screen as account } from './account/index.tsx'
import { screen as apps } from './apps/index.tsx'
import { screen as audit } from './audit/index.tsx'
import { screen as bans } from './bans/index.tsx'
import { screen as connections } from './connections/index.tsx'
import { screen as explain } from './explain/index.tsx'
import { screen as mailboxes } from './mailboxes/index.tsx'
import { screen as messages } from './messages/index.tsx'
import { screen as operators } from './operators/index.tsx'
import { screen as overview } from './overview/index.tsx'
import { screen as partners } from './partners/index.tsx'
import { screen as pushApps } from './push-apps/index.tsx'
import { screen as refusals } from './refusals/index.tsx'
import { screen as settings } from './settings/index.tsx'
import { screen as topics } from './topics/index.tsx'
import { screen as vehicles } from './vehicles/index.tsx'

/** In the order of the menu. */
export const screens: readonly Screen[] = [
  overview,
  connections,
  messages,
  topics,
  refusals,
  explain,
  vehicles,
  partners,
  apps,
  mailboxes,
  pushApps,
  settings,
  bans,
  operators,
  audit,
  account,
]
