import type { Coordinates, VehicleApp, VehicleSignals } from '@pillion/schema'
import type { OfferGap } from './offer.ts'

/** What a screen shows of the host; a new object after every change, never altered afterwards. */
export interface HostView {
  readonly vin: string
  readonly connection: 'connecting' | 'connected' | 'offline'
  readonly module: Module
  /** Within the web module: the app on screen, or undefined for the app wall. */
  readonly app: string | undefined
  /** In the order of the wall. */
  readonly apps: readonly AppView[]
  /** The vehicle's apps that are not offered in it, and so not on the wall (W 11.2). */
  readonly notOffered: readonly UnofferedApp[]
  readonly popup: PopupView | undefined
  /** Popups outstanding, the displayed one included; at most `popupQueueMax`. */
  readonly popupsOutstanding: number
  /** The notification center (W 7.4): a screen of the web module; where it is open no app is on screen. */
  readonly center: CenterView
  /** Newest first. */
  readonly notifications: readonly NotificationView[]
  /** Notifications that are new. */
  readonly unread: number
  /** The virtual keyboard, over the whole screen (W 6.7). */
  readonly keyboard: KeyboardView | undefined
  readonly guidance: GuidanceView
  /** The app that holds the audio channel (W 10.4). */
  readonly audio: string | undefined
  /** The number that an app dialled last (W 10.2). */
  readonly call: string | undefined
  /** From OnShutDown on, for good (W 9.5). */
  readonly shuttingDown: boolean
  readonly vehicle: VehicleSignals
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

export interface UnofferedApp {
  readonly idApp: string
  readonly name: string
  /** What it is not made for. */
  readonly gap: OfferGap
}

export interface PopupView {
  readonly idApp: string
  readonly appName: string
  readonly kind: PopupKind
  readonly text: string
  /** false: only the Return arrow (W 3.2). */
  readonly button: boolean
  /** When it closes by itself, on the host's clock. */
  readonly closesAt: number
}

/**
 * Who asked for it: a back end (W 7.2), an app (W 7.3), a notification, whose prompt it is (W 7.4), or an app by the
 * removed `Device.PopupRequest` (W 14).
 */
export type PopupKind = 'partner' | 'app' | 'prompt' | 'legacy'

export type CenterView =
  | { readonly open: false }
  /** `entry`: its page; undefined: the list. */
  | { readonly open: true; readonly entry: NotificationKey | undefined }

/** Names one notification of the head unit; two apps may use the same `id`. */
export type NotificationKey = string

export interface NotificationView {
  readonly key: NotificationKey
  readonly idApp: string
  readonly appName: string
  /** By default the app's name. */
  readonly title: string
  /** Plain text; `\n` breaks lines. */
  readonly body: string
  /** Absolute URL on the app's own origin, by default the app's icon; absent: the page draws a generic one. */
  readonly icon?: string
  /** On the host's clock. */
  readonly createdAt: number
  /** NEW; else PAST. */
  readonly isNew: boolean
}

export interface KeyboardView {
  readonly idApp: string
  /** What the field holds when the keyboard opens. */
  readonly text: string
  /** Which field it is, as far as the page of the app tells; may be ''. */
  readonly label: string
  /** Such as `text`, `password`, `email`, `textarea`. */
  readonly inputType: string
  readonly charactersMax: number | undefined
}

/** W 8: the guidance there is, whoever started it. */
export interface GuidanceView {
  readonly state: 'none' | 'calculating' | 'guiding' | 'reached'
  /** The app that started it. */
  readonly idApp?: string
  readonly label: string
  readonly destination?: Coordinates
  readonly waypoints: readonly Coordinates[]
  /** Where it leads, from start to destination. */
  readonly route: readonly Coordinates[]
  readonly remainingMeters: number
  /** The vehicle drives along the route by itself, at so many times its speed; 0: it does not. */
  readonly drive: number
  /** An app wants to replace the guidance, and the user is asked (W 8.1). */
  readonly question?: { readonly idApp: string; readonly label: string }
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
