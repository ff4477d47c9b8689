import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import { apps } from './apps.ts'
import { type PortalPage, Stage, vin } from './stage.ts'

describe('the head unit in a browser', { timeout: 600_000 }, () => {
  let stage: Stage
  before(async () => {
    stage = await Stage.open()
    await stage.addApp('recorder', apps.recorder, { name: 'Recorder', drivingMode: true })
    await stage.addApp('plain', apps.plain, { name: 'Plain' })
    await stage.addApp('silent', apps.silent, { name: 'Silent' })
    for (const number of [4, 5, 6, 7])
      await stage.addApp(`app-${number}`, apps.plain, { name: `App ${number}` })
  })
  afterEach(() => stage.closePages())
  after(() => stage.close())

  const open = (options = {}) => stage.openPage(options)
  const focusedText = (portal: PortalPage) =>
    portal.page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
    )

  describe('signing in', () => {
    test('takes the credentials out of the address at once and has them again after a reload', async () => {
      const { page } = await open()
      assert.equal(new URL(page.url()).hash, '')
      await page.reload()
      await page.locator('.signal.is-connected').waitFor()
      assert.match((await page.locator('.vehicle-name').textContent()) ?? '', new RegExp(vin))
    })

    test('says that VIN and password do not fit, and keeps the VIN', async () => {
      const { page } = await open({ signedIn: false })
      await page.fill('[name=vin]', vin)
      await page.fill('[name=password]', 'not-it')
      await page.keyboard.press('Enter')
      assert.match(
        (await page.getByRole('alert').textContent()) ?? '',
        /no vehicle with this VIN and password/,
      )
      assert.equal(await page.inputValue('[name=vin]'), vin)
    })

    test('says what is wrong with a VIN before asking the server (W 2.3)', async () => {
      const { page } = await open({ signedIn: false })
      await page.fill('[name=vin]', 'TOO-SHORT')
      await page.fill('[name=password]', 'any')
      await page.keyboard.press('Enter')
      assert.match((await page.getByRole('alert').textContent()) ?? '', /17 letters and digits/)
    })

    test('asks a server that is away again by itself', async () => {
      const portal = await open({ signedIn: false })
      let asked = 0
      await portal.page.route('**/portal/api/vehicle', (route) =>
        asked++ < 1 ? route.abort() : route.continue(),
      )
      await portal.page.fill('[name=vin]', vin)
      await portal.page.fill('[name=password]', stage.password)
      await portal.page.keyboard.press('Enter')
      await portal.page.getByText('The server is away').waitFor()
      await portal.connected()
    })

    test('signing out forgets the vehicle', async () => {
      const portal = await open()
      await portal.button('Sign out').click()
      await portal.page.reload()
      await portal.page.getByText('Start the head unit').waitFor()
    })
  })

  describe('the connection', () => {
    test('a vehicle opened elsewhere says so and can be taken back, and the other then says so (W 1)', async () => {
      const first = await open()
      const second = await open()
      await first.page.getByText('This vehicle is open elsewhere').waitFor()
      assert.equal(await first.page.locator('.chip').textContent(), 'Open elsewhere')
      await first.button('Use here').click()
      await first.connected()
      await second.page.getByText('This vehicle is open elsewhere').waitFor()
      await first.page.locator('.notice').waitFor({ state: 'detached' })
    })

    test('a new app appears on the wall by itself (W 4.2 row 1)', async () => {
      const { page } = await open()
      await stage.addApp('latecomer', apps.plain, { name: 'Latecomer' })
      await page.locator('.apps').getByText('latecomer').waitFor()
      await stage.server.fleet.unsubscribeVehicles('latecomer', [vin])
      await page.locator('.apps').getByText('latecomer').waitFor({ state: 'detached' })
    })

    test('a tunnel and Private mode are shown, and the end of both (W 9.2, 9.3)', async () => {
      const portal = await open()
      const { page } = portal
      await page.getByRole('switch', { name: 'Network' }).uncheck()
      await page.getByText('No network').waitFor()
      await page.getByRole('switch', { name: 'Network' }).check()
      await portal.connected()
      await portal.choose('Private')
      await page.getByText('Private mode').waitFor()
      await portal.choose('Public')
      await portal.connected()
    })
  })

  describe('apps on screen', () => {
    const screens = [
      { screenClass: 'SD', screen: [800, 480], area: [0, 55, 800, 363] },
      { screenClass: 'HD', screen: [1280, 768], area: [0, 88, 1280, 582] },
      { screenClass: 'WHD', screen: [1920, 720], area: [320, 0, 1280, 620] },
    ]
    for (const { screenClass, screen, area } of screens) {
      test(`an app gets its exact pixels on ${screenClass} (W 11.5)`, async () => {
        const portal = await open()
        await portal.choose(screenClass)
        const frame = await portal.openApp('plain')
        await frame.waitForFunction(`innerWidth === ${area[2]} && innerHeight === ${area[3]}`)
        const box = (selector: string) =>
          portal.page.locator(selector).evaluate((element: HTMLElement) => {
            const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = element
            return [offsetLeft, offsetTop, offsetWidth, offsetHeight]
          })
        assert.deepEqual(await box('.area'), area)
        assert.deepEqual((await box('.screen')).slice(2), screen)
      })
    }

    test('the frame is sandboxed and sends no referrer (W 11.4)', async () => {
      const portal = await open()
      await portal.openApp('plain')
      const attributes = await portal.page.locator('iframe').evaluate((frame: HTMLIFrameElement) => ({
        sandbox: frame.getAttribute('sandbox'),
        allow: frame.getAttribute('allow'),
        referrerpolicy: frame.getAttribute('referrerpolicy'),
      }))
      assert.deepEqual(attributes, {
        sandbox: 'allow-scripts allow-same-origin allow-forms',
        allow: '',
        referrerpolicy: 'no-referrer',
      })
    })

    test('a hidden app keeps running in its place, with a check mark on the wall (W 4.2)', async () => {
      const portal = await open()
      const frame = await portal.openApp('recorder')
      await portal.button('Home').click()
      await portal.page.locator('.tile[data-app=recorder] .tile-check').waitFor()
      const before = Number(await frame.evaluate('ticks'))
      await frame.waitForFunction(`ticks > ${before + 10}`, undefined, { polling: 50 })
      assert.equal(await frame.evaluate('innerWidth'), 1280)
      await portal.openApp('recorder')
      assert.deepEqual(
        ((await frame.evaluate('seen')) as { type: string }[]).map(({ type }) => type),
        ['WebPortal.onApplicationHide', 'WebPortal.onApplicationShow'],
      )
    })

    test('another module takes the screen and gives it back (W 4.2 rows 7, 9)', async () => {
      const portal = await open()
      await portal.openApp('recorder')
      await portal.button('Navigation').click()
      await portal.page.getByRole('region', { name: 'Navigation' }).waitFor()
      assert.equal(await portal.page.locator('iframe.is-shown').count(), 0)
      await portal.button('Media').click()
      await portal.page.getByRole('region', { name: 'Media' }).waitFor()
      await portal.button('Apps').click()
      await portal.page.locator('iframe[data-app=recorder].is-shown').waitFor()
    })

    test('messages reach a shown app, and wait for a hidden one until it asks (W 6.1, 6.2)', async () => {
      const portal = await open()
      const frame = await portal.openApp('recorder')
      await stage.send({ idApp: 'recorder', content: 'shown' })
      await frame.waitForFunction(`seen.some(function (m) { return m.value && m.value.content === 'shown' })`)
      await portal.button('Home').click()
      await stage.send({ idApp: 'recorder', content: 'hidden' })
      await portal.page.locator('.apps').getByText('1 pending').waitFor()
      assert.deepEqual(
        await frame.evaluate(
          `WebPortal.getPendingNotifications('recorder').map(function (m) { return m.content })`,
        ),
        ['hidden'],
      )
      await portal.page.locator('.apps').getByText('pending').waitFor({ state: 'detached' })
    })

    test('an app that never announces itself ends in a message after 10 s, and can be tried again (W 4.2 row 4)', async () => {
      const portal = await open({ clock: true })
      const { page } = portal
      await page.locator('.tile[data-app=silent]').click()
      await page.getByText('Starting Silent…').waitFor()
      await page.clock.fastForward(10_000)
      await page.getByRole('alertdialog').getByText('Silent did not start within 10 s.').waitFor()
      assert.equal(await page.locator('iframe').count(), 0)
      assert.equal(await focusedText(portal), 'Try again')
      await page.keyboard.press('Enter')
      await page.getByText('Starting Silent…').waitFor()
    })

    test('while driving, an app is covered unless it supports it (W 9.1)', async () => {
      const portal = await open()
      const overlay = portal.page.getByText('Eyes on the road')
      await portal.openApp('plain')
      await portal.drive(5)
      assert.equal(await overlay.count(), 0)
      await portal.drive(6)
      await overlay.waitFor()
      await portal.button('Home').click()
      await portal.openApp('recorder')
      assert.equal(await overlay.count(), 0)
    })

    test('the developer can reload the app: a new document starts in its place (W 4.2 row 10)', async () => {
      const portal = await open()
      const frame = await portal.openApp('recorder')
      await frame.evaluate('seen.push("old document")')
      await portal.button('Reload the app').click()
      await portal.page.getByText('Starting Recorder…').waitFor()
      await portal.page.locator('iframe[data-app=recorder].is-shown').waitFor()
      assert.deepEqual(await (await portal.frameOf('recorder')).evaluate('seen'), [])
    })
  })

  describe('popups', () => {
    test('a popup is modal over any module, in the layout of W 7.1, and gives the focus back', async () => {
      const portal = await open()
      const { page } = portal
      await portal.button('Media').click()
      await portal.button('Play').click()
      await portal.button('Pause').first().focus()
      await stage.send({ idApp: 'plain', popup: 'First line\nsecond line' })
      const popup = page.getByRole('dialog', { name: 'INFORMATION' })
      await popup.waitFor()
      assert.equal(await popup.locator('.popup-text').textContent(), 'First line\nsecond line')
      assert.equal(await focusedText(portal), 'Ok')
      assert.equal(await page.locator('.screen-content').getAttribute('inert'), '')
      const [back, text, ok, whole] = await Promise.all(
        ['.popup-return', '.popup-text p', '.popup .key', '.popup'].map((selector) =>
          page.locator(selector).boundingBox(),
        ),
      )
      assert.ok(back && text && ok && whole)
      const middle = (box: { x: number; width: number }) => Math.round(box.x + box.width / 2)
      assert.ok(back.x < whole.x + whole.width / 4 && back.y < text.y, 'Return arrow top left')
      assert.equal(middle(text), middle(whole))
      assert.equal(middle(ok), middle(whole))
      assert.ok(ok.y > text.y + text.height, 'Ok below the text')
      await page.keyboard.press('Escape')
      await popup.waitFor({ state: 'detached' })
      assert.equal(await focusedText(portal), 'Pause')
      await page.locator('.log-text').getByText('cancel').waitFor()
    })

    test('a popup whose text is too long says that there is more, and keys lead to its end (W 7.1)', async () => {
      const portal = await open()
      const { page } = portal
      await stage.send({ idApp: 'plain', popup: 'A line\n'.repeat(40) })
      const more = page.locator('.popup-more')
      await more.click()
      assert.ok((await page.locator('.popup-text').evaluate((box) => box.scrollTop)) > 0)
      await page.keyboard.press('End')
      await more.waitFor({ state: 'detached' })
      await page.keyboard.press('ArrowUp')
      await more.waitFor()
      assert.equal(await focusedText(portal), 'Ok')
    })

    test('a popup leaves the focus to whoever works in the tools beside the screen', async () => {
      const portal = await open()
      const filter = portal.page.getByPlaceholder(/Filter/)
      await filter.focus()
      await stage.send({ idApp: 'plain', popup: 'Now' })
      const popup = portal.page.getByRole('dialog', { name: 'INFORMATION' })
      await popup.waitFor()
      await portal.page.keyboard.type('c d')
      assert.equal(await filter.inputValue(), 'c d')
      assert.equal(await popup.count(), 1)
    })

    test('a popup without a button has only the Return arrow, and starts with the focus there (W 3.2)', async () => {
      const portal = await open()
      await stage.send({ idApp: 'plain', popup: 'Only to be read', button: false })
      await portal.page.getByRole('dialog').waitFor()
      assert.equal(await portal.page.getByRole('dialog').getByRole('button').count(), 1)
      assert.equal(await focusedText(portal), 'Return')
    })

    test('Enter on Ok opens the app (W 6.3)', async () => {
      const portal = await open()
      await stage.send({ idApp: 'plain', popup: 'Open it?' })
      await portal.page.getByRole('dialog').waitFor()
      await portal.page.keyboard.press('Enter')
      await portal.page.locator('iframe[data-app=plain].is-shown').waitFor()
    })
  })

  describe('the keyboard', () => {
    test('Escape leads back to the wall, H too, but not while somebody types', async () => {
      const portal = await open()
      const { page } = portal
      const shown = page.locator('iframe.is-shown')
      await portal.openApp('plain')
      await page.keyboard.press('Escape')
      await shown.waitFor({ state: 'detached' })
      await portal.openApp('plain')
      await page.getByRole('searchbox').focus()
      await page.keyboard.press('h')
      assert.equal(await page.getByRole('searchbox').inputValue(), 'h')
      assert.equal(await shown.count(), 1)
      await page.locator('.section summary').first().focus()
      await page.keyboard.press('h')
      await shown.waitFor({ state: 'detached' })
    })

    test('arrows walk the wall, over the edge to the next page, and Enter opens (W 11.5)', async () => {
      const portal = await open()
      const { page } = portal
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key)
      assert.equal(await page.evaluate('document.activeElement.dataset.app'), 'silent')
      await page.keyboard.press('ArrowRight')
      await page
        .getByRole('button', { name: 'Page 2 of 2' })
        .and(page.locator('[aria-current=page]'))
        .waitFor()
      assert.equal(await page.evaluate('document.activeElement.dataset.app'), 'app-7')
      await page.keyboard.press('Enter')
      await page.locator('iframe[data-app=app-7].is-shown').waitFor()
    })

    test('who leaves an app finds the focus on its tile, also on another page and from the Home button', async () => {
      const portal = await open()
      const { page } = portal
      const focusedApp = () => page.evaluate(`document.activeElement.dataset.app`)
      await stage.send({ idApp: 'app-7', popup: 'Open it?' })
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Enter')
      await page.locator('iframe[data-app=app-7].is-shown').waitFor()
      await page.keyboard.press('Escape')
      await page.locator('.tile[data-app=app-7]').waitFor()
      assert.equal(await focusedApp(), 'app-7')
      await page.keyboard.press('ArrowLeft')
      await page.locator('.tile[data-app=silent]').waitFor()
      assert.equal(await focusedApp(), 'silent')
      await portal.openApp('plain')
      await portal.button('Home').click()
      await page.locator('.tile[data-app=plain]').waitFor()
      assert.equal(await focusedApp(), 'plain')
    })

    test('leaving an app takes the focus from nobody who is at work in the tools', async () => {
      const portal = await open()
      await portal.openApp('plain')
      await portal.page.locator('.section summary').first().focus()
      await portal.page.keyboard.press('h')
      await portal.page.locator('.tile[data-app=plain]').waitFor()
      assert.equal(await portal.page.evaluate('document.activeElement.tagName'), 'SUMMARY')
    })
  })

  describe('hostile and broken apps', () => {
    test('a flood of messages is dropped unread past a burst, named, and the page stays alive', async () => {
      const portal = await open()
      const frame = await portal.openApp('plain')
      await frame.evaluate(`for (var i = 0; i < 5000; i++) parent.postMessage({ type: 'flood' }, '*')`)
      await portal.button('Home').click()
      await portal.page.locator('.drops').getByText('frame_flood').waitFor()
      await portal.page.waitForFunction(() => Number(document.querySelector('.drops b')?.textContent) > 3000)
      await portal.page
        .locator('.kind-dropped')
        .getByText(/\d+ messages of the app dropped/)
        .first()
        .waitFor()
    })

    test('a frame that shows another app’s document speaks for nobody', async () => {
      const portal = await open()
      await portal.openApp('plain')
      // The page does it here: a browser that knows Connection-Allowlist does not let the app.
      await portal.page.evaluate(() => {
        for (const frame of document.querySelectorAll('iframe'))
          frame.src = frame.src.replaceAll('plain', 'recorder')
      })
      await portal.page.locator('.drops').getByText('frame_origin_other').waitFor()
    })

    const elsewhere = [
      ['away, which the policy blocks', 'https://away.example/'],
      ['to a page without the frame script', 'about:blank'],
    ]
    for (const [where, url] of elsewhere) {
      test(`an app that navigates itself ${where}, is closed with a message`, async () => {
        const portal = await open()
        const frame = await portal.openApp('plain')
        await frame.evaluate(`void setTimeout(function () { location.href = '${url}' })`)
        const alert = portal.page.getByRole('alertdialog')
        await alert.getByText('Plain went to a page that cannot be shown.').waitFor()
        assert.equal(await portal.page.locator('iframe').count(), 0)
        await portal.page.locator('.apps li[data-state=installed]').getByText('plain').waitFor()
        await alert.getByRole('button', { name: 'Try again' }).click()
        await portal.page.locator('iframe[data-app=plain].is-shown').waitFor()
      })
    }

    test('an app that navigates itself away before it has loaded is closed, too', async () => {
      const portal = await open()
      await stage.addApp('hasty', apps.hasty, { name: 'Hasty' })
      await portal.page.locator('.apps').getByText('hasty').waitFor()
      await portal.button('Start Hasty').click()
      const alert = portal.page.getByRole('alertdialog')
      await alert.getByText('Hasty went to a page that cannot be shown.').waitFor()
      await stage.server.fleet.unsubscribeVehicles('hasty', [vin])
    })

    test('an app that reloads itself again and again, or goes to a page of its own, is not closed (W 4.2 row 12)', async () => {
      const portal = await open()
      const frame = await portal.openApp('plain')
      for (const step of ['location.reload()', 'location.reload()', `location.href = '?page=2'`]) {
        await frame.evaluate(`old = true, void setTimeout(function () { ${step} })`)
        await frame.waitForFunction(`typeof old === 'undefined' && document.readyState === 'complete'`)
      }
      // Longer than the page doubts.
      await frame.waitForFunction('performance.now() > 1500')
      assert.equal(await portal.page.locator('iframe[data-app=plain].is-shown').count(), 1)
    })

    test('what an app logs and what fails in it is in the log (W 11.4)', async () => {
      const portal = await open()
      const frame = await portal.openApp('plain')
      await frame.evaluate(
        `console.warn('mind the gap'); setTimeout(function () { throw new Error('mind the step') })`,
      )
      await portal.page.locator('.log-text').getByText('mind the gap').waitFor()
      await portal.page.locator('.log-text').getByText('Error: mind the step').waitFor()
    })

    test('alert does not stop the page (W 11.4)', async () => {
      const portal = await open()
      const frame = await portal.openApp('plain')
      portal.page.on('dialog', () => assert.fail('a dialog of the browser appeared'))
      await frame.evaluate(`alert('hello')`)
      await portal.page.locator('.log-text').getByText('alert: hello').waitFor()
    })

    test('an app can store (W 4.2)', async () => {
      const portal = await open()
      const frame = await portal.openApp('plain')
      assert.equal(
        await frame.evaluate(`localStorage.setItem('kept', 'yes'), localStorage.getItem('kept')`),
        'yes',
      )
    })
  })

  describe('the log', () => {
    test('can be filtered, opened, paused and cleared', async () => {
      const portal = await open()
      const { page } = portal
      await portal.openApp('recorder')
      await stage.send({ idApp: 'recorder', content: 'a needle in here' })
      await page.getByRole('searchbox').fill('needle')
      const line = page.locator('button.log-line').first()
      await line.click()
      assert.match((await page.locator('.log-row pre').textContent()) ?? '', /"content": "a needle in here"/)
      await page.getByRole('searchbox').fill('')
      await page.locator('.log').getByRole('button', { name: 'Pause' }).click()
      const rows = await page.locator('.log-row').count()
      await portal.button('Home').click()
      await page.locator('.log-count').getByText('more').waitFor()
      assert.equal(await page.locator('.log-row').count(), rows)
      await page.locator('.log').getByRole('button', { name: 'Resume' }).click()
      await page.locator('.log-text').getByText('WebPortal.onApplicationHide').waitFor()
      await page.locator('.log').getByRole('button', { name: 'Clear' }).click()
      await page.getByText('Nothing to show.').waitFor()
    })

    test('a row that is opened stays where it is while others come, until the latest are asked for', async () => {
      const portal = await open()
      const { page } = portal
      const frame = await portal.openApp('plain')
      await page.locator('button.log-line').last().click()
      const detail = page.locator('.log-row pre')
      await detail.waitFor()
      const before = await detail.boundingBox()
      await frame.evaluate(`for (var i = 0; i < 8; i++) console.log('line ' + i + ' word'.repeat(400))`)
      await page.locator('.log-text').getByText('line 7').waitFor({ state: 'attached' })
      assert.deepEqual(await detail.boundingBox(), before)
      await page.getByRole('button', { name: 'Latest' }).click()
      await page.waitForFunction(() => {
        const rows = document.querySelector('.log-rows')
        return rows && rows.scrollHeight - rows.scrollTop - rows.clientHeight < 2
      })
    })
  })

  test('the log stays at its end after rows of several lines', async () => {
    const portal = await open()
    const frame = await portal.openApp('plain')
    const rest = () =>
      portal.page
        .locator('.log-rows')
        .evaluate((rows) => rows.scrollHeight - rows.scrollTop - rows.clientHeight)
    for (const round of [1, 2]) {
      await frame.evaluate(
        `for (var i = 0; i < 8; i++) console.log('round ${round} ' + i + ' word'.repeat(400))`,
      )
      await portal.page.locator('.log-text').getByText(`round ${round} 7`).waitFor()
      // A frame later, when the browser has laid out what came into sight.
      await portal.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
      )
      assert.ok((await rest()) < 2, `round ${round}: ${await rest()} px short`)
    }
  })

  test('apps are called what they are in the language, and are there where they are offered (W 11.2)', async () => {
    const portal = await open()
    const { page } = portal
    const tile = page.locator('.tile[data-app=plain] .tile-name')
    const was = (await tile.textContent()) ?? ''
    await stage.server.fleet.changeApp('plain', { names: { de: 'Schlicht' }, countries: ['GB', 'DE', 'FR'] })
    await page.getByLabel('Language').selectOption('de-DE')
    await page.locator('.tile-name', { hasText: 'Schlicht' }).waitFor()
    await page.getByLabel('Language').selectOption('es-ES')
    await tile.waitFor({ state: 'detached' })
    await page.locator('.apps').getByText('not offered in this country').waitFor()
    await stage.server.fleet.changeApp('plain', { names: {}, countries: [] })
    await page.locator('.tile-name', { hasText: was }).waitFor()
    await page.getByLabel('Language').selectOption('en-GB')
  })

  test('a recording goes on after a reload, and notes of a scenario are in the log (W 10)', async () => {
    const portal = await open()
    const { page } = portal
    await page.locator('summary', { hasText: 'Scenario' }).click()
    await portal.button('Record').click()
    await portal.drive(30)
    const stop = page.getByRole('button', { name: 'Stop and download' })
    await page.reload()
    await stop.waitFor()
    await portal.button('Paste YAML…').click()
    const yaml = 'name: A\nsteps: [{ at: 0, note: Down the ramp, set: { speedKmh: 8 } }]'
    await page.getByLabel('Scenario as YAML').fill(yaml)
    await portal.button('Take it').click()
    await portal.button('Play scenario').click()
    await page.locator('.kind-scenario_note', { hasText: '0:00 Down the ramp' }).waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), stop.click()])
    const recorded = await readFile(await download.path(), 'utf8')
    assert.match(recorded, /speedKmh: 30\n[\s\S]*speedKmh: 8\n/)
    await portal.drive(0)
  })

  test('nothing on the page breaks its content security policy', async () => {
    const portal = await open()
    await portal.openApp('plain')
    assert.deepEqual(portal.violations, [])
  })

  test('on a narrow window the tools are out of the way until they are asked for', async () => {
    const portal = await open({ width: 700, height: 800 })
    assert.equal(await portal.page.locator('.tools').count(), 0)
    await portal.button('Developer tools').click()
    await portal.page.getByRole('complementary', { name: 'Developer panel' }).waitFor()
  })

  test('a window made narrow puts the tools away, and has them again when it is wide', async () => {
    const { page } = await open()
    await page.locator('.tools').waitFor({ state: 'attached' })
    await page.setViewportSize({ width: 400, height: 800 })
    await page.locator('.tools').waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('.signal.is-connected').waitFor()
    assert.equal(await page.locator('.tools').count(), 0)
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.locator('.tools').waitFor({ state: 'attached' })
  })
})
