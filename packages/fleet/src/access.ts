import type {
  AccessPolicy,
  ConnectDecision,
  Credentials,
  Identity,
  PeerCertificate,
  PublishDecision,
  SubscribeDecision,
} from '@pillion/broker'
import {
  limits,
  PORTAL_ROOT,
  parsePortalTopic,
  parseVin,
  type Uid,
  type Vin,
  vehicleMailboxTopic,
  vehicleNoticeTopic,
  vehicleReportTopic,
} from '@pillion/schema'
import { claimedVin, isIssuedFor } from './certificate-name.ts'
import { type CredentialEnds, certificateCredential, passwordCredential } from './credential-ends.ts'
import { Eligibility } from './eligibility.ts'
import { parsePortalFilter } from './filter.ts'
import type { Fleet } from './fleet.ts'
import { grantPublish, type PublishRules } from './grant-publish.ts'
import { type Mailbox, receiptTopic } from './mailbox.ts'
import { ObservedTopics } from './observed-topics.ts'
import type { FleetStore } from './ports/fleet-store.ts'
import type { IdentityRecord } from './ports/identity-store.ts'
import { type Place, presentDownlink, presentUplink } from './presentation.ts'
import { identityKey } from './records.ts'
import { refusals } from './refusals.ts'
import { signIn } from './sign-in.ts'

/** Pairs of vehicle and partner whose eligibility is remembered; about 100 bytes each. */
const eligibilitiesMax = 100_000

export interface FleetAccessOptions {
  fleet: Fleet
  store: FleetStore
  /** Topic root (W 2.3). */
  root?: string
  /** One topic level that keeps the environments of one relay apart (W 2.1). */
  environment?: string
  /** The listener that asks everybody for a client certificate (W 2.2). */
  partnerListener?: string
  /** Without one there are no mailboxes to subscribe to. */
  mailbox?: Pick<Mailbox, 'prepare'>
  /** Told of credentials in use that end later, and asked whether one ended while it was checked. */
  ends?: Pick<CredentialEnds, 'add' | 'hasEnded'>
  /** Milliseconds since 1970. */
  now?: () => number
}

/**
 * The broker's access policy for partners and vehicles: signing in (W 2.2), directions (W 2.5), filters
 * (W 2.6) and publishing (W 2.7).
 */
export class FleetAccess implements AccessPolicy {
  epoch = 0
  /** For those whom an operator lets observe or use portal topics though they are neither partner nor vehicle. */
  readonly observedTopics: ObservedTopics
  readonly #store: FleetStore
  readonly #place: Place
  readonly #partnerListener: string
  readonly #rules: PublishRules
  readonly #mailbox: Pick<Mailbox, 'prepare'> | undefined
  readonly #credentials: Fleet['credentials']
  readonly #ends: FleetAccessOptions['ends']
  readonly #now: () => number

  constructor(options: FleetAccessOptions) {
    this.#store = options.store
    this.#place = { root: options.root ?? PORTAL_ROOT, environment: options.environment ?? 'default' }
    this.#partnerListener = options.partnerListener ?? 'partners'
    this.#mailbox = options.mailbox
    this.#credentials = options.fleet.credentials
    this.#ends = options.ends
    this.#now = options.now ?? Date.now
    const eligibility = new Eligibility({
      apps: options.store.apps,
      answersMax: eligibilitiesMax,
      stale: () => this.epoch++,
    })
    this.#rules = { environment: this.#place.environment, eligibility }
    this.observedTopics = new ObservedTopics(this.#place.root, this.#rules)
    options.fleet.onChange(({ vins }) => {
      if (vins?.length === 0) return
      this.epoch++
      eligibility.forget(vins)
    })
  }

  async connect(credentials: Credentials): Promise<ConnectDecision> {
    const { username, password, certificate, listener } = credentials
    if (certificate === undefined && listener === this.#partnerListener) return refusals.certificate_missing
    if (password === undefined) return this.#connectByCertificate(credentials)
    if (username === undefined) return refusals.credentials_missing
    const signedIn = await signIn(this.#store.identities, username, password, this.#now())
    if (typeof signedIn === 'string') return refusals[signedIn]
    const { identity, replaced } = signedIn
    if (certificate !== undefined && !isIssuedFor(certificate, identity.role, identity.name)) {
      return refusals.certificate_of_other_identity
    }
    const credential = passwordCredential((replaced ?? identity).passwordHash)
    this.#endsLater(credential, replaced?.endsAt)
    return this.#accept(identity, [credential], certificate)
  }

  async #accept(
    identity: IdentityRecord,
    credentials: string[],
    certificate: PeerCertificate | undefined,
  ): Promise<ConnectDecision> {
    if (certificate !== undefined) {
      const endsAt = await this.#credentials.findEnd(certificate, identityKey(identity.role, identity.name))
      if (endsAt !== undefined && endsAt <= this.#now()) return refusals.certificate_revoked
      const credential = certificateCredential(certificate.fingerprint)
      credentials.push(credential)
      this.#endsLater(credential, endsAt)
    }
    const accepted = toIdentity(identity, credentials)
    return this.#ends?.hasEnded(accepted) ? refusals.credentials_ended : { identity: accepted }
  }

  /** Its connections end with it. */
  #endsLater(credential: string, endsAt: number | undefined): void {
    if (endsAt === undefined || endsAt <= this.#now()) return
    const text = 'What this connection signed in with has ended.'
    this.#ends?.add([{ credentials: [credential], endsAt, text }])
  }

  /** Only vehicles may; a partner needs certificate, login and password (W 2.2). */
  async #connectByCertificate({ username, certificate }: Credentials): Promise<ConnectDecision> {
    const vin = certificate && parseVin(claimedVin(certificate))
    if (vin === undefined || (username !== undefined && username !== vin)) return refusals.credentials_missing
    const identity = await this.#store.identities.findIdentity(vin)
    if (identity?.role !== 'vehicle') return refusals.certificate_of_unknown_vehicle
    return this.#accept(identity, [], certificate)
  }

  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision> {
    if (this.#isOwnMailbox(identity, topicName)) return grantToServer(receiptTopic(identity.name))
    if (identity.role === 'vehicle' && topicName === vehicleReportTopic(identity.name))
      return grantToServer(topicName)
    const topic = parsePortalTopic(topicName, this.#place.root)
    if (typeof topic === 'string') return refusals[topic]
    switch (identity.role) {
      case 'partner':
        if (topic.uid !== identity.name) return refusals.uid_foreign
        return grantPublish(topic, 'downlink', this.#rules)
      case 'vehicle':
        if (topic.vin !== identity.name) return refusals.vin_foreign
        return grantPublish(topic, 'uplink', this.#rules)
      default:
        return refusals.role_unknown
    }
  }

  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    switch (identity.role) {
      case 'partner':
        return this.#subscribePartner(identity.name as Uid, topicFilter)
      case 'vehicle':
        return this.#subscribeVehicle(identity.name as Vin, topicFilter)
      default:
        return refusals.role_unknown
    }
  }

  #subscribePartner(uid: Uid, topicFilter: string): SubscribeDecision {
    const filter = parsePortalFilter(topicFilter, this.#place.root)
    if (typeof filter === 'string') return refusals[filter]
    if (filter.uid !== uid) return refusals.uid_foreign
    return presentUplink(this.#place, uid, filter)
  }

  #subscribeVehicle(vin: Vin, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    if (topicFilter === vehicleNoticeTopic(vin)) return { filter: topicFilter, form: '' }
    if (topicFilter === vehicleMailboxTopic(vin) && this.#mailbox !== undefined) {
      return this.#mailbox.prepare(vin).then((subscribed) => ({ filter: topicFilter, form: '', subscribed }))
    }
    const filter = parsePortalFilter(topicFilter, this.#place.root)
    if (typeof filter === 'string') return refusals[filter]
    if (filter.below.split('/', 1)[0] !== vin) return refusals.vin_foreign
    return presentDownlink(this.#place, vin, filter)
  }

  #isOwnMailbox({ role, name }: Identity, topicName: string): boolean {
    return this.#mailbox !== undefined && role === 'vehicle' && topicName === vehicleMailboxTopic(name)
  }
}

/** What a head unit tells of messages is for the server alone: nobody may subscribe to it. */
function grantToServer(topic: string): PublishDecision {
  return { topic, payloadBytesMax: limits.portalPayloadBytesMax, mayRetain: false }
}

function toIdentity({ role, name }: IdentityRecord, credentials: readonly string[]): Identity {
  // One vehicle, one head unit (W 1); a back end may run as many connections as it likes (W 2.2).
  return { key: identityKey(role, name), role, name, exclusive: role === 'vehicle', credentials }
}
