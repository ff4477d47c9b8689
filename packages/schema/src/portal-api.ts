import type { AppBrand, AppOffer } from './app-offer.ts'
import type { SignalChange } from './signal-change.ts'

/**
 * What the head unit asks its server over HTTP, with its own credentials (HTTP Basic: VIN and password).
 * `GET /portal/api/vehicle` answers a `VehicleView`; 401 if the credentials are refused.
 */
export interface VehicleView {
  readonly vin: string
  /** Topic root of this environment (W 2.3). */
  readonly root: string
  /** The apps this vehicle is subscribed to and can show, in the order of the wall. */
  readonly apps: readonly VehicleApp[]
  /** The others that it is subscribed to, so that the head unit can say why it drops what is sent to them. */
  readonly withoutPackage: readonly AppWithoutPackage[]
  /** Does the server want `MessageReport`s? Absent: no. */
  readonly reports?: boolean
}

/** Nothing was installed for the app yet. */
export type AppWithoutPackage = Pick<VehicleApp, 'idApp' | 'uid'>

export interface VehicleApp extends AppOffer {
  readonly idApp: string
  /** The head unit shows one of `names` instead where the language fits. */
  readonly name: string
  /** The partner that owns the app; only its messages reach it (W 3.1). */
  readonly uid: string
  /** Absolute URL of the start page, on the app's own origin (W 11.3, 11.4). */
  readonly url: string
  /** Absolute URL; absent: the page draws a generic icon. */
  readonly icon?: string
  /**
   * Absolute URLs by brand code and size, '100' (SD) or '136' (HD and WHD), by the lookup of W 11.2; nothing there: a
   * generic icon. `icon` is for those that know neither.
   */
  readonly icons?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Does the app support being used while driving? If not, the host covers it (W 9.1). */
  readonly drivingMode: boolean
}

/** Brand codes of packages (W 11.2) by the vehicle's `brand`; Toyota has none. */
export const brandCodes = ['AP', 'AC', 'DS', undefined, 'OP', 'VX'] as const satisfies readonly (
  | AppBrand
  | undefined
)[]

/**
 * A head unit may also subscribe to this topic; the server publishes an empty message to it whenever the
 * vehicle's apps changed, and the page asks for its `VehicleView` again. A message that is not empty is a `VehicleNotice`.
 */
export function vehicleNoticeTopic(vin: string): string {
  return `pillion/vehicle/${vin}`
}

/** Where a head unit publishes its `MessageReport`s; nobody else gets them. */
export function vehicleReportTopic(vin: string): string {
  return `${vehicleNoticeTopic(vin)}/reports`
}

/** JSON. What it does not hold stays as it was. */
export interface VehicleNotice {
  /** The operator has set signals of the simulated vehicle. Whoever takes it reads them with `parseSignals`. */
  readonly signals?: SignalChange
  /** Does the server want `MessageReport`s from now on? */
  readonly reports?: boolean
}
