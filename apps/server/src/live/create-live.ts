import type { Fleet } from '@pillion/fleet'
import type { Logger } from 'pino'
import { LabelClashes } from '../packages/label-clashes.ts'
import { ClientExpiry } from '../tls/client-expiry.ts'
import { findExpiring } from '../tls/expiry.ts'
import type { TlsInForce } from '../tls/tls-in-force.ts'
import { LiveFigures, type LiveParts } from './live-figures.ts'
import { Warnings } from './warnings.ts'

/** How this node is doing, second by second, and what somebody should do something about. */
export function createLive(
  parts: Omit<LiveParts, 'warnings'> & {
    readonly tls: Pick<TlsInForce, 'expiries'>
    readonly fleet: Fleet
    readonly log: Logger
  },
) {
  const { tls, fleet, log } = parts
  const clientExpiry = new ClientExpiry({ fleet, log })
  const labelClashes = new LabelClashes({ fleet, log })
  const warnings = new Warnings()
  warnings.add(() => findExpiring(tls.expiries(), Date.now()))
  warnings.add(() => clientExpiry.warnings())
  warnings.add(() => labelClashes.warnings())
  return { clientExpiry, labelClashes, warnings, live: new LiveFigures({ ...parts, warnings }) }
}
