import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { PartnerClient, UplinkMessage } from '@pillion/partner'
import type { SignalChange } from '@pillion/schema'
import type { Frame } from 'playwright-core'
import type { HeadUnit, HeadUnitOptions } from '../support/head-unit.ts'

/** One family of W's rules: apps of a few lines, and somebody who uses them and knows what they must say. */
export interface Family {
  /** A sentence for the test's name. */
  readonly says: string
  /** App id → its script. All belong to one partner and one vehicle. */
  readonly apps: Readonly<Record<string, string>>
  use(vehicle: SmallVehicle): Promise<void>
}

/** A vehicle whose wall has the apps of one family. */
export interface SmallVehicle {
  readonly vin: string
  readonly partner: PartnerClient
  /** What the apps of this vehicle have sent, oldest first; as soon as there are so many. */
  uplinks(count: number): Promise<UplinkMessage[]>
  openHeadUnit(options?: HeadUnitOptions): Promise<HeadUnit>
  /** Resolves when the server knows that no head unit is connected: until then it sends to one that may be gone. */
  untilAway(): Promise<void>
  /** Any payload, in the name of the partner, on any subtopic; has left when this resolves. */
  publish(payload: object, subtopic?: string): Promise<void>
  /** Over the operator's REST. */
  setSignals(change: SignalChange): Promise<void>
  /** A new version of one of the apps, with the same script. */
  update(idApp: string): Promise<void>
  /** Its head units, so that no page takes processor time from the next family. */
  close(): Promise<void>
}

/** Whatever would still come comes within this: everything here is on one machine. */
const settleMilliseconds = 80

/** What an app has logged and nobody has read yet. */
export class AppLog {
  readonly #frame: Frame

  constructor(frame: Frame) {
    this.#frame = frame
  }

  get frame(): Frame {
    return this.#frame
  }

  /** The log must go on with exactly these lines, in this order, and then be silent. */
  async reads(...expected: string[]): Promise<void> {
    const isThere = (count: number) => (window as unknown as { log: string[] }).log.length >= count
    // Fails below, with both logs side by side.
    await this.#frame.waitForFunction(isThere, expected.length, { polling: 20 }).catch(() => {})
    await wait(settleMilliseconds)
    const lines = await this.#frame.evaluate<string[]>("localStorage.setItem('log', '[]'), log.splice(0)")
    assert.deepEqual(lines, expected)
  }

  /** Calls into the app, as a tap on one of its buttons would. */
  tap(call: string): Promise<unknown> {
    return this.#frame.evaluate(`void ${call}`)
  }
}

/** Taps the app's icon; from its start on everything it logs is there to be read. */
export async function open(headUnit: HeadUnit, idApp: string): Promise<AppLog> {
  return new AppLog(await headUnit.openApp(idApp))
}

/** The same for an app that comes to the screen by something else. */
export async function shown(headUnit: HeadUnit, idApp: string): Promise<AppLog> {
  return new AppLog(await headUnit.shownApp(idApp))
}

/** The two messages that a foreground app gets for one (W 6.1). */
export function received(payload: object, subtopic = ''): string[] {
  const text = JSON.stringify(payload)
  return [
    `onCurrentNotificationReceived value=${text}`,
    `MQTT.evt.messageReceived payload=${JSON.stringify(text)} subtopic=${JSON.stringify(subtopic)}`,
  ]
}
