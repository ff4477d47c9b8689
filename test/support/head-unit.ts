import type { Browser, Frame, Locator, Page } from 'playwright-core'

/** Only so that a test that fails also ends. */
const patienceMilliseconds = 15_000

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
  /** Modal, about the connection or an app that did not start. */
  readonly alert: Locator
  readonly panel: Locator
  readonly log: Locator

  private constructor(page: Page) {
    this.page = page
    this.wall = page.getByRole('region', { name: 'Connected apps' })
    this.popup = page.getByRole('dialog', { name: 'INFORMATION' })
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

  async close(): Promise<void> {
    await this.page.context().close()
  }
}
