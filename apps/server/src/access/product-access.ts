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
import type { PushAccess } from '@pillion/push'
import pLimit, { type LimitFunction } from 'p-limit'

/** Partners and vehicles, accounts, and installations of push apps, on the same listeners. Nobody's name means two of them. */
export class ProductAccess implements AccessPolicy {
  readonly #fleet: FleetAccess
  readonly #accounts: AccountAccess
  readonly #push: PushAccess
  readonly #ledger: { readonly epoch: number } | undefined
  readonly #signInsAtOnce: LimitFunction | undefined

  constructor(parts: {
    fleet: FleetAccess
    accounts: AccountAccess
    push: PushAccess
    /** What is recorded of a topic is decided along with its access. */
    ledger?: { readonly epoch: number }
    /** For a store across a network: more at once would wait for it until it is given up. */
    signInsAtOnceMax?: number | undefined
  }) {
    this.#fleet = parts.fleet
    this.#accounts = parts.accounts
    this.#push = parts.push
    this.#ledger = parts.ledger
    const { signInsAtOnceMax } = parts
    this.#signInsAtOnce = signInsAtOnceMax === undefined ? undefined : pLimit(signInsAtOnceMax)
  }

  /** Each only grows, so their sum grows whenever one does. */
  get epoch(): number {
    return this.#fleet.epoch + this.#accounts.epoch + this.#push.epoch + (this.#ledger?.epoch ?? 0)
  }

  connect(credentials: Credentials): ConnectDecision | Promise<ConnectDecision> {
    const decide = () => this.#policyFor(credentials.username ?? '').connect(credentials)
    return this.#signInsAtOnce === undefined ? decide() : this.#signInsAtOnce(decide)
  }

  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision> {
    return this.#policyOf(identity).publish(identity, topicName)
  }

  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    return this.#policyOf(identity).subscribe(identity, topicFilter)
  }

  /** An account of that name is asked first: what looks like an installation's name may be one. */
  #policyFor(username: string): AccessPolicy {
    if (this.#accounts.has(username)) return this.#accounts
    return this.#push.has(username) ? this.#push : this.#fleet
  }

  #policyOf({ role }: Identity): AccessPolicy {
    if (role === 'account') return this.#accounts
    return role === 'installation' ? this.#push : this.#fleet
  }
}
