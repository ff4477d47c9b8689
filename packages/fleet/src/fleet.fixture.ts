import type { Identity, PeerCertificate } from '@pillion/broker'
import { parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'
import { openSqlite } from '@pillion/store'
import { FleetAccess } from './access.ts'
import { CertificateAuthority } from './certificate-authority.ts'
import { Fleet } from './fleet.ts'
import { Mailbox } from './mailbox.ts'
import type { FleetStore } from './ports/fleet-store.ts'

export const root = 'psa/OVIPPartners-Dev'
export const uid = parseUid('MYUID') as Uid
export const otherUid = parseUid('OTHERUID') as Uid
/** Subscribed to the app of `uid`. */
export const vin = parseVin('0123456789ABCDEFG') as Vin
/** Subscribed to the app of `otherUid`. */
export const otherVin = parseVin('VF300000000000001') as Vin
/** The name of an account. */
export const accountName = parseUid('ACCOUNT') as Uid
export const partner: Identity = { key: `partner:${uid}`, role: 'partner', name: uid }
export const vehicle: Identity = { key: `vehicle:${vin}`, role: 'vehicle', name: vin }

export interface SeededFleet extends AsyncDisposable {
  fleet: Fleet
  store: FleetStore
  access: FleetAccess
  authority: CertificateAuthority
  partnerPassword: string
  vehiclePassword: string
}

/** Two partners with an app each, two vehicles; and an account that has a name. */
export async function seedFleet(): Promise<SeededFleet> {
  const { fleet: store, accounts, close } = await openSqlite({ file: ':memory:' })
  await accounts.addAccount({
    name: accountName,
    grants: { publish: [], subscribe: [] },
    createdAt: 0,
    passwordHash: new Uint8Array(32),
    replaced: undefined,
  })
  const fleet = new Fleet({ store, authority })
  const { password: partnerPassword } = await fleet.addPartner({ uid })
  await fleet.addPartner({ uid: otherUid })
  const [issued] = await fleet.addVehicles([vin, otherVin])
  await fleet.addApp({ idApp: 'news', uid })
  await fleet.addApp({ idApp: 'radio', uid: otherUid })
  await fleet.subscribeVehicles('news', [vin])
  await fleet.subscribeVehicles('radio', [otherVin])
  return {
    fleet,
    store,
    access: new FleetAccess({ fleet, store, mailbox: new Mailbox({ store: store.mailbox, log: silent }) }),
    authority,
    partnerPassword,
    vehiclePassword: issued?.password ?? '',
    [Symbol.asyncDispose]: close,
  }
}

export const silent = { info: () => {}, warn: () => {} }

const { authority } = await CertificateAuthority.create()

/** What the broker reads from a certificate that TLS has verified. */
export function peerCertificate(
  commonName: string | undefined,
  uris: readonly string[] = [],
): PeerCertificate {
  return {
    commonName,
    uris,
    fingerprint: 'ab'.repeat(32),
    serialNumber: '01',
    validFrom: 0,
    validTo: 2 ** 42,
  }
}
