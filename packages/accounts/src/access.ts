import type {
  AccessPolicy,
  ConnectDecision,
  Credentials,
  Identity,
  PublishDecision,
  SubscribeDecision,
} from '@pillion/broker'
import { isTopicFilter, matchTopicFilter } from '@pillion/packet'
import type { Accounts } from './accounts.ts'
import { coversFilter } from './covers-filter.ts'
import { refusals } from './refusals.ts'

export interface AccountAccessOptions {
  accounts: Accounts
  /** Without it, nothing that is granted leads to the product's topics. */
  productTopics?: ProductTopics
  /** The listener that asks everybody for a client certificate (W 2.2); no account has one. */
  partnerListener?: string
}

/** The product's topics, for an account that was granted a filter which begins literally with their root. */
export interface ProductTopics {
  /** Every topic name and filter that is `root` or below it is the product's. */
  readonly root: string
  publish(topicName: string): PublishDecision | Promise<PublishDecision>
  subscribe(topicFilter: string): SubscribeDecision | Promise<SubscribeDecision>
}

/** What accounts publish and subscribe to is in a canonical space of its own: nothing of the product is there. */
const space = 'account/'

/** The broker's access policy for accounts. */
export class AccountAccess implements AccessPolicy {
  epoch = 0
  readonly #accounts: Accounts
  readonly #productTopics: ProductTopics | undefined
  readonly #partnerListener: string

  constructor(options: AccountAccessOptions) {
    this.#accounts = options.accounts
    this.#productTopics = options.productTopics
    this.#partnerListener = options.partnerListener ?? 'partners'
    options.accounts.onChange(() => {
      this.epoch++
    })
  }

  /** Is there an account of this name, whose sign-in is for this policy to answer? */
  has(username: string): boolean {
    return this.#accounts.find(username) !== undefined
  }

  connect({ username, password, certificate, listener }: Credentials): ConnectDecision {
    if (certificate === undefined && listener === this.#partnerListener) return refusals.certificate_missing
    if (username === undefined || password === undefined) return refusals.credentials_missing
    const isVerified = this.#accounts.verify(username, password)
    const account = this.#accounts.find(username)
    if (account === undefined) return refusals.username_unknown
    if (!isVerified) return refusals.password_wrong
    // Certificates are issued to partners and vehicles only (W 2.2 row 3).
    if (certificate !== undefined) return refusals.certificate_of_other_identity
    return { identity: { key: `account:${account.name}`, role: 'account', name: account.name } }
  }

  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision> {
    const grants = this.#accounts.find(identity.name)?.grants.publish
    if (grants === undefined) return refusals.account_unknown
    if (topicName.startsWith('$')) return refusals.topic_reserved
    const product = this.#productOf(topicName)
    if (!grants.some((grant) => this.#reaches(grant, product) && matchTopicFilter(grant, topicName)))
      return refusals.topic_not_granted
    // The limit of the whole packet is limit enough.
    return (
      product?.publish(topicName) ?? { topic: space + topicName, payloadBytesMax: Infinity, mayRetain: true }
    )
  }

  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    const grants = this.#accounts.find(identity.name)?.grants.subscribe
    if (grants === undefined) return refusals.account_unknown
    if (!isTopicFilter(topicFilter)) return refusals.filter_malformed
    const product = this.#productOf(topicFilter)
    if (!grants.some((grant) => this.#reaches(grant, product) && coversFilter(grant, topicFilter)))
      return refusals.filter_not_granted
    if (product !== undefined) return product.subscribe(topicFilter)
    if (topicFilter.startsWith('$')) return { filter: topicFilter, form: '', mayShare: true }
    return { filter: space + topicFilter, form: '', present, mayShare: true }
  }

  /** A grant such as `#` is of the accounts' space; the product's topics take one that names their root. */
  #reaches(grant: string, product: ProductTopics | undefined): boolean {
    return product === undefined || this.#productOf(grant) !== undefined
  }

  #productOf(text: string): ProductTopics | undefined {
    const product = this.#productTopics
    if (product === undefined || !text.startsWith(product.root)) return undefined
    return text.length === product.root.length || text[product.root.length] === '/' ? product : undefined
  }
}

/** One function for all subscriptions: they are kept by the thousand. */
function present(canonicalTopic: string): string {
  return canonicalTopic.slice(space.length)
}
