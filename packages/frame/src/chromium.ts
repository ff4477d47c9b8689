import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { defaultVehicleSignals, type FrameState, type HostToFrame } from '@pillion/schema'
import { openChromium } from '@pillion/testkit'
import type { Browser, Frame, Page } from 'playwright-core'
import { build } from 'vite'
import { encodeFrameName } from './index.ts'

export const state: FrameState = {
  ...defaultVehicleSignals,
  popupDisplayed: false,
  virtualKeyboard: false,
  pendingErrorThrows: false,
  pendingMax: 10,
  idApp: 'demo',
  launched: false,
  vin: '0123456789ABCDEFG',
  online: true,
  focus: true,
  speedKmh: 42.4,
  driving: true,
  language: 'fr-FR',
  country: 'France',
}

/** What an app's page looks like when the server hands it out: the frame script before anything of its own. */
function wrap(html: string): string {
  return `<!doctype html><html><head><script src="/frame.js"></script></head><body>${html}</body></html>`
}

/** The script as `vite build` makes it, from the sources as they are now. */
async function buildScript(): Promise<string> {
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url))
  const result = await build({ configFile, logLevel: 'error', build: { write: false } })
  const [output] = [result].flat()
  if (!output || !('output' in output)) throw new Error('vite did not build the frame script')
  return output.output[0].code
}

/**
 * A real Chromium with a host page on one origin and one app on another, for the tests of this package.
 * The host page records what it gets in `received`.
 */
export class TestBrowser {
  readonly script: string
  #browser: Browser
  #server: ReturnType<typeof createServer>
  #appHtml = ''
  #page: Page | undefined

  constructor(browser: Browser, script: string) {
    this.script = script
    this.#browser = browser
    this.#server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const isScript = request.url === '/frame.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
      const hostPage = `<script>received = []; onmessage = (event) => received.push(event.data)</script>`
      response.end(isScript ? script : request.url === '/app.html' ? wrap(this.#appHtml) : hostPage)
    })
  }

  static async open(): Promise<TestBrowser> {
    const browser = await openChromium()
    const test = new TestBrowser(browser, await buildScript())
    await new Promise<void>((resolve) => test.#server.listen(0, '127.0.0.1', resolve))
    return test
  }

  /** Opens the app in a frame of the host page; the one opened before is closed, for each has processes of its own. */
  async openApp(appHtml: string, given: FrameState = state): Promise<TestApp> {
    this.#appHtml = appHtml
    await this.#page?.close()
    const page = await this.#browser.newPage()
    this.#page = page
    await page.goto(`http://127.0.0.1:${this.#port}/`)
    await page.evaluate(
      ({ url, name }) =>
        new Promise((resolve) => {
          const frame = document.createElement('iframe')
          frame.name = name
          frame.src = url
          frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms')
          frame.onload = resolve
          document.body.append(frame)
        }),
      { url: `http://demo.pillion.localhost:${this.#port}/app.html`, name: encodeFrameName(given) },
    )
    return new TestApp(page)
  }

  async openAlone(appHtml: string): Promise<Page> {
    this.#appHtml = appHtml
    const page = await this.#browser.newPage()
    await page.goto(`http://demo.pillion.localhost:${this.#port}/app.html`)
    return page
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port
  }
}

export class TestApp {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  get frame(): Frame {
    const frame = this.page.frames()[1]
    if (!frame) throw new Error('the app has no frame')
    return frame
  }

  /** Runs an expression in the app, as a sloppy script would. */
  run(expression: string): Promise<unknown> {
    return this.frame.evaluate(expression)
  }

  /** Posts to the app in order and returns when it has handled the last; the app sees a final `{type: 'end'}`. */
  async post(...messages: (HostToFrame | Record<string, unknown>)[]): Promise<void> {
    await this.run(`ended = new Promise(function (resolve) {
      addEventListener('message', function (event) { if (event.data.type === 'end') resolve() })
    }), 0`)
    await this.page.evaluate(
      (messages) => {
        for (const message of messages) window.frames[0]?.postMessage(message, '*')
      },
      [...messages, { type: 'end' }],
    )
    await this.run('ended')
  }

  /** A frame of another origin beside the app's. */
  async addNeighbour(): Promise<Frame> {
    await this.page.evaluate(() => {
      const frame = document.createElement('iframe')
      frame.src = `http://neighbour.pillion.localhost:${location.port}/`
      document.body.append(frame)
      return new Promise((resolve) => {
        frame.onload = resolve
      })
    })
    const frame = this.page.frames().find((frame) => frame.url().includes('neighbour'))
    if (!frame) throw new Error('the neighbour has no frame')
    return frame
  }

  /**
   * What the host page got since the last call, but for `ready` and `loaded`. Messages between processes take their time, so
   * this waits for one that the app posts now.
   */
  async told(): Promise<unknown[]> {
    await this.run(`parent.postMessage({ type: 'end' }, '*')`)
    await this.page.waitForFunction(`received.some(function (message) { return message.type === 'end' })`)
    const told = (await this.page.evaluate('received.splice(0)')) as { pillion?: string; type?: string }[]
    return told.filter(({ pillion, type }) => type !== 'end' && pillion !== 'ready' && pillion !== 'loaded')
  }

  received(): Promise<unknown[]> {
    return this.page.evaluate('received')
  }

  reload(): Promise<unknown> {
    return Promise.all([this.frame.waitForNavigation({ waitUntil: 'load' }), this.run('location.reload()')])
  }
}
