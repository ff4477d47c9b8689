import type { PrivacyMode, VehicleApp } from '@pillion/schema'

/** What a screen shows of the host; a new object after every change, never altered afterwards. */
export interface HostView {
  readonly vin: string
  readonly connection: 'connecting' | 'connected' | 'offline'
  readonly module: Module
  /** Within the web module: the app on screen, or undefined for the app wall. */
  readonly app: string | undefined
  /** In the order of the wall. */
  readonly apps: readonly AppView[]
  readonly popup: PopupView | undefined
  /** Popups outstanding, the displayed one included; at most `popupQueueMax`. */
  readonly popupsOutstanding: number
  readonly vehicle: VehicleSettings
  /** The error the user must see on the wall, such as an app that did not load in time (W 4.2 row 4). */
  readonly failure: { readonly idApp: string; readonly text: string } | undefined
  /** Drops so far, by reason. */
  readonly drops: Readonly<Record<string, number>>
}

export type Module = 'web' | 'navigation' | 'media'

/** W 4.2. `unloaded` is the grace in which an app may save its state. */
export type AppState = 'installed' | 'loading' | 'foreground' | 'background' | 'unloaded'

export interface AppView extends VehicleApp {
  readonly state: AppState
  /** Messages waiting in its pending buffer (W 6.2). */
  readonly pending: number
}

export interface PopupView {
  readonly idApp: string
  readonly appName: string
  readonly text: string
  /** false: only the Return arrow (W 3.2). */
  readonly button: boolean
  /** When it closes by itself, on the host's clock. */
  readonly closesAt: number
}

/** What the developer panel can set. */
export interface VehicleSettings {
  readonly privacyMode: PrivacyMode
  /** The network; off = tunnel. */
  readonly network: boolean
  readonly speedKmh: number
  readonly language: string
  readonly country: string
}

/** One line of the log of everything in and out. */
export interface LogEntry {
  readonly at: number
  readonly direction: 'in' | 'out' | 'note'
  /** Stable code in snake_case, such as `downlink`, `uplink`, `popup_shown`, `dropped`. */
  readonly kind: string
  readonly idApp: string | undefined
  /** One sentence for a person. */
  readonly text: string
  /** For kind `dropped` and refusals: the stable reason. */
  readonly reason?: string
  /** The payload or message concerned. */
  readonly detail?: unknown
}
