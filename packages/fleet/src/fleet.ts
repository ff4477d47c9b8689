import type { PeerCertificate } from '@pillion/broker'
import {
  type AppOffer,
  type IdApp,
  limits,
  parseIdApp,
  parseUid,
  parseVin,
  type Uid,
  type Vin,
} from '@pillion/schema'
import { appLabel } from './app-label.ts'
import { parseOffer, withoutEmpty } from './app-offer.ts'
import type { CertificateAuthority } from './certificate-authority.ts'
import { isIssuedFor } from './certificate-name.ts'
import type { CredentialsEnd } from './credential-ends.ts'
import { Credentials } from './credentials.ts'
import { FleetError, type FleetErrorCode } from './fleet-error.ts'
import type { AppChange } from './ports/app-store.ts'
import type { FleetStore } from './ports/fleet-store.ts'
import type { IdentityRecord, StoredIdentity, TakenName } from './ports/identity-store.ts'
import { type AppRecord, identityKey, type PartnerRecord, type Role, type VehicleRecord } from './records.ts'
import { requireIdApp, requireName, requireUid, requireVin } from './require-names.ts'
import { createSecret, hashSecret } from './secret.ts'
import { signIn } from './sign-in.ts'

export interface FleetChange {
  /** Whose wall or rights changed; undefined = anybody's, empty = nobody's. */
  readonly vins?: readonly Vin[] | undefined
  /** App whose package changed, or that is gone. */
  readonly idApp?: IdApp | undefined
  /** Credentials that end, and connections with them. */
  readonly ended?: readonly CredentialsEnd[] | undefined
  /** Another node made the change, and told whoever had to be told outside of this process. */
  readonly isElsewhere?: boolean
}

export interface FleetOptions {
  store: FleetStore
  /** Issues the client certificates of partners. */
  authority: CertificateAuthority
  /** By default those of `@pillion/schema`. */
  limits?: { readonly credentialOverlapSecondsMax: number }
  /** Milliseconds since 1970. */
  now?: () => number
}

export interface RemovedPartner {
  /** As it was. */
  readonly partner: PartnerRecord
  readonly idApps: readonly IdApp[]
  /** Vehicles that were subscribed to these apps. */
  readonly vins: readonly Vin[]
}

export interface IssuedVehicle {
  readonly vin: Vin
  readonly password: string
  /** Certificate and private key in one PEM. */
  readonly certificatePem?: string
}

/**
 * Partners, vehicles, vehicle apps, and who is subscribed to what. Names come in as strings from an operator and
 * are checked here; a wrong one throws `FleetError` and changes nothing.
 */
export class Fleet {
  readonly credentials: Credentials
  readonly #store: FleetStore
  readonly #now: () => number
  readonly #listeners = new Set<(change: FleetChange) => void>()

  constructor(options: FleetOptions) {
    this.#store = options.store
    this.#now = options.now ?? Date.now
    this.credentials = new Credentials({
      ...options,
      now: this.#now,
      overlapSecondsMax: () => (options.limits ?? limits).credentialOverlapSecondsMax,
      ended: (ended) => this.#tell({ vins: [], ended }),
    })
  }

  /** Password, certificate and private key (one PEM) are shown here and never again (W 2.2). */
  async addPartner(input: {
    uid: string
    name?: string
  }): Promise<{ partner: PartnerRecord; password: string; certificatePem: string }> {
    const uid = requireUid(input.uid)
    const name = requireName(input.name ?? uid)
    const createdAt = this.#now()
    const password = createSecret()
    const certificate = await this.credentials.issueCertificate('partner', uid)
    const taken = await this.#store.identities.addIdentities([
      { role: 'partner', name: uid, label: name, createdAt, passwordHash: hashSecret(password) },
    ])
    if (taken !== undefined) {
      throw new FleetError(takenCode(taken, 'partner', 'PARTNER_ALREADY_EXISTS'), `UID ${uid}.`)
    }
    await this.credentials.addToList([certificate.record])
    const { certificatePem } = certificate
    return { partner: { uid, name, createdAt }, password, certificatePem }
  }

  async listPartners(): Promise<PartnerRecord[]> {
    return (await this.#store.identities.listIdentities('partner')).map(toPartner)
  }

  async findPartner(uid: Uid): Promise<PartnerRecord | undefined> {
    const identity = await this.#store.identities.findIdentity(uid)
    return identity?.role === 'partner' ? toPartner(identity) : undefined
  }

  /** The partner, if there is one and the certificate was issued to it; undefined whatever is wrong (W 12). */
  async verifyPartner(uid: string, certificate: PeerCertificate): Promise<PartnerRecord | undefined> {
    const name = parseUid(uid)
    if (name === undefined || !isIssuedFor(certificate, 'partner', name)) return undefined
    const partner = await this.findPartner(name)
    const isValid =
      partner !== undefined &&
      !(await this.credentials.hasEnded(certificate, identityKey('partner', partner.uid)))
    return isValid ? partner : undefined
  }

  /**
   * With its apps, their subscriptions and what mailboxes hold for them; its connections end. What is left of the apps' packages
   * is for who has them.
   */
  async removePartner(uid: string): Promise<RemovedPartner> {
    const identity = await this.#requireIdentity('partner', requireUid(uid))
    const ended = await this.credentials.endAll(identity, 'The partner was removed.')
    const removed = await this.#store.identities.removeIdentity('partner', identity.name)
    if (removed === undefined) throw new FleetError('PARTNER_NOT_FOUND', `UID ${uid}.`)
    const { idApps, vins } = removed
    this.#tell({ vins, ended })
    for (const idApp of idApps) this.#tell({ vins: [], idApp })
    return { partner: toPartner(identity), idApps, vins }
  }

  /** With its subscriptions and its mailbox; its connection ends. The vehicle as it was. */
  async removeVehicle(vin: string): Promise<VehicleRecord> {
    const identity = await this.#requireIdentity('vehicle', requireVin(vin))
    const ended = await this.credentials.endAll(identity, 'The vehicle was removed.')
    await this.#store.identities.removeIdentity('vehicle', identity.name)
    this.#tell({ vins: [identity.name as Vin], ended })
    return toVehicle(identity)
  }

  async #requireIdentity(role: Role, name: string): Promise<StoredIdentity> {
    const identity = await this.#store.identities.findIdentity(name)
    if (identity?.role === role) return identity
    if (role === 'partner') throw new FleetError('PARTNER_NOT_FOUND', `UID ${name}.`)
    throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${name}.`)
  }

  /** All or none. Passwords, and certificates if asked for, are shown here and never again. */
  async addVehicles(
    vins: readonly string[],
    options: { certificates?: boolean } = {},
  ): Promise<IssuedVehicle[]> {
    const seen = new Set<Vin>()
    for (const text of vins) {
      const vin = requireVin(text)
      if (seen.has(vin)) throw new FleetError('VIN_REPEATED', `VIN ${vin}; no vehicle was added.`)
      seen.add(vin)
    }
    const createdAt = this.#now()
    const vehicles: IssuedVehicle[] = [...seen].map((vin) => ({ vin, password: createSecret() }))
    // Before anything is stored: a password that could not be handed out would be lost.
    const certificates = options.certificates
      ? await Promise.all([...seen].map((vin) => this.credentials.issueCertificate('vehicle', vin)))
      : []
    const taken = await this.#store.identities.addIdentities(
      vehicles.map(({ vin, password }) => {
        return { role: 'vehicle', name: vin, label: '', createdAt, passwordHash: hashSecret(password) }
      }),
    )
    if (taken !== undefined) {
      const code = takenCode(taken, 'vehicle', 'VEHICLE_ALREADY_EXISTS')
      throw new FleetError(code, `VIN ${taken.name}; no vehicle was added.`)
    }
    await this.credentials.addToList(certificates.map(({ record }) => record))
    return vehicles.map((vehicle, at) => {
      const certificate = certificates[at]
      return certificate === undefined ? vehicle : { ...vehicle, certificatePem: certificate.certificatePem }
    })
  }

  async findVehicle(vin: Vin): Promise<VehicleRecord | undefined> {
    const identity = await this.#store.identities.findIdentity(vin)
    return identity?.role === 'vehicle' ? toVehicle(identity) : undefined
  }

  /** By VIN, those after `after`; `total` are all that have `search` in their VIN, whatever the case. */
  async pageVehicles(page: {
    search: string
    after: string
    countMax: number
  }): Promise<{ vehicles: VehicleRecord[]; total: number }> {
    const { identities, total } = await this.#store.identities.pageIdentities('vehicle', page)
    return { vehicles: identities.map(toVehicle), total }
  }

  async listVehicles(): Promise<VehicleRecord[]> {
    return (await this.#store.identities.listIdentities('vehicle')).map(toVehicle)
  }

  /** Those of the texts that are VINs of vehicles here; each once. */
  async findVehicles(vins: readonly string[]): Promise<Vin[]> {
    const wellFormed = vins.map(parseVin).filter((vin) => vin !== undefined)
    return (await this.#store.identities.findNames('vehicle', wellFormed)) as Vin[]
  }

  /** undefined whether the vehicle is unknown or the password is wrong. For HTTP Basic; MQTT asks `FleetAccess`. */
  async verifyVehicle(vin: string, password: string | Uint8Array): Promise<VehicleRecord | undefined> {
    const signedIn = await signIn(this.#store.identities, vin, password, this.#now())
    if (typeof signedIn === 'string' || signedIn.identity.role !== 'vehicle') return undefined
    return toVehicle(signedIn.identity)
  }

  /** As `verifyVehicle`, for a partner. */
  async verifyPartnerPassword(
    uid: string,
    password: string | Uint8Array,
  ): Promise<PartnerRecord | undefined> {
    const signedIn = await signIn(this.#store.identities, uid, password, this.#now())
    if (typeof signedIn === 'string' || signedIn.identity.role !== 'partner') return undefined
    return toPartner(signedIn.identity)
  }

  async addApp(
    input: AppOffer & { idApp: string; uid: string; name?: string; drivingMode?: boolean },
  ): Promise<AppRecord> {
    const idApp = requireIdApp(input.idApp)
    const uid = requireUid(input.uid)
    const name = requireName(input.name ?? idApp)
    const offer = withoutEmpty(parseOffer(input))
    if ((await this.findPartner(uid)) === undefined) {
      throw new FleetError('PARTNER_NOT_FOUND', `UID ${uid}; add the partner first.`)
    }
    const drivingMode = input.drivingMode ?? false
    const app = { idApp, uid, name, drivingMode, version: undefined, createdAt: this.#now(), ...offer }
    const label = appLabel(idApp)
    const inTheWay = await this.#store.apps.addApp(app, (other) => appLabel(other) === label)
    if (inTheWay === idApp) throw new FleetError('APP_ALREADY_EXISTS', `App ${idApp}.`)
    if (inTheWay !== undefined)
      throw new FleetError('APP_LABEL_TAKEN', `App ${inTheWay} is at ${label} already; choose another id.`)
    return app
  }

  /** After a package was installed; with a name if the app goes by the package's (W 11.2). */
  async setAppVersion(idApp: string, version: string, name?: string): Promise<AppRecord> {
    const newName = name === undefined ? undefined : requireName(name)
    const app = await this.#store.apps.setAppVersion(requireIdApp(idApp), version, newName)
    if (app === undefined) throw appNotFound(idApp)
    this.#tell({ vins: await this.#store.apps.listSubscribers(app.idApp), idApp: app.idApp })
    return app
  }

  /** What is given replaces what was there; an empty list or record takes it away. */
  async changeApp(idApp: string, change: AppChange): Promise<AppRecord> {
    if (change.name !== undefined) requireName(change.name)
    const app = await this.#store.apps.changeApp(requireIdApp(idApp), { ...change, ...parseOffer(change) })
    if (app === undefined) throw appNotFound(idApp)
    this.#tell({ vins: await this.#store.apps.listSubscribers(app.idApp) })
    return app
  }

  /** With its subscriptions and what mailboxes hold for it. What is left of its package is for who has it. */
  async removeApp(idApp: string): Promise<{ app: AppRecord; vins: Vin[] }> {
    const app = await this.#requireApp(idApp)
    const vins = await this.#store.apps.removeApp(app.idApp)
    if (vins === undefined) throw appNotFound(idApp)
    this.#tell({ vins, idApp: app.idApp })
    return { app, vins }
  }

  async findApp(idApp: string): Promise<AppRecord | undefined> {
    const id = parseIdApp(idApp)
    return id && this.#store.apps.findApp(id)
  }

  listApps(): Promise<AppRecord[]> {
    return this.#store.apps.listApps()
  }

  /** All or none; idempotent. Opens messaging and puts the app on the walls (W 12). */
  async subscribeVehicles(idApp: string, vins: readonly string[]): Promise<void> {
    const wanted = vins.map(requireVin)
    const app = await this.#requireApp(idApp)
    const unknown = await this.#store.apps.subscribeVehicles(app.idApp, wanted)
    if (unknown !== undefined) {
      throw new FleetError('VEHICLE_NOT_FOUND', `VIN ${unknown}; add it first. No vehicle was subscribed.`)
    }
    this.#tell({ vins: wanted })
  }

  /** All or none; idempotent. Stops messaging and takes the app off the walls (W 12). */
  async unsubscribeVehicles(idApp: string, vins: readonly string[]): Promise<void> {
    const unwanted = vins.map(requireVin)
    const app = await this.#requireApp(idApp)
    await this.#store.apps.unsubscribeVehicles(app.idApp, unwanted)
    this.#tell({ vins: unwanted })
  }

  async listSubscribers(idApp: string): Promise<Vin[]> {
    const app = await this.#requireApp(idApp)
    return this.#store.apps.listSubscribers(app.idApp)
  }

  /** In the order of the wall. */
  listVehicleApps(vin: Vin): Promise<AppRecord[]> {
    return this.#store.apps.listVehicleApps(vin)
  }

  /**
   * Told, once it lasts, of each change to what a wall shows or to what anyone may do. The listener must not throw. The
   * result ends it.
   */
  onChange(listener: (change: FleetChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another node has changed the store. */
  changedElsewhere(change: FleetChange): void {
    this.#tell({ ...change, isElsewhere: true })
  }

  #tell(change: FleetChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  async #requireApp(idApp: string): Promise<AppRecord> {
    const app = await this.#store.apps.findApp(requireIdApp(idApp))
    if (app === undefined) throw appNotFound(idApp)
    return app
  }
}

const takenCodes = {
  partner: 'NAME_TAKEN_BY_PARTNER',
  vehicle: 'NAME_TAKEN_BY_VEHICLE',
  account: 'NAME_TAKEN_BY_ACCOUNT',
} as const

function takenCode(taken: TakenName, wanted: Role, again: FleetErrorCode): FleetErrorCode {
  return taken.by === wanted ? again : takenCodes[taken.by]
}

function toPartner(identity: IdentityRecord): PartnerRecord {
  return { uid: identity.name as Uid, name: identity.label, createdAt: identity.createdAt }
}

function toVehicle(identity: IdentityRecord): VehicleRecord {
  return { vin: identity.name as Vin, createdAt: identity.createdAt }
}

function appNotFound(idApp: string): FleetError {
  return new FleetError('APP_NOT_FOUND', `App ${idApp}; add it first.`)
}
