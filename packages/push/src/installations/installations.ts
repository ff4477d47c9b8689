import assert from 'node:assert/strict'
import type { EndConnections } from '../end-connections.ts'
import { createInstallationID, createMqttTopic, createRegistrationID } from '../ids.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type {
  DeviceType,
  InstallationKey,
  InstallationRecord,
  InstallationStore,
  StoredEndpoint,
} from '../ports/installation-store.ts'
import type { PushStore } from '../ports/push-store.ts'
import { type Caller, parseSubject, type Subject, subjectOf } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { requireSubject } from '../require-subject.ts'
import { requireToken, unauthorized } from '../unauthorized.ts'
import {
  defaultEndpointOptions,
  describeEndpoint,
  type Endpoint,
  type EndpointOptions,
  isExpired,
  prepareEndpoint,
} from './endpoint.ts'

const FOREIGN = 'Installations are for their own users and things, and for the admin'

const deviceTypes: readonly string[] = ['MQTT', 'ANDROID', 'IOS', 'JPUSH'] satisfies readonly DeviceType[]

/** The body of a request to install (P 6.1). */
export interface NewInstallation {
  readonly deviceType: DeviceType
  /** By default false. */
  readonly development?: boolean | undefined
  /** The vendor's token; of MQTT it is ignored. */
  readonly installationRegistrationID?: string | undefined
  /** Whose it is to be: the admin names one of the two, others at most themselves. Plain ids. */
  readonly userID?: string | undefined
  readonly thingID?: string | undefined
}

export interface InstallationsOptions {
  readonly store: Pick<PushStore, 'installations' | 'users' | 'things'>
  /** Endpoints' passwords are derived from it: at least 32 bytes, the same for as long as they are to work. */
  readonly endpointKey: Uint8Array
  readonly endpoint?: Partial<EndpointOptions> | undefined
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
  readonly ended: EndConnections
}

/**
 * Where users and things can be reached, and how (P 6). `ref` is an installationID or `TYPE:registrationID`.
 */
export class Installations {
  readonly #store: InstallationStore
  readonly #principals: Pick<PushStore, 'users' | 'things'>
  readonly #endpointKey: Uint8Array
  readonly #endpoint: EndpointOptions
  readonly #limits: PushLimits
  readonly #now: () => number
  readonly #ended: EndConnections

  constructor(options: InstallationsOptions) {
    assert.ok(options.endpointKey.length >= 32, 'an endpoint key has at least 32 bytes')
    this.#store = options.store.installations
    this.#principals = options.store
    this.#endpointKey = options.endpointKey
    this.#endpoint = { ...defaultEndpointOptions, ...options.endpoint }
    this.#limits = options.limits
    this.#now = options.now ?? Date.now
    this.#ended = options.ended
  }

  /** Of MQTT the one there is already, if there is one, with its ids and credentials (P 6.1). */
  async create(caller: Caller, body: () => NewInstallation): Promise<InstallationRecord> {
    requireToken(caller)
    const input = body()
    if (!deviceTypes.includes(input.deviceType))
      throw invalidInput('deviceType', `A deviceType is one of ${deviceTypes.join(', ')}`)
    const subject = await this.#ownerOf(caller, input)
    const isMqtt = input.deviceType === 'MQTT'
    const installation: InstallationRecord = {
      appID: caller.app.appID,
      installationID: createInstallationID(),
      registrationID: isMqtt ? createRegistrationID() : this.#vendorToken(input),
      deviceType: input.deviceType,
      isDevelopment: input.development ?? false,
      subject,
      endpoint: isMqtt ? this.#prepare() : undefined,
      createdAt: this.#now(),
    }
    const otherTypesMax = this.#limits.pushInstallationsPerSubjectMax
    const stored = await this.#store.putInstallation(installation, { otherTypesMax })
    if (stored === 'full')
      throw new PushError('OPERATION_NOT_ALLOWED', 'There are as many installations as one may have', {
        details: { installationsMax: otherTypesMax },
      })
    return stored
  }

  /** INSTALLATION_NOT_FOUND; UNAUTHORIZED if it is somebody else’s. */
  async read(caller: Caller, ref: string): Promise<InstallationRecord> {
    requireToken(caller)
    const key = parseRef(ref)
    const found = key && (await this.#store.findInstallation(caller.app.appID, key))
    if (found === undefined) throw notFound(caller, key ?? { installationID: ref })
    if (caller.principal.kind !== 'admin' && subjectOf(caller.principal) !== found.subject)
      throw unauthorized(caller, FOREIGN)
    return found
  }

  /** Those of `subject`, whom the admin must name; others have only their own to see. */
  async list(
    caller: Caller,
    { subject }: { readonly subject?: Subject | undefined } = {},
  ): Promise<InstallationRecord[]> {
    const own = subjectOf(caller.principal)
    requireToken(caller)
    if (own !== undefined && subject !== undefined && subject !== own) throw unauthorized(caller, FOREIGN)
    const asked = subject ?? own
    if (asked === undefined) throw invalidInput('userID', 'Whose installations? Name a userID or a thingID')
    if (own === undefined) await requireSubject(this.#principals, caller.app.appID, asked)
    return this.#store.listInstallations(caller.app.appID, asked)
  }

  /** From here on its credentials are refused, and a live connection is closed (P 6.2). */
  async remove(caller: Caller, ref: string): Promise<void> {
    const { appID, installationID, deviceType, subject } = await this.read(caller, ref)
    if (!(await this.#store.removeInstallation(appID, installationID)))
      throw notFound(caller, { installationID })
    if (deviceType === 'MQTT') this.#ended(appID, subject, 'The installation was deleted')
  }

  /** The same each time until it expires; then a fresh one (P 6.3). MQTT_ENDPOINT_NOT_READY while it is prepared. */
  async endpoint(caller: Caller, ref: string): Promise<Endpoint> {
    const installation = await this.read(caller, ref)
    const { installationID } = installation
    if (installation.endpoint === undefined)
      throw new PushError('MQTT_ENDPOINT_NOT_FOUND', `Installation ${installationID} is not of type MQTT`, {
        details: { installationID },
      })
    const endpoint = await this.#renew(caller, installationID, installation.endpoint)
    const now = this.#now()
    if (now < endpoint.readyAt) throw notReady(endpoint.readyAt - now)
    return describeEndpoint(this.#endpointKey, installation, endpoint, now)
  }

  async #renew(caller: Caller, installationID: string, endpoint: StoredEndpoint): Promise<StoredEndpoint> {
    if (!isExpired(endpoint, this.#now())) return endpoint
    const renewed = await this.#store.replaceEndpoint(installationID, endpoint.mqttTopic, this.#prepare())
    if (renewed?.endpoint === undefined) throw notFound(caller, { installationID })
    return renewed.endpoint
  }

  #prepare(): StoredEndpoint {
    return prepareEndpoint(createMqttTopic(), this.#now(), this.#endpoint)
  }

  async #ownerOf(caller: Caller, { userID, thingID }: NewInstallation): Promise<Subject> {
    const own = subjectOf(caller.principal)
    if (own !== undefined) {
      const { kind, id } = parseSubject(own)
      const isOther = kind === 'user' ? thingID !== undefined : userID !== undefined
      if (isOther || (userID ?? thingID ?? id) !== id) throw unauthorized(caller, FOREIGN)
      return own
    }
    if ((userID === undefined) === (thingID === undefined))
      throw invalidInput(
        userID === undefined ? 'userID' : 'thingID',
        'The admin installs for somebody: name a userID or a thingID',
      )
    const subject: Subject = userID === undefined ? `thing:${thingID}` : `user:${userID}`
    await requireSubject(this.#principals, caller.app.appID, subject)
    return subject
  }

  #vendorToken({ installationRegistrationID: token = '' }: NewInstallation): string {
    const charactersMax = this.#limits.pushRegistrationIDCharactersMax
    // What cannot be written as UTF-8, or stand in a line, would be kept as something else.
    if (/^[^\p{Cc}\p{Cs}]+$/u.test(token) && token.length <= charactersMax) return token
    throw invalidInput(
      'installationRegistrationID',
      `An installation of this type has an installationRegistrationID of 1 to ${charactersMax} characters`,
    )
  }
}

/** Undefined: nothing can have such a name. */
function parseRef(ref: string): InstallationKey | undefined {
  const colon = ref.indexOf(':')
  if (colon === -1) return { installationID: ref }
  const deviceType = ref.slice(0, colon)
  if (!deviceTypes.includes(deviceType)) return undefined
  return { deviceType: deviceType as DeviceType, registrationID: ref.slice(colon + 1) }
}

function notFound({ app: { appID } }: Caller, key: InstallationKey): PushError {
  const details =
    'installationID' in key
      ? { installationID: key.installationID, appID }
      : { deviceType: key.deviceType, installationRegistrationID: key.registrationID, appID }
  return new PushError('INSTALLATION_NOT_FOUND', 'There is no such installation in this app', { details })
}

function notReady(milliseconds: number): PushError {
  const retryAfterSeconds = Math.ceil(milliseconds / 1_000)
  return new PushError('MQTT_ENDPOINT_NOT_READY', 'The endpoint is being prepared', {
    details: { retryAfter: retryAfterSeconds },
    retryAfterSeconds,
  })
}
