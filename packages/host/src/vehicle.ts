import type { FrameEvent, PrivacyMode } from '@pillion/schema'
import type { AppFrames } from './app-frames.ts'
import { type HostState, isAllowedOnline, isDriving } from './host-state.ts'
import type { Transport } from './ports/transport.ts'
import type { VehicleSettings } from './view.ts'

export const defaultVehicle: VehicleSettings = {
  privacyMode: 'Public',
  network: true,
  speedKmh: 0,
  language: 'en-GB',
  country: 'France',
}

/** Private mode's event is called ModeFull (W 9.2). */
const privacyEvents: Record<PrivacyMode, string> = {
  Public: 'ModePublic',
  Geoloc: 'ModeGeoloc',
  Private: 'ModeFull',
}

/** The vehicle around the apps: privacy, connectivity, speed, language (W 9). Getters answer anew before an event fires (W 9.4). */
export class Vehicle {
  #host: HostState
  #frames: AppFrames
  #transport: Transport

  constructor(host: HostState, frames: AppFrames, transport: Transport) {
    this.#host = host
    this.#frames = frames
    this.#transport = transport
  }

  change(change: Partial<VehicleSettings>): void {
    const host = this.#host
    const before = { ...host.vehicle, online: host.connected, driving: isDriving(host) }
    host.vehicle = { ...host.vehicle, ...change }
    const wasAllowed = isAllowedOnline(before)
    const isAllowed = isAllowedOnline(host.vehicle)
    // The connection is gone at once for everybody here; how long its end takes on the wire is the transport's.
    if (!isAllowed) host.connected = false
    this.#frames.sendStateToAll()
    for (const event of this.#eventsSince(before)) this.#frames.fireToAll(event)
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

  /** Privacy first, connectivity after it (W 9.2). */
  #eventsSince(before: VehicleSettings & { online: boolean; driving: boolean }): FrameEvent[] {
    const { vehicle, connected } = this.#host
    const driving = isDriving(this.#host)
    const events: FrameEvent[] = []
    if (vehicle.privacyMode !== before.privacyMode) {
      events.push({ emitter: 'Privacy', name: privacyEvents[vehicle.privacyMode] })
    }
    if (connected !== before.online) events.push(connectivityEvent(connected))
    if (driving !== before.driving) {
      events.push({ emitter: 'Car', name: driving ? 'driverDistractionOn' : 'driverDistractionOff' })
    }
    if (vehicle.language !== before.language) events.push({ emitter: 'HMI.Settings', name: 'languageSet' })
    return events
  }
}

function connectivityEvent(online: boolean): FrameEvent {
  return { emitter: 'Connectivity', name: online ? 'connectivityOn' : 'connectivityOff' }
}
