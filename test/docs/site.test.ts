import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { IssuedVehicle } from '@pillion/schema'
import { openChromium, waitUntil } from '@pillion/testkit'
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
    page.setDefaultTimeout(30_000)
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

  test('its vehicle apps show a message, the speed and answers, in a head unit', async () => {
    await admin('POST', '/partners', { uid: 'demo' })
    const [vehicle] = await admin<[IssuedVehicle]>('POST', '/vehicles', { vins: ['PILLIONDEMO000001'] })
    const { vin, password } = vehicle
    await addApp('my-app', 'docs/start/vehicle-app.md', vin)
    await addApp('parking', 'docs/guides/vehicle-apps.md', vin)
    const headUnit = await HeadUnit.open(browser, `${site}/portal/#vin=${vin}&password=${password}`)
    await headUnit.connected()
    const app = await headUnit.openApp('My app')
    await app.getByText('Speed: 0 km/h').waitFor()
    await admin('POST', '/messages', { vin, idApp: 'my-app', content: { text: 'Hello' } })
    await app.getByRole('heading', { name: 'Hello' }).waitFor()
    await app.getByRole('button', { name: 'Answer' }).dispatchEvent('click')
    await headUnit.logged(/onSendNotificationRequest|"answer":"yes"/)
    await headUnit.dock('Home').click()
    const smallest = await headUnit.openApp('parking')
    await smallest.getByText('Nothing yet').waitFor()
    await admin('POST', '/messages', { vin, idApp: 'parking', content: { free: 12 } })
    await smallest.getByText('{"free":12}').waitFor()
    await headUnit.logged(/parking.*onSendNotificationRequest/s)
    await headUnit.close()
  })

  test('its page that receives pushes receives one', async () => {
    const html =
      readPage('docs/guides/push.md').blocks.find(({ language }) => language === 'html')?.text ?? ''
    const [appID, appKey] = ['lockers01', 'lockerskey']
    await admin('POST', '/push-apps', { appID, appKey })
    const answer = await fetch(`${site}/api/apps/${appID}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-kii-appid': appID, 'x-kii-appkey': appKey },
      body: JSON.stringify({ loginName: 'mia', password: 'harbour-9' }),
    })
    assert.equal(answer.status, 201)
    const here = html
      .replaceAll('http://127.0.0.1:8080', site)
      .replace('APPID', appID)
      .replace('APPKEY', appKey)
    // From elsewhere, as a developer's page is.
    const own = createServer((_, response) => response.setHeader('content-type', 'text/html').end(here))
    await once(own.listen(0, '127.0.0.1'), 'listening')
    const receiver = await browser.newPage()
    const printed: string[] = []
    receiver.on('console', (message) => void printed.push(message.text()))
    await receiver.goto(`http://127.0.0.1:${(own.address() as AddressInfo).port}/`)
    await receiver.evaluate("receive('mia', 'harbour-9')")
    await waitUntil('a connection', () => printed.some((line) => line.startsWith('connected')))
    await admin('POST', `/push-apps/${appID}/messages`, {
      to: 'user:mia',
      data: { text: 'Your locker is open' },
    })
    await waitUntil('the message', () => printed.some((line) => line.startsWith('direct')))
    await receiver.close()
    own.close()
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

/** The app whose files are on a page, for this vehicle. */
async function addApp(idApp: string, file: string, vin: string): Promise<void> {
  const folder = makeFolder()
  for (const { title, text } of readPage(file).blocks)
    if (title !== undefined) writeFileSync(join(folder, basename(title)), text)
  await admin('POST', '/apps', { idApp, uid: 'demo' })
  await admin('PUT', `/apps/${idApp}/package`, await readPackage(folder))
  await admin('POST', `/apps/${idApp}/subscriptions`, { vins: [vin] })
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
