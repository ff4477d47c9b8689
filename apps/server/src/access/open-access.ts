import { AccountAccess, Accounts } from '@pillion/accounts'
import { type AbsentReceivers, type AccessPolicy, openPolicy } from '@pillion/broker'
import { type CredentialEnds, type Fleet, FleetAccess, type Mailbox } from '@pillion/fleet'
import type { Ledger } from '@pillion/ledger'
import { PushAccess } from '@pillion/push'
import type { OpenStore } from '@pillion/store'
import type { Logger } from 'pino'
import type { DataFolder } from '../data-folder.ts'
import { openEndpointKey } from '../endpoint-key.ts'
import type { Durations } from '../metrics/durations.ts'
import type { SharedSecrets } from '../nodes/shared-secrets.ts'
import type { SettingsInForce } from '../settings/settings-in-force.ts'
import { GuardedAccess } from './guarded-access.ts'
import { ProductAccess } from './product-access.ts'
import { SignInGuard } from './sign-in-guard.ts'

/** Enough that none is idle while others wait. */
const SIGN_INS_PER_DATABASE_CONNECTION = 4
/** The one that asks everybody for a client certificate (W 2.2). */
const partnerListener = 'partners'

export interface OpenAccessOptions {
  readonly settings: Pick<SettingsInForce, 'config' | 'limits'>
  readonly data: DataFolder
  readonly shared: SharedSecrets | undefined
  readonly store: Pick<OpenStore, 'fleet' | 'accounts' | 'push'>
  readonly fleet: Fleet
  readonly credentialEnds: CredentialEnds
  readonly mailbox: Mailbox
  readonly ledger: Ledger
  readonly durations: Pick<Durations, 'signedIn'>
  readonly log: Logger
}

/** Who may sign in, publish and subscribe: partners and vehicles, accounts, installations of push apps. */
export async function openAccess(options: OpenAccessOptions) {
  const { settings, data, shared, store, fleet, credentialEnds, mailbox, ledger, durations, log } = options
  const { config, limits } = settings
  const fleetAccess = new FleetAccess({
    fleet,
    store: store.fleet,
    mailbox,
    ends: credentialEnds,
    ...config.portal,
    partnerListener,
  })
  const accounts = await Accounts.open({ store: store.accounts, limits })
  const endpointKey = await openEndpointKey(data, shared)
  const pushAccess = new PushAccess({ store: store.push.installations, endpointKey })
  const product = new ProductAccess({
    fleet: fleetAccess,
    accounts: new AccountAccess({ accounts, productTopics: fleetAccess.observedTopics, partnerListener }),
    push: pushAccess,
    ledger,
    signInsAtOnceMax: shared && SIGN_INS_PER_DATABASE_CONNECTION * config.database.poolMax,
  })
  const signInGuard = new SignInGuard({ limits, log })
  const isOpen = config.access.mode === 'open'
  const guarded = new GuardedAccess(product, signInGuard, (...sample) => durations.signedIn(...sample))
  // Without identities nobody is away.
  const ofBroker: { policy: AccessPolicy; absentReceivers?: AbsentReceivers } = isOpen
    ? { policy: openPolicy }
    : { policy: guarded, absentReceivers: mailbox }
  return {
    accounts,
    /** What passwords of endpoints are derived from. */
    endpointKey,
    pushAccess,
    signInGuard,
    isOpen,
    /** The rules, for questions about them; nobody is slowed down. */
    policy: isOpen ? openPolicy : product,
    ofBroker,
  }
}
