import { type HostMessage, parseUid, type Uid, type VehicleApp } from '@pillion/schema'
import type { Delivery } from './delivery.ts'
import { PendingBuffer } from './pending.ts'
import type { AppState } from './view.ts'

/** An app of the wall, as the host keeps it. */
export interface HostedApp {
  readonly idApp: string
  about: VehicleApp
  uid: Uid
  /** Written by lifecycle.ts alone. */
  state: AppState
  /** Absent without a frame. */
  instance: Instance | undefined
  readonly pending: PendingBuffer
  /** Until it announces itself, in order: what opened it (W 6.3, 7.4) and what other apps wrote (W 6.5). */
  held: Held[]
  /** A new version is waiting to be told `onApplicationUpdated` (W 4.2 row 11). */
  updated: boolean
  /** Launch again once the grace of an unload is over. */
  relaunch: boolean
  /** Rises with every launch and show of any app: the lowest was shown least recently. */
  shownOrder: number
  cancelTimer: () => void
}

export type Held = { readonly delivery: Delivery } | { readonly message: HostMessage }

/** One document of an app: new with every launch and every reload, so that no answer reaches the wrong one. */
export interface Instance {
  /** Its globals are in place; what is posted before would be lost. */
  ready: boolean
  /** The id of its latest `MQTT.publish` (W 6.4). */
  messageId: number
}

export function createHostedApp(about: VehicleApp, pendingMax: number): HostedApp {
  return {
    idApp: about.idApp,
    about,
    uid: uidOf(about),
    state: 'installed',
    instance: undefined,
    pending: new PendingBuffer(pendingMax),
    held: [],
    updated: false,
    relaunch: false,
    shownOrder: 0,
    cancelTimer: () => {},
  }
}

export function uidOf(about: VehicleApp): Uid {
  const uid = parseUid(about.uid)
  if (uid === undefined) throw new TypeError(`App ${about.idApp} has a malformed UID.`)
  return uid
}
