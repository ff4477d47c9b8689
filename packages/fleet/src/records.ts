import type { AppOffer, IdApp, Uid, Vin } from '@pillion/schema'

/** Who signs in to the portal (W 2.2). */
export type Role = 'partner' | 'vehicle'

/** Of their identities on the broker. */
export function identityKey(role: Role, name: string): string {
  return `${role}:${name}`
}

export interface PartnerRecord {
  readonly uid: Uid
  readonly name: string
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number
}

export interface VehicleRecord {
  readonly vin: Vin
  readonly createdAt: number
}

export interface AppRecord extends AppOffer {
  readonly idApp: IdApp
  /** The partner that owns the app (W 1). */
  readonly uid: Uid
  readonly name: string
  /** May it be used while driving? (W 9.1) */
  readonly drivingMode: boolean
  /** undefined until a package is installed. */
  readonly version: string | undefined
  readonly createdAt: number
}
