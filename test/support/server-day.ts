import assert from 'node:assert/strict'
import type { VehicleApp } from '@pillion/schema'
import { ConnectedVehicle, type FakeVehicle, type RawMqttClient, waitUntil } from '@pillion/testkit'
import { echo } from './drive.ts'
import { LoadProcess } from './load/load-process.ts'
import type { MeasuredServer } from './load/measured-server.ts'
import { onPublish, publishPacket, signIn } from './load/sign-in.ts'
import { root } from './scene.ts'

const vins = ['VF3DAY00000000001', 'VF3DAY00000000002', 'VF3DAY00000000003']
const app: VehicleApp = {
  idApp: 'alpha',
  name: 'Alpha',
  uid: 'P',
  url: 'http://alpha.test/',
  drivingMode: true,
}
/** Downlinks of a minute. */
const perVehicle = 5
const patienceMilliseconds = 20_000

/** A server through which a back end and three head units talk all day, as fast as they can. */
export class ServerDay {
  /** Downlinks that an app got and answered, and those that waited for a head unit. */
  readonly counts = { answered: 0, kept: 0, reconnections: 0 }
  readonly #process: LoadProcess<typeof import('./load/measured-server.ts')>
  readonly #server: MeasuredServer
  readonly #partner: RawMqttClient
  readonly #vehicles: readonly FakeVehicle[]
  #answersMissing = 0
  #allAnswered = () => {}

  private constructor(
    process: LoadProcess<typeof import('./load/measured-server.ts')>,
    server: MeasuredServer,
    partner: RawMqttClient,
    vehicles: readonly FakeVehicle[],
  ) {
    this.#process = process
    this.#server = server
    this.#partner = partner
    this.#vehicles = vehicles
    onPublish(partner, () => {
      this.#answersMissing -= 1
      if (this.#answersMissing === 0) this.#allAnswered()
    })
  }

  static async open(): Promise<ServerDay> {
    const process = LoadProcess.start<typeof import('./load/measured-server.ts')>('./measured-server.ts', 0)
    const server = await process.call('start', vins)
    const partner = await signIn({
      port: server.mqttPort,
      username: 'P',
      password: server.password,
      topicFilters: [`${root}/from/uid/P/opa/#`],
    })
    const url = `${server.httpUrl.replace('http', 'ws')}/mqtt`
    const vehicles = server.vehicles.map(({ vin, password }) =>
      ConnectedVehicle.connect({ url, vin, password, root, apps: [app], scripts: { alpha: echo } }),
    )
    const day = new ServerDay(process, server, partner, await Promise.all(vehicles))
    for (const vehicle of day.#vehicles) await vehicle.open('alpha')
    return day
  }

  /** Minutes of a day, each with what an ordinary minute brings; all of it has arrived when this resolves. */
  async live(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.#talk(minute)
      if (minute % 10 === 9) await this.#leaveAndReturn(minute)
      if (minute % 5 === 0) await this.#look()
      for (const { log, frames } of this.#vehicles) {
        log.length = 0
        for (const each of frames.opened) {
          each.messages.length = 0
          each.happened.length = 0
        }
      }
    }
  }

  /** What the server holds, after a collection. */
  heap(): Promise<number> {
    return this.#process.call('heap')
  }

  async close(): Promise<void> {
    for (const vehicle of this.#vehicles) vehicle.close()
    this.#partner.destroy()
    await this.#process.call('stop')
    await this.#process.stop()
  }

  async #talk(minute: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#answersMissing = perVehicle * vins.length
    this.#allAnswered = resolve
    for (let count = 0; count < perVehicle; count++)
      for (const vin of vins) this.#send(vin, { minute, count })
    await promise
    this.counts.answered += perVehicle * vins.length
  }

  /** A head unit goes through a tunnel; the server keeps the last ten messages for it (W 9.3). */
  async #leaveAndReturn(minute: number): Promise<void> {
    const vehicle = this.#vehicles[minute % vins.length] as FakeVehicle
    vehicle.host.setVehicle({ network: false })
    await this.#connections(vins.length)
    for (let n = 0; n < 12; n++) this.#send(vehicle.host.view.vin, { minute, n })
    await this.#look()
    vehicle.host.setVehicle({ network: true })
    const frame = vehicle.frames.get('alpha')
    let kept = 0
    await waitUntil(
      'what was kept',
      () => {
        kept += frame.getPendingNotifications().length
        return kept === 10
      },
      patienceMilliseconds,
    )
    this.counts.kept += kept
    this.counts.reconnections += 1
  }

  /** Until the server has so many connections. */
  async #connections(expected: number): Promise<void> {
    for (let tries = 0; tries < 1_000; tries++) if ((await this.#look()).connections === expected) return
    assert.fail(`there are not ${expected} connections`)
  }

  /** What an operator's page asks for again and again. */
  async #look(): Promise<{ connections: number }> {
    const headers = { authorization: `Bearer ${this.#server.adminToken}` }
    const response = await fetch(`${this.#server.httpUrl}/admin/v1/status`, { headers })
    return (await response.json()) as { connections: number }
  }

  #send(vin: string, content: unknown): void {
    const payload = Buffer.from(JSON.stringify({ idApp: 'alpha', popup: false, content }))
    this.#partner.send(publishPacket(`${root}/to/uid/P/opa/${vin}/`, payload))
  }
}
