import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PartnerClient, readPartnerConfig, type UplinkMessage } from '@pillion/partner'
import type { ConnectionPage, IssuedVehicle, SignalChange } from '@pillion/schema'
import { openChromium, type RawMqttClient, waitUntil } from '@pillion/testkit'
import type { Browser } from 'playwright-core'
import { HeadUnit, type HeadUnitOptions } from '../support/head-unit.ts'
import { ping, publishPacket, signIn } from '../support/load/sign-in.ts'
import { Pillion } from '../support/pillion.ts'
import { root } from '../support/scene.ts'
import { buildPackage } from './package.ts'
import type { Family, SmallVehicle } from './small-app.ts'

const uid = 'maker'

/** One server, one browser and one partner for all families; a vehicle for each. */
export class Garage {
  readonly #pillion: Pillion
  readonly #browser: Browser
  readonly #partner: PartnerClient
  readonly #raw: RawMqttClient
  readonly #uplinks = new Map<string, UplinkMessage[]>()
  #vehicles = 0

  private constructor(pillion: Pillion, browser: Browser, partner: PartnerClient, raw: RawMqttClient) {
    this.#pillion = pillion
    this.#browser = browser
    this.#partner = partner
    this.#raw = raw
    void this.#collectUplinks()
  }

  static async open(): Promise<Garage> {
    const pillion = await Pillion.start()
    const { folder, password } = await pillion.addPartner(uid)
    const partner = new PartnerClient(readPartnerConfig(join(folder, 'config.json')))
    await partner.connect()
    const raw = await signIn({ port: pillion.ports.mqtt, username: uid, password })
    return new Garage(pillion, await openChromium(), partner, raw)
  }

  /** Installs the apps and puts them on the wall of a vehicle of their own. */
  async makeVehicle({ apps }: Family): Promise<SmallVehicle> {
    const vin = `SMALL${String(++this.#vehicles).padStart(12, '0')}`
    const [issued] = await this.#pillion.admin<IssuedVehicle[]>('/vehicles', { vins: [vin] })
    const versions = new Map<string, number>()
    const install = async (idApp: string) => {
      const version = (versions.get(idApp) ?? 0) + 1
      versions.set(idApp, version)
      await this.#install(idApp, apps[idApp] ?? '', `1.0.${version}`)
    }
    for (const idApp of Object.keys(apps)) {
      await this.#pillion.admin('/apps', { idApp, uid, drivingMode: true })
      await install(idApp)
      await this.#pillion.admin(`/apps/${idApp}/subscriptions`, { vins: [vin] })
    }
    const headUnits: HeadUnit[] = []
    return {
      vin,
      partner: this.#partner,
      openHeadUnit: async (options) => {
        const headUnit = await this.#openHeadUnit({ vin, password: issued?.password ?? '' }, options)
        headUnits.push(headUnit)
        await headUnit.connected()
        return headUnit
      },
      untilAway: () => this.#untilAway(vin),
      publish: (payload, subtopic = '') => this.#publish(vin, payload, subtopic),
      uplinks: (count) => this.#readUplinks(vin, count),
      setSignals: async (change: SignalChange) => {
        await this.#pillion.ask('PATCH', `/vehicles/${vin}/signals`, JSON.stringify(change))
      },
      update: install,
      close: async () => {
        await Promise.all(headUnits.map((headUnit) => headUnit.close()))
      },
    }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    this.#raw.destroy()
    await this.#partner.close()
    await this.#pillion.stop()
  }

  async #install(idApp: string, script: string, version: string): Promise<void> {
    const { fileName, archive, md5 } = buildPackage(idApp, script, version)
    const query = new URLSearchParams({ strict: 'true', fileName, md5 })
    await this.#pillion.ask('PUT', `/apps/${idApp}/package?${query}`, archive)
  }

  #openHeadUnit(credentials: { vin: string; password: string }, options: HeadUnitOptions = {}) {
    const address = `${this.#pillion.url}/portal/#${new URLSearchParams(credentials)}`
    return HeadUnit.open(this.#browser, address, options)
  }

  async #untilAway(name: string): Promise<void> {
    const query = new URLSearchParams({ role: 'vehicle', name, count: '1' })
    const deadline = Date.now() + 10_000
    while ((await this.#pillion.admin<ConnectionPage>(`/connections?${query}`)).total > 0) {
      if (Date.now() > deadline) throw new Error(`${name} is still connected`)
      await wait(20)
    }
  }

  async #publish(vin: string, payload: object, subtopic: string): Promise<void> {
    const topicName = `${root}/to/uid/${uid}/opa/${vin}/${subtopic}`
    this.#raw.send(publishPacket(topicName, Buffer.from(JSON.stringify(payload))))
    await ping(this.#raw)
  }

  async #collectUplinks(): Promise<void> {
    for await (const message of this.#partner.messages()) this.#uplinksOf(message.vin).push(message)
  }

  async #readUplinks(vin: string, count: number): Promise<UplinkMessage[]> {
    const uplinks = this.#uplinksOf(vin)
    await waitUntil(`${count} uplinks`, () => uplinks.length >= count)
    return uplinks.splice(0)
  }

  #uplinksOf(vin: string): UplinkMessage[] {
    const known = this.#uplinks.get(vin)
    if (known) return known
    const uplinks: UplinkMessage[] = []
    this.#uplinks.set(vin, uplinks)
    return uplinks
  }
}
