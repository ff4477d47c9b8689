import type { Browser, Frame, Locator, Page } from 'playwright-core'

/** Only so that a test that fails also ends. */
const patienceMilliseconds = 30_000

export interface HeadUnitOptions {
  readonly width?: number
  readonly height?: number
  /** The page's clock can be put forward: `page.clock.fastForward(milliseconds)`. It goes on by itself as well. */
  readonly clock?: boolean
  /** What stands in the browser's profile before the page is opened. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** The portal page in a browser of its own, used as a person does: by what is written on it. */
export class HeadUnit {
  readonly page: Page
  /** The app wall. */
  readonly wall: Locator
  readonly popup: Locator
  /** The notification center, its list or the page of an entry. */
  readonly center: Locator
  /** The navigation module. */
  readonly navigation: Locator
  /** Modal, about the connection or an app that did not start. */
  readonly alert: Locator
  readonly panel: Locator
  readonly log: Locator

  private constructor(page: Page) {
    this.page = page
    this.wall = page.getByRole('region', { name: 'Connected apps' })
    this.popup = page.getByRole('dialog', { name: 'INFORMATION' })
    this.center = page.getByRole('region', { name: 'Notification center' })
    this.navigation = page.getByRole('region', { name: 'Navigation', exact: true })
    this.alert = page.getByRole('alertdialog')
    this.panel = page.getByRole('complementary', { name: 'Developer panel' })
    this.log = page.getByRole('region', { name: 'Log' })
  }

  /** `address` as `pillion demo` prints it, or without credentials. Does not wait for anything on the page. */
  static async open(browser: Browser, address: string, options: HeadUnitOptions = {}): Promise<HeadUnit> {
    const { width = 1440, height = 900, clock = false, prepare } = options
    const context = await browser.newContext({ viewport: { width, height } })
    context.setDefaultTimeout(patienceMilliseconds)
    const page = await context.newPage()
    if (clock) await page.clock.install()
    await prepare?.(page)
    await page.goto(address)
    return new HeadUnit(page)
  }

  /** The one in a further tab. */
  static on(page: Page): HeadUnit {
    return new HeadUnit(page)
  }

  /** Signed in, with a connection to the broker. */
  connected(): Promise<void> {
    return this.page.getByRole('main').getByRole('img', { name: 'Connected', exact: true }).waitFor()
  }

  /** An icon on the wall, by the app's name. */
  tile(name: string): Locator {
    // A loaded app's check mark has a word of its own.
    return this.wall.getByRole('button', { name: new RegExp(`^(loaded )?${name}$`) })
  }

  /** A button of the bottom bar: Back, Home, Navigation, Media, Apps … */
  dock(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Head unit' }).getByRole('button', { name, exact: true })
  }

  /** The icon of the notification center on the wall. */
  get centerTile(): Locator {
    return this.wall.getByRole('button', { name: /notification center/ })
  }

  /** One of the panel's parts, by its title; opened if it is not. */
  async section(title: string): Promise<Locator> {
    const section = this.panel.locator('details').filter({ has: this.page.getByText(title, { exact: true }) })
    if ((await section.getAttribute('open')) === null) await section.locator('summary').click()
    return section
  }

  /** Chooses one of a row of values on the panel. */
  async choose(label: string, value: string): Promise<void> {
    const group = this.panel.getByRole('group', { name: label, exact: true })
    await group.getByRole('radio', { name: value, exact: true }).check({ force: true })
  }

  /** Taps the icon and waits until the app is on screen. */
  async openApp(name: string): Promise<Frame> {
    await this.tile(name).click()
    return this.shownApp(name)
  }

  async shownApp(name: string): Promise<Frame> {
    await this.iframe(name).waitFor({ state: 'visible' })
    return this.frame(name)
  }

  /** The iframe of an app that is loaded, shown or not. */
  iframe(name: string): Locator {
    return this.page.locator(`iframe[title="${name}"]`)
  }

  async frame(name: string): Promise<Frame> {
    const frame = await (await this.iframe(name).elementHandle())?.contentFrame()
    if (!frame) throw new Error(`${name} has no frame`)
    return frame
  }

  /** Waits until the developer's log has a line with this text, such as a drop's reason. */
  logged(text: string | RegExp): Promise<void> {
    return this.log.getByRole('listitem').filter({ hasText: text }).last().waitFor()
  }

  /** With `clock`: puts it forward and has it stand still until `page.clock.resume()`, however busy the machine is meanwhile. */
  async stopClock(): Promise<void> {
    await this.page.clock.pauseAt((await this.page.evaluate(() => Date.now())) + 30_000)
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}
