import type { OpenStore } from '@pillion/store'
import type { Logger } from 'pino'
import { AuditLog } from '../audit/audit-log.ts'
import { FailedSignIns } from '../audit/failed-sign-ins.ts'
import type { GuardedRoute } from '../http/authority.ts'
import type { Limits } from '../limits.ts'
import { LongAnswers } from './long-answers.ts'
import { Operators } from './operators.ts'
import { Sessions } from './sessions.ts'

/** Who may do what under `/admin/v1`, and the record of it. */
export function createAuthority(options: {
  store: Pick<OpenStore, 'operators' | 'sessions' | 'audit'>
  node: string
  limits: Limits
  log: Logger
}) {
  const { store, node, limits, log } = options
  const audit = new AuditLog({ store: store.audit, node })
  const sessions = new Sessions({ store: store.sessions, limits })
  const adminRoutes: GuardedRoute[] = []
  return {
    operators: new Operators({ store: store.operators, limits }),
    sessions,
    longAnswers: new LongAnswers(sessions, log),
    audit,
    failedSignIns: new FailedSignIns({ audit, log }),
    adminRoutes,
  }
}
