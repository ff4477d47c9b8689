import type { Kysely } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'
import * as fleet from './0001-fleet.ts'
import * as accounts from './0002-accounts.ts'
import * as push from './0003-push.ts'
import * as mailbox from './0004-mailbox.ts'
import * as nodes from './0005-nodes.ts'
import * as answers from './0006-answers.ts'
import * as ledger from './0007-ledger.ts'
import * as operators from './0008-operators.ts'
import * as credentials from './0009-credentials.ts'
import * as secondFactors from './0010-second-factors.ts'
import * as appOffers from './0012-app-offers.ts'

export type Migration = { up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> }

/** Run in the order of their names, forward only. A migration that was released never changes. There never was a 0011. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-fleet': fleet,
  '0002-accounts': accounts,
  '0003-push': push,
  '0004-mailbox': mailbox,
  '0005-nodes': nodes,
  '0006-answers': answers,
  '0007-ledger': ledger,
  '0008-operators': operators,
  '0009-credentials': credentials,
  '0010-second-factors': secondFactors,
  '0012-app-offers': appOffers,
}
