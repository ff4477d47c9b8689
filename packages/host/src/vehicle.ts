import {
  type FrameEvent,
  mergeSignals,
  type PrivacyMode,
  type SignalChange,
  themesByBrand,
  type VehicleSignals,
} from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import { type HostState, isAllowedOnline, isDriving } from './host-state.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { Transport } from './ports/transport.ts'

/** Private mode's event is called ModeFull (W 9.2). */
const privacyEvents: Record<PrivacyMode, string> = {
  Public: 'ModePublic',
  Geoloc: 'ModeGeoloc',
  Private: 'ModeFull',
}

/** The vehicle around the apps: all it says of itself, and its connection (W 9, 10). Getters answer anew before an event fires (W 9.4). */
export class Vehicle {
  #host: HostState
  #frames: AppFrames
  #transport: Transport
  #popups: PopupQueue

  constructor(parts: { host: HostState; frames: AppFrames; transport: Transport; popups: PopupQueue }) {
    this.#host = parts.host
    this.#frames = parts.frames
    this.#transport = parts.transport
    this.#popups = parts.popups
  }

  change(change: SignalChange): void {
    const host = this.#host
    const vehicle = mergeSignals(host.vehicle, this.#withThemeOfBrand(change))
    if (vehicle === host.vehicle) return
    const before = { ...host.vehicle, online: host.connected, driving: isDriving(host) }
    host.vehicle = vehicle
    const wasAllowed = isAllowedOnline(before)
    const isAllowed = isAllowedOnline(host.vehicle)
    // The connection is gone at once for everybody here; how long its end takes on the wire is the transport's.
    if (!isAllowed) host.connected = false
    this.#frames.sendStateToAll()
    for (const event of this.#eventsSince(before)) this.#frames.fireToAll(event)
    // A prompt is not for somebody who drives (W 7.4).
    this.#popups.review()
    host.changed()
    if (wasAllowed !== isAllowed) this.#transport.allow(isAllowed)
  }

  /** connectivityOn waits for the connection, so that what an app then sends is sent (W 9.3). */
  connected(): void {
    this.#setConnected(isAllowedOnline(this.#host.vehicle))
  }

  disconnected(): void {
    this.#setConnected(false)
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#host.connected) return
    this.#host.connected = connected
    const kind = connected ? 'connected' : 'disconnected'
    this.#host.journal.note(kind, undefined, `The head unit is ${kind}.`)
    this.#frames.sendStateToAll()
    this.#frames.fireToAll(connectivityEvent(connected))
    this.#host.changed()
  }

  /** A theme that the brand does not have is not set (W 11.6); with another brand it may have to become that one's first. */
  #withThemeOfBrand(change: SignalChange): SignalChange {
    const { vehicle, journal } = this.#host
    const { brand = vehicle.brand, theme = vehicle.theme } = change
    const ids = themesByBrand[brand]
    if (ids.includes(theme)) return change
    if (theme !== vehicle.theme)
      journal.note(
        'theme_unknown',
        undefined,
        `Brand ${brand} has no theme ${theme}, only ${ids.join(', ')}.`,
      )
    return { ...change, theme: ids.includes(vehicle.theme) ? vehicle.theme : 0 }
  }

  /** Privacy first, connectivity after it (W 9.2); then what the vehicle's settings are called (W 9.4), and driving (W 9.1). */
  #eventsSince(before: VehicleSignals & { online: boolean; driving: boolean }): FrameEvent[] {
    const { vehicle, connected } = this.#host
    const driving = isDriving(this.#host)
    const events: FrameEvent[] = []
    if (vehicle.privacyMode !== before.privacyMode) {
      events.push({ emitter: 'Privacy', name: privacyEvents[vehicle.privacyMode] })
    }
    if (connected !== before.online) events.push(connectivityEvent(connected))
    for (const { signal, event } of settingEvents) if (vehicle[signal] !== before[signal]) events.push(event)
    if (driving !== before.driving) {
      events.push({ emitter: 'Car', name: driving ? 'driverDistractionOn' : 'driverDistractionOff' })
    }
    return events
  }
}

/** W 9.4, in the order in which they fire when one change brings several. */
const settingEvents = [
  { signal: 'speedUnit', event: { emitter: 'Car', name: 'speedUnit' } },
  { signal: 'distanceUnit', event: { emitter: 'Car', name: 'distanceUnit' } },
  { signal: 'fuelUnit', event: { emitter: 'Car', name: 'fuelUnit' } },
  { signal: 'theme', event: { emitter: 'HMI.Settings', name: 'themeSet' } },
  { signal: 'language', event: { emitter: 'HMI.Settings', name: 'languageSet' } },
] as const

function connectivityEvent(online: boolean): FrameEvent {
  return { emitter: 'Connectivity', name: online ? 'connectivityOn' : 'connectivityOff' }
}
