import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CertificateAuthority, Fleet } from '@pillion/fleet'
import type { OperatorRole } from '@pillion/schema'
import { type OpenStore, openSqlite } from '@pillion/store'
import { ConnectedVehicle, openChromium } from '@pillion/testkit'
import type { AxeResults, RunOptions } from 'axe-core'
import { pino } from 'pino'
import type { Browser, Cookie, Page } from 'playwright-core'
import { buildIfStale, buildPages } from '../../portal/test/build-pages.ts'
import { loadConfig, type RunningServer, startServer } from '../../server/src/index.ts'

export const vin = 'VF7CONSOLE0000001'
export const oldPartner = 'OLDCERT'
const OLD_MS = 800 * 86_400_000
export const password = 'correct horse battery staple'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A real server with something of everything in it, and a real Chromium. */
export class Stage {
  readonly server: RunningServer
  readonly vehicle: ConnectedVehicle
  readonly #cookies = new Map<string, Cookie[]>()
  #browser: Browser
  #closeServer: () => Promise<void>

  private constructor(
    server: RunningServer,
    vehicle: ConnectedVehicle,
    browser: Browser,
    closeServer: () => Promise<void>,
  ) {
    this.server = server
    this.vehicle = vehicle
    this.#browser = browser
    this.#closeServer = closeServer
  }

  static async open(): Promise<Stage> {
    await buildPages()
    await buildIfStale(new URL('..', import.meta.url), 'dist/index.html')
    const { server, close } = await startConsoleServer({}, addOldPartner)
    try {
      return new Stage(server, await addSomething(server), await openChromium(), close)
    } catch (error) {
      await close()
      throw error
    }
  }

  /** With the admin token. */
  ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return ask(this.server, method, path, body)
  }

  async addOperator(name: string, role: OperatorRole): Promise<void> {
    await this.ask('POST', '/operators', { name, role, password })
  }

  /** A tab on that place of the console; as `name` it is signed in when this returns, in one session for all tests. */
  async openPage({ place = '#/', name = '', width = 1280, height = 800 } = {}): Promise<ConsolePage> {
    const context = await this.#browser.newContext({ viewport: { width, height } })
    const cookies = this.#cookies.get(name)
    if (cookies) await context.addCookies(cookies)
    const page = new ConsolePage(await context.newPage())
    await page.page.goto(`${this.server.httpUrl}/console/${place}`)
    if (name === '') return page
    if (cookies) await page.signedIn()
    else {
      await page.signIn(name)
      this.#cookies.set(name, await context.cookies())
    }
    return page
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()))
  }

  async close(): Promise<void> {
    await this.#browser.close()
    this.vehicle.close()
    await this.#closeServer()
  }
}

/** A server that has nothing yet but what `seed` puts into its store, with its pages built. */
export async function startConsoleServer(
  more: Record<string, unknown> = {},
  seed: (store: OpenStore) => Promise<void> = async () => {},
): Promise<{ server: RunningServer; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-console-'))
  await mkdir(join(folder, 'data'))
  const store = await openSqlite({ file: join(folder, 'data', 'pillion.db') })
  await seed(store)
  await store.close()
  const server = await startServer({
    config: loadConfig({ env: {}, flags: { data: join(folder, 'data'), ...flags, ...more } }),
    log: pino({ level: 'silent' }),
  })
  const close = async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { server, close }
}

/** One that got its certificate so long ago that it ends within a month. */
async function addOldPartner({ fleet: store }: OpenStore): Promise<void> {
  const { authority } = await CertificateAuthority.create()
  const fleet = new Fleet({ store, authority, now: () => Date.now() - OLD_MS })
  await fleet.addPartner({ uid: oldPartner, name: 'Old Partner' })
}

/** A partner, its app, a vehicle that is connected, a push app, a message. */
async function addSomething(server: RunningServer): Promise<ConnectedVehicle> {
  const { fleet, httpUrl } = server
  const app = { idApp: 'tyres', uid: 'demo', name: 'Tyres' }
  await fleet.addPartner({ uid: 'demo' })
  await fleet.addApp(app)
  const [vehicle] = await fleet.addVehicles([vin])
  await fleet.subscribeVehicles(app.idApp, [vin])
  await ask(server, 'POST', '/push-apps', { appID: 'consoleshop' })
  const connected = await ConnectedVehicle.connect({
    url: `${httpUrl.replace('http', 'ws')}/mqtt`,
    vin,
    password: vehicle?.password ?? '',
    apps: [app],
    reports: true,
  })
  await ask(server, 'POST', '/messages', { vin, idApp: app.idApp, content: { pressure: 2.4 } })
  return connected
}

async function ask(server: RunningServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${server.httpUrl}/admin/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

const flags = {
  'limits.signInFailuresPerAccountMax': 3,
  'listeners.mqtt.enabled': false,
  'listeners.mqtts.enabled': false,
  'listeners.partners.enabled': false,
  'listeners.https.enabled': false,
  'listeners.http.port': 0,
}

/** The console as a person uses it. */
export class ConsolePage {
  readonly page: Page
  /** What went wrong in the page, as the browser tells it. */
  readonly errors: string[] = []

  constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => this.errors.push(error.message))
    page.on('console', (line) => {
      // Whether somebody is signed in is asked of the server: the page cannot see the cookie.
      const isQuestion = line.location().url.endsWith('/admin/v1/session')
      if (line.type() === 'error' && !isQuestion) this.errors.push(`${line.text()} ${line.location().url}`)
    })
  }

  async signIn(name: string, secret = password): Promise<void> {
    await this.page.getByLabel('Name').fill(name)
    await this.page.getByLabel('Password', { exact: true }).fill(secret)
    await this.page.keyboard.press('Enter')
    await this.signedIn()
  }

  signedIn(): Promise<void> {
    return this.page.locator('.menu nav').waitFor({ state: 'attached' })
  }

  button(name: string | RegExp) {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** Where the menu leads. */
  listScreens(): Promise<string[]> {
    return this.page
      .locator('.menu nav a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  }

  /** Goes there and waits until what it shows has come. */
  async go(place: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash
    }, place)
    await this.page.locator('main h1').waitFor()
    await this.page.waitForFunction(() => document.querySelector('main .loading') === null)
  }

  async look(colorScheme: 'dark' | 'light'): Promise<void> {
    await this.page.emulateMedia({ colorScheme })
    await this.page.locator(`html[data-theme="${colorScheme}"]`).waitFor()
  }

  /** Rules that are broken below `root`, with where; only those that keep people out. */
  async findBarriers(root: 'body' | 'main', options: RunOptions = {}): Promise<string[]> {
    await this.page.evaluate(`window.axe || (() => { ${axe} })()`)
    const { violations } = (await this.page.evaluate(
      (given) =>
        (window as unknown as { axe: { run(...of: unknown[]): Promise<unknown> } }).axe.run(...given),
      [root, { resultTypes: ['violations'], ...options }],
    )) as AxeResults
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`)
  }
}
