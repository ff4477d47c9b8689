import type { AppWithoutPackage, VehicleApp, VehicleSignals } from '@pillion/schema'
import type { KeptGuidance } from './guidance/kept-guidance.ts'
import type { HostLimits } from './host-limits.ts'
import type { NotificationEntry } from './notification-entry.ts'
import type { Clock } from './ports/clock.ts'
import type { Frames } from './ports/frames.ts'
import type { Transport } from './ports/transport.ts'
import type { LogEntry } from './view.ts'

export interface HostOptions {
  readonly vin: string
  /** Topic root (W 2.3); by default the printed one. */
  readonly root?: string
  readonly apps: readonly VehicleApp[]
  /** The vehicle is subscribed to these as well, and they cannot be shown; by default none. */
  readonly withoutPackage?: readonly AppWithoutPackage[]
  readonly clock: Clock
  readonly transport: Transport
  readonly frames: Frames
  readonly vehicle?: Partial<VehicleSignals>
  readonly limits?: Partial<HostLimits>
  /** Does OK on a back end's popup open its app (W 15 no. 5)? By default yes. */
  readonly popupOkOpensApp?: boolean
  /** Does `getPendingNotifications` throw before the app is launched, instead of returning an error (W 6.2)? By default no. */
  readonly pendingErrorThrows?: boolean
  /** Do text fields get the virtual keyboard (W 6.7)? By default no; see `useVirtualKeyboard`. */
  readonly virtualKeyboard?: boolean
  /** What `onNotificationsChanged` was given last time: entries outlast a restart (W 7.4). Those of apps that are gone are left out. */
  readonly notifications?: readonly NotificationEntry[]
  /** All entries of the notification center, newest first, after each change; plain JSON. */
  readonly onNotificationsChanged?: (entries: readonly NotificationEntry[]) => void
  /** `keptGuidance` of an earlier host: the guidance goes on. */
  readonly guidance?: KeptGuidance | undefined
  /** Does the server want to know what becomes of messages (`VehicleView.reports`)? By default no; see `useReports`. */
  readonly reports?: boolean
  readonly log?: (entry: LogEntry) => void
}
