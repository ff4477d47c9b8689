import type { AccountAccess } from '@pillion/accounts'
import type {
  AccessPolicy,
  ConnectDecision,
  Credentials,
  Identity,
  PublishDecision,
  SubscribeDecision,
} from '@pillion/broker'
import type { FleetAccess } from '@pillion/fleet'

/** Partners and vehicles beside accounts, on the same listeners. Nobody's name means two of them. */
export class ProductAccess implements AccessPolicy {
  readonly #fleet: FleetAccess
  readonly #accounts: AccountAccess

  constructor(parts: { fleet: FleetAccess; accounts: AccountAccess }) {
    this.#fleet = parts.fleet
    this.#accounts = parts.accounts
  }

  /** Both only grow, so their sum grows whenever either does. */
  get epoch(): number {
    return this.#fleet.epoch + this.#accounts.epoch
  }

  connect(credentials: Credentials): ConnectDecision | Promise<ConnectDecision> {
    const isAccount = credentials.username !== undefined && this.#accounts.has(credentials.username)
    return (isAccount ? this.#accounts : this.#fleet).connect(credentials)
  }

  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision> {
    return this.#policyOf(identity).publish(identity, topicName)
  }

  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    return this.#policyOf(identity).subscribe(identity, topicFilter)
  }

  #policyOf(identity: Identity): AccessPolicy {
    return identity.role === 'account' ? this.#accounts : this.#fleet
  }
}
