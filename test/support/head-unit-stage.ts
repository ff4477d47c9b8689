import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PartnerClient, readPartnerConfig } from '@pillion/partner'
import { openChromium } from '@pillion/testkit'
import type { Browser } from 'playwright-core'
import { HeadUnit, type HeadUnitOptions } from './head-unit.ts'
import { Pillion } from './pillion.ts'

/**
 * The whole system for the tests of the page: `pillion demo`, a real Chromium, and a second partner, `tester`, whose
 * back end is the test, so that nobody else sends to its apps.
 */
export class HeadUnitStage {
  readonly pillion: Pillion
  readonly browser: Browser
  readonly tester: PartnerClient

  readonly #partners: PartnerClient[]

  private constructor(pillion: Pillion, browser: Browser, tester: PartnerClient) {
    this.pillion = pillion
    this.browser = browser
    this.tester = tester
    this.#partners = [tester]
  }

  static async open(): Promise<HeadUnitStage> {
    const pillion = await Pillion.start('demo')
    return new HeadUnitStage(pillion, await openChromium(), await connectPartner(pillion, 'tester'))
  }

  /** The demo's vehicle. */
  readonly vin = 'PILLIONDEMO000001'

  /** One more partner, connected. */
  async addPartner(uid: string): Promise<PartnerClient> {
    const partner = await connectPartner(this.pillion, uid)
    this.#partners.push(partner)
    return partner
  }

  /** What `pillion demo` printed to be opened in a browser. */
  async address(): Promise<string> {
    const [address] = await this.pillion.running.printed('stdout', /https?:\S+\/portal\/#\S+/)
    return address
  }

  /** Writes an app with this start page, installs it and puts it on the vehicle's wall, named as its id. */
  async addApp(idApp: string, html: string, uid = 'tester'): Promise<void> {
    const folder = join(this.pillion.folder, 'apps', idApp)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'index.html'), `<!doctype html><meta charset="utf-8">${html}`)
    await this.pillion.json('app', 'add', idApp, '--partner', uid, '--package', folder)
    await this.pillion.json('app', 'subscribe', idApp, this.vin)
  }

  /** A head unit of the demo's vehicle, connected. */
  async openHeadUnit(options: HeadUnitOptions = {}): Promise<HeadUnit> {
    const headUnit = await HeadUnit.open(this.browser, await this.address(), options)
    await headUnit.connected()
    return headUnit
  }

  async close(): Promise<void> {
    await this.browser.close()
    await Promise.all(this.#partners.map((partner) => partner.close()))
    await this.pillion.stop()
  }
}

async function connectPartner(pillion: Pillion, uid: string): Promise<PartnerClient> {
  const { folder } = await pillion.addPartner(uid)
  const partner = new PartnerClient(readPartnerConfig(join(folder, 'config.json')))
  await partner.connect()
  return partner
}
