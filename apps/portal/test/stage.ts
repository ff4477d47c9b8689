import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewMessage } from '@pillion/schema'
import { openChromium } from '@pillion/testkit'
import { pino } from 'pino'
import type { Browser, Frame, Page } from 'playwright-core'
import { loadConfig, type RunningServer, startServer } from '../../server/src/index.ts'
import { buildPages } from './build-pages.ts'

export const vin = '0123456789ABCDEFG'

/** What a test needs to try the page: a real server with a partner and a vehicle, and a real Chromium. */
export class Stage {
  readonly server: RunningServer
  readonly password: string
  #browser: Browser
  #folder: string

  private constructor(server: RunningServer, password: string, browser: Browser, folder: string) {
    this.server = server
    this.password = password
    this.#browser = browser
    this.#folder = folder
  }

  static async open(): Promise<Stage> {
    await buildPages()
    const folder = await mkdtemp(join(tmpdir(), 'pillion-portal-'))
    const server = await startServer({
      config: loadConfig({ env: {}, flags: { data: join(folder, 'data'), ...onlyHttp } }),
      log: pino({ level: 'silent' }),
    })
    await server.fleet.addPartner({ uid: 'demo' })
    const [vehicle] = await server.fleet.addVehicles([vin])
    const browser = await openChromium()
    return new Stage(server, vehicle?.password ?? '', browser, folder)
  }

  /** Puts an app on the vehicle's wall; `html` is the body of its start page. */
  async addApp(
    idApp: string,
    html: string,
    options: { name?: string; drivingMode?: boolean } = {},
  ): Promise<void> {
    const folder = join(this.#folder, idApp)
    await mkdir(folder)
    const manifest = {
      artifactId: idApp,
      name: options.name ?? idApp,
      version: '1.0.0',
      buildDate: '2025-01-01 00:00',
    }
    await writeFile(join(folder, 'info.json'), JSON.stringify(manifest))
    await writeFile(
      join(folder, 'index.html'),
      `<!doctype html><html><head></head><body>${html}</body></html>`,
    )
    await this.addAppFrom(folder, idApp, options)
  }

  async addAppFrom(
    folder: string,
    idApp: string,
    options: { name?: string; drivingMode?: boolean },
  ): Promise<void> {
    await this.server.fleet.addApp({ idApp, uid: 'demo', ...options })
    await this.server.installPackage(idApp, { folder })
    await this.server.fleet.subscribeVehicles(idApp, [vin])
  }

  /** Sends in the name of the partner. */
  async send(message: Omit<NewMessage, 'vin'>): Promise<void> {
    const response = await fetch(`${this.server.httpUrl}/admin/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.server.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ vin, ...message }),
    })
    if (!response.ok) throw new Error(await response.text())
  }

  /** A tab on the portal page; with `signedIn` its head unit is connected when this returns. With `clock` a test can turn its time. */
  async openPage(
    options: { signedIn?: boolean; width?: number; height?: number; clock?: boolean } = {},
  ): Promise<PortalPage> {
    const { signedIn = true, width = 1440, height = 900, clock = false } = options
    const context = await this.#browser.newContext({ viewport: { width, height } })
    const page = await context.newPage()
    if (clock) await page.clock.install()
    const portal = new PortalPage(page)
    const credentials = new URLSearchParams({ vin, password: this.password })
    await page.goto(`${this.server.httpUrl}/portal/${signedIn ? `#${credentials}` : ''}`)
    if (signedIn) await portal.connected()
    return portal
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()))
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.server.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const onlyHttp = {
  'listeners.mqtt.enabled': false,
  'listeners.mqtts.enabled': false,
  'listeners.partners.enabled': false,
  'listeners.https.enabled': false,
  'listeners.http.port': 0,
}

/** The portal page as a person uses it. */
export class PortalPage {
  readonly page: Page
  /** What the browser's console says of the page's own content security policy. */
  readonly violations: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('console', (line) => {
      if (/violates the following Content Security Policy/.test(line.text()))
        this.violations.push(line.text())
    })
  }

  connected(): Promise<unknown> {
    return this.page.locator('.signal.is-connected').waitFor()
  }

  /** Taps an app's icon and waits until its frame is on screen. */
  async openApp(idApp: string): Promise<Frame> {
    await this.page.locator(`.tile[data-app="${idApp}"]`).click()
    await this.page.locator(`iframe[data-app="${idApp}"].is-shown`).waitFor()
    return this.frameOf(idApp)
  }

  async frameOf(idApp: string): Promise<Frame> {
    const handle = await this.page.locator(`iframe[data-app="${idApp}"]`).elementHandle()
    const frame = await handle?.contentFrame()
    if (!frame) throw new Error(`${idApp} has no frame`)
    return frame
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** One of the switches of the panel, by its value. */
  choose(value: string): Promise<void> {
    return this.page.locator(`.choice input[value="${value}"]`).check({ force: true })
  }

  drive(speedKmh: number): Promise<void> {
    return this.page.getByRole('slider', { name: 'Speed' }).fill(String(speedKmh))
  }
}
