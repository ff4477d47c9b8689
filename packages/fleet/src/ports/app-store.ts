import type { AppOffer, IdApp, Uid, Vin } from '@pillion/schema'
import type { AppRecord } from '../records.ts'

/**
 * Keeps vehicle apps and which vehicles are subscribed to them. The same promises as `IdentityStore`: resolved
 * means it lasts, rejected means that the store is away, calls may overlap, order is that of ASCII codes.
 */
export interface AppStore {
  /**
   * Resolves to the id of an app that is in the way, and nothing was changed: one that has the same id, or one whose id `isClash`
   * says true of. Undefined: it was added. Of overlapping calls each sees what those before it have added. The partner exists;
   * the caller has looked.
   */
  addApp(app: AppRecord, isClash?: (idApp: IdApp) => boolean): Promise<IdApp | undefined>
  /** Without `name` that stays. The app as it is afterwards; undefined if there is none. */
  setAppVersion(idApp: IdApp, version: string, name?: string): Promise<AppRecord | undefined>
  /** What is given replaces what was there; an empty list or record takes it away. The app as it is afterwards; undefined if there is none. */
  changeApp(idApp: IdApp, change: AppChange): Promise<AppRecord | undefined>
  /** With its subscriptions and what mailboxes hold for it. Who was subscribed; undefined if there is none. */
  removeApp(idApp: IdApp): Promise<Vin[] | undefined>
  findApp(idApp: IdApp): Promise<AppRecord | undefined>
  /** By id. */
  listApps(): Promise<AppRecord[]>
  /**
   * Subscribes all or none; who is subscribed already stays so. Resolves to the first VIN that no vehicle has, or
   * to undefined when all are subscribed. The app exists; the caller has looked.
   */
  subscribeVehicles(idApp: IdApp, vins: readonly Vin[]): Promise<Vin | undefined>
  /** All or none; who is not subscribed stays so. */
  unsubscribeVehicles(idApp: IdApp, vins: readonly Vin[]): Promise<void>
  /** By VIN. */
  listSubscribers(idApp: IdApp): Promise<Vin[]>
  /** What the vehicle is subscribed to, oldest app first, then by id, so that a wall's icons keep their places. */
  listVehicleApps(vin: Vin): Promise<AppRecord[]>
  /** Is the vehicle subscribed to any app of this partner? (W 2.7) */
  isSubscribed(vin: Vin, uid: Uid): Promise<boolean>
}

export interface AppChange extends AppOffer {
  readonly name?: string
  readonly drivingMode?: boolean
}
