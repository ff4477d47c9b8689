import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { IssuedVehicle } from '@pillion/schema'
import { openChromium } from '@pillion/testkit'
import type { Browser, Page } from 'playwright-core'
import { readPackage } from '../../apps/cli/src/package-archive.ts'
import { makeFolder, startTestServer } from '../../apps/server/src/server.fixture.ts'
import { readPage } from '../../scripts/docs/page.ts'
import { HeadUnit } from '../support/head-unit.ts'

const server = await startTestServer()
const site = server.httpUrl
const pages = ['/docs/', '/docs/start/partner', '/docs/reference/configuration']

describe('the documentation as the server serves it', () => {
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  before(async () => {
    browser = await openChromium()
    page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(site) && !url.startsWith('data:')) complaints.push(`asks for ${url}`)
    })
  })
  after(() => browser?.close())

  test('shows its pages, and none is wider than the window, be it as narrow as a telephone', async () => {
    for (const width of [1_280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      for (const path of pages) {
        await page.goto(site + path)
        assert.notEqual(await page.locator('h1').first().innerText(), '404', path)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.ok(wide <= width, `${path} is ${wide} wide in a window of ${width}`)
      }
    }
  })

  test('follows the choice of dark and light', async () => {
    await page.setViewportSize({ width: 1_280, height: 800 })
    const colours = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.goto(`${site}/docs/start/partner`)
      colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
    }
    assert.notEqual(colours[0], colours[1])
  })

  test('finds a word, and leads to where it stands', async () => {
    await page.goto(`${site}/docs/start/partner`)
    await page.locator('#local-search button').click()
    await page.locator('#localsearch-input').fill('eligibility')
    await page.locator('.VPLocalSearchBox .result').first().click()
    await page.waitForURL((url) => !url.pathname.endsWith('/start/partner'))
    await page
      .locator('main')
      .getByText(/eligibility/i)
      .first()
      .waitFor()
  })

  test('its vehicle app shows a message, the speed and answers, in a head unit', async () => {
    const folder = makeFolder()
    for (const { title, text } of readPage('docs/start/vehicle-app.md').blocks) {
      if (title !== undefined) writeFileSync(join(folder, basename(title)), text)
    }
    const { vin, password } = await addApp(await readPackage(folder))
    const headUnit = await HeadUnit.open(browser, `${site}/portal/#vin=${vin}&password=${password}`)
    await headUnit.connected()
    const app = await headUnit.openApp('My app')
    await app.getByText('Speed: 0 km/h').waitFor()
    await admin('POST', '/messages', { vin, idApp: 'my-app', content: { text: 'Hello' } })
    await app.getByRole('heading', { name: 'Hello' }).waitFor()
    await app.getByRole('button', { name: 'Answer' }).dispatchEvent('click')
    await headUnit.logged(/onSendNotificationRequest|"answer":"yes"/)
    await headUnit.close()
  })

  test('leads on to the REST and AsyncAPI of this server', async () => {
    for (const path of ['/docs/rest/push', '/docs/rest/admin', '/asyncapi.json']) {
      assert.equal((await fetch(site + path)).status, 200, path)
    }
  })

  test('loads nothing from elsewhere, and the browser has nothing to say against it', () => {
    assert.deepEqual(complaints, [])
  })
})

/** An app of this package, and a vehicle that has it. */
async function addApp(archive: Uint8Array): Promise<IssuedVehicle> {
  await admin('POST', '/partners', { uid: 'demo' })
  const [vehicle] = await admin<[IssuedVehicle]>('POST', '/vehicles', { vins: ['PILLIONDEMO000001'] })
  await admin('POST', '/apps', { idApp: 'my-app', uid: 'demo' })
  await admin('PUT', '/apps/my-app/package', archive)
  await admin('POST', '/apps/my-app/subscriptions', { vins: [vehicle.vin] })
  return vehicle
}

async function admin<Result>(method: string, path: string, body: object): Promise<Result> {
  const isArchive = body instanceof Uint8Array
  const response = await fetch(`${site}/admin/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      'content-type': isArchive ? 'application/gzip' : 'application/json',
    },
    body: isArchive ? Buffer.from(body) : JSON.stringify(body),
  })
  assert.ok(response.ok, `${path} answered ${response.status}`)
  return (await response.json()) as Result
}
