import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openChromium } from '@pillion/testkit'
import type { Browser, Frame } from 'playwright-core'
import { makeTemporaryFolder } from '../servers/temporary-folder.ts'
import { idApp, type PortalStarted, vin } from './portal-process.ts'

/** One message, as the app's listener saw it. */
export interface Arrival {
  /** Of the message, in the order of sending. */
  readonly number: number
  /** On this process's clock: `performance.timeOrigin + performance.now()`. */
  readonly at: number
}

/** An app that does nothing but note when each message reaches its listener, in as few words as the clock allows. */
const html = `<!doctype html><title>Bench</title><script>
  var arrivals = []
  addEventListener('message', function (event) {
    if (event.data.type !== 'WebPortal.onCurrentNotificationReceived') return
    arrivals.push([event.data.value.content.number, performance.timeOrigin + performance.now()])
  })
  parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
</script>`

export async function makeAppFolder(): Promise<string> {
  const folder = join(await makeTemporaryFolder(), idApp)
  await mkdir(folder)
  await writeFile(join(folder, 'index.html'), html)
  return folder
}

/** That app, on the screen of a head unit in Chromium. */
export class ShownApp {
  readonly #browser: Browser
  readonly #frame: Frame
  /** What the frame's clock is ahead of this process's. */
  readonly #aheadMilliseconds: number

  private constructor(browser: Browser, frame: Frame, aheadMilliseconds: number) {
    this.#browser = browser
    this.#frame = frame
    this.#aheadMilliseconds = aheadMilliseconds
  }

  static async open({ httpUrl, vehiclePassword }: PortalStarted): Promise<ShownApp> {
    const browser = await openChromium()
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await page.goto(`${httpUrl}/portal/#${new URLSearchParams({ vin, password: vehiclePassword })}`)
      await page.getByRole('region', { name: 'Connected apps' }).getByRole('button', { name: idApp }).click()
      const iframe = page.locator(`iframe[title="${idApp}"]`)
      await iframe.waitFor({ state: 'visible' })
      const frame = await (await iframe.elementHandle())?.contentFrame()
      if (!frame) throw new Error('the app has no frame')
      return new ShownApp(browser, frame, await readAhead(frame))
    } catch (error) {
      await browser.close()
      throw error
    }
  }

  /** Those that have come since this was last asked. */
  async arrivals(): Promise<Arrival[]> {
    const pairs = await this.#frame.evaluate<[number, number][]>('arrivals.splice(0)')
    return pairs.map(([number, at]) => ({ number, at: at - this.#aheadMilliseconds }))
  }

  /** The page's log goes on being written, but is not drawn. */
  pauseLog(): Promise<void> {
    return this.#frame
      .page()
      .getByRole('region', { name: 'Log' })
      .getByRole('button', { name: 'Pause' })
      .click()
  }

  /** Over and over, from the panel of the page. */
  async playScenario(name: string, speed: number): Promise<void> {
    const page = this.#frame.page()
    const section = page
      .locator('details')
      .filter({ has: page.getByText('Scenario', { exact: true }) })
      .first()
    if ((await section.getAttribute('open')) === null) await section.locator('summary').click()
    await section.getByRole('combobox').first().selectOption(name)
    await section.getByLabel('Speed of the scenario').selectOption(String(speed))
    await section.getByRole('button', { name: 'Loop' }).click()
    await section.getByRole('button', { name: 'Play scenario' }).click()
  }

  /** What page and app hold after a collection: their heaps, and the nodes of the page's document and what is detached from it. */
  async readMemory(): Promise<{ heapBytes: number; elements: number }> {
    let heapBytes = 0
    let elements = 0
    for (const target of [this.#frame.page(), this.#frame]) {
      const session = await this.#frame.page().context().newCDPSession(target)
      await session.send('HeapProfiler.collectGarbage')
      heapBytes += (await session.send('Runtime.getHeapUsage')).usedSize
      elements += (await session.send('Memory.getDOMCounters')).nodes
      await session.detach()
    }
    return { heapBytes, elements }
  }

  close(): Promise<void> {
    return this.#browser.close()
  }
}

export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** From the quickest of many questions: its answer lies in the middle of asking and hearing, give or take half of that. */
async function readAhead(frame: Frame): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, ahead: 0 }
  for (let tries = 0; tries < 200; tries++) {
    const asked = now()
    const theirs = await frame.evaluate<number>('performance.timeOrigin + performance.now()')
    const heard = now()
    const took = heard - asked
    if (took < best.took) best = { took, ahead: theirs - (asked + heard) / 2 }
  }
  return best.ahead
}
