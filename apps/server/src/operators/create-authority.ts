import type { OpenStore } from '@pillion/store'
import type { Logger } from 'pino'
import { AuditLog } from '../audit/audit-log.ts'
import { FailedSignIns } from '../audit/failed-sign-ins.ts'
import type { DataFolder } from '../data-folder.ts'
import type { GuardedRoute } from '../http/authority.ts'
import type { Limits } from '../limits.ts'
import type { SharedSecrets } from '../nodes/shared-secrets.ts'
import type { SettingsInForce } from '../settings/settings-in-force.ts'
import { openSharedKey } from '../shared-key.ts'
import { LongAnswers } from './long-answers.ts'
import { Operators } from './operators.ts'
import { SecondFactors } from './second-factors.ts'
import { Sessions } from './sessions.ts'

/** Who may do what under `/admin/v1`, and the record of it. */
export async function createAuthority(options: {
  settings: SettingsInForce
  store: Pick<OpenStore, 'operators' | 'factors' | 'sessions' | 'audit'>
  data: DataFolder
  shared: SharedSecrets | undefined
  node: string
  limits: Limits
  log: Logger
}) {
  const { settings, store, data, shared, node, limits, log } = options
  const audit = new AuditLog({ store: store.audit, node })
  const isFactorRequired = () => settings.now.operators.secondFactor === 'required'
  const sessions = new Sessions({ store: store.sessions, limits, isFactorRequired })
  const key = await openSharedKey(data, 'factor-key', shared)
  const adminRoutes: GuardedRoute[] = []
  return {
    operators: new Operators({ store: store.operators, limits }),
    secondFactors: new SecondFactors({ store: store.factors, key }),
    sessions,
    longAnswers: new LongAnswers(sessions, log),
    audit,
    failedSignIns: new FailedSignIns({ audit, log }),
    adminRoutes,
  }
}
