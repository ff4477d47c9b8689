import { hash, timingSafeEqual } from 'node:crypto'
import type {
  AccessPolicy,
  ConnectDecision,
  Credentials,
  Identity,
  PublishDecision,
  SubscribeDecision,
} from '@pillion/broker'
import { endpointPassword, isExpired } from './installations/endpoint.ts'
import type { InstallationRecord, InstallationStore } from './ports/installation-store.ts'
import { refusals } from './refusals.ts'

export interface PushAccessOptions {
  readonly store: Pick<InstallationStore, 'findByMqttTopic' | 'findInstallation'>
  /** The one that `Installations` has. */
  readonly endpointKey: Uint8Array
  readonly now?: (() => number) | undefined
}

type FoundInstallation = NonNullable<Awaited<ReturnType<InstallationStore['findByMqttTopic']>>>

/** Canonical topics of endpoints: `push/<mqttTopic>`. */
const space = 'push/'
const usernamePattern = /^([A-Za-z0-9]{8,36})-([A-Za-z0-9]{23})$/
const mqttTopicPattern = /^[A-Za-z0-9]{23}$/

/** Where what is sent to an endpoint goes. */
export function endpointTopic(mqttTopic: string): string {
  return space + mqttTopic
}

/**
 * The broker's access policy for installations (P 13). It reads the store at each sign-in and subscription: another node may
 * have removed the installation.
 */
export class PushAccess implements AccessPolicy {
  /** What an installation may publish never changes. */
  readonly epoch = 0
  readonly #store: PushAccessOptions['store']
  readonly #endpointKey: Uint8Array
  readonly #now: () => number

  constructor({ store, endpointKey, now = Date.now }: PushAccessOptions) {
    this.#store = store
    this.#endpointKey = endpointKey
    this.#now = now
  }

  /** Is this the username of an endpoint, whose sign-in is for this policy to answer? It may be one that does not exist. */
  has(username: string): boolean {
    return usernamePattern.test(username)
  }

  async connect({ clientId, username, password }: Credentials): Promise<ConnectDecision> {
    if (username === undefined || password === undefined) return refusals.credentials_missing
    const [, appID, mqttTopic] = usernamePattern.exec(username) ?? []
    if (appID === undefined || mqttTopic === undefined) return refusals.endpoint_unknown
    const found = await this.#store.findByMqttTopic(mqttTopic)
    const installation = found?.appID === appID ? found : undefined
    // Without an installation the same work: time must not tell whether there is one.
    const expected = endpointPassword(this.#endpointKey, installation?.installationID ?? '', mqttTopic)
    const isVerified = timingSafeEqual(hash('sha256', password, 'buffer'), hash('sha256', expected, 'buffer'))
    if (installation?.endpoint === undefined) return refusals.endpoint_unknown
    if (!isVerified) return refusals.password_wrong
    const fault = this.findFault(installation)
    if (fault !== undefined) return refusals[fault]
    if (clientId !== mqttTopic) return refusals.client_id_not_mqtt_topic
    return { identity: identityOf(installation) }
  }

  /** Why a client that knows the password is not let in all the same; undefined: it is. */
  findFault(installation: FoundInstallation | undefined) {
    if (installation?.endpoint === undefined) return 'endpoint_unknown'
    if (installation.isDisabled) return 'receiver_disabled'
    return isExpired(installation.endpoint, this.#now()) ? 'endpoint_expired' : undefined
  }

  /** Might this identity, which was let in, still sign in? For when its end may not have been heard. */
  async isCurrent({ key, name }: Identity): Promise<boolean> {
    const [, appID = ''] = key.split(':')
    const found = await this.#store.findInstallation(appID, { installationID: name })
    if (found?.endpoint === undefined || identityOf(found).key !== key) return false
    const installation = await this.#store.findByMqttTopic(found.endpoint.mqttTopic)
    return installation !== undefined && !installation.isDisabled
  }

  publish(): PublishDecision {
    return refusals.installation_publishes
  }

  /** Asks the store once more: the installation may have gone while its client was being let in. */
  async subscribe(identity: Identity, topicFilter: string): Promise<SubscribeDecision> {
    if (!mqttTopicPattern.test(topicFilter)) return refusals.filter_not_mqtt_topic
    const installation = await this.#store.findByMqttTopic(topicFilter)
    if (installation === undefined || identityOf(installation).key !== identity.key)
      return refusals.filter_not_mqtt_topic
    if (installation.isDisabled) return refusals.receiver_disabled
    return { filter: endpointTopic(topicFilter), form: '', present }
  }
}

function identityOf({ appID, subject, installationID }: InstallationRecord): Identity {
  return {
    key: `push:${appID}:${subject}`,
    role: 'installation',
    name: installationID,
    exclusive: true,
    transient: true,
    newestWins: true,
  }
}

/** One function for all subscriptions: they are kept by the thousand. */
function present(canonicalTopic: string): string {
  return canonicalTopic.slice(space.length)
}
