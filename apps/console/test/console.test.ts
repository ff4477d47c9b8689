import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import type { OperatorLink } from '@pillion/schema'
import { Secret, TOTP } from 'otpauth'
import { type ConsolePage, oldPartner, password, Stage, startConsoleServer, vin } from './stage.ts'

describe('the console in a browser', { timeout: 600_000 }, () => {
  let stage: Stage
  before(async () => {
    stage = await Stage.open()
    await stage.addOperator('ann', 'admin')
    await stage.addOperator('vic', 'viewer')
  })
  afterEach(() => stage.closePages())
  after(() => stage.close())

  const placeOf = ({ page }: ConsolePage) => new URL(page.url()).hash
  const rowOf = ({ page }: ConsolePage, text: string) => page.locator('tbody tr', { hasText: text })

  describe('signing in', () => {
    test('a one-time link makes an operator, leaves the address at once and works once', async () => {
      const { url } = (await stage.ask('POST', '/operators/link')) as OperatorLink
      const place = new URL(url).hash
      const first = await stage.openPage({ place })
      assert.equal(placeOf(first), '#/')
      await first.page.getByLabel('Name').fill('olga')
      await first.page.getByLabel('Password', { exact: true }).fill(password)
      await first.page.getByLabel('Password again').fill(password)
      await first.button('Make account').click()
      await first.page.getByText('olga').waitFor()
      assert.equal(await first.page.locator('.who .tag').textContent(), 'admin')

      const second = await stage.openPage({ place })
      for (const label of ['Name', 'Password', 'Password again'])
        await second.page.getByLabel(label, { exact: true }).fill(label === 'Name' ? 'eve' : password)
      await second.button('Make account').click()
      assert.match((await second.page.getByRole('alert').textContent()) ?? '', /LINK_REFUSED/)
    })

    test('wrong credentials are refused without saying which, and the name stays', async () => {
      const { page } = await stage.openPage()
      await page.getByLabel('Name').fill('ann')
      await page.getByLabel('Password').fill('not the password')
      await page.keyboard.press('Enter')
      assert.match((await page.getByRole('alert').textContent()) ?? '', /SIGN_IN_REFUSED/)
      assert.equal(await page.getByLabel('Name').inputValue(), 'ann')
    })

    test('a session that ends leads to the sign-in, and from there back to where one was', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/operators/vic?search=vi' })
      await ann.page.getByRole('heading', { name: 'vic' }).waitFor()
      await ann.page.context().clearCookies()
      await ann.button('Change role…').click()
      await ann.page.getByRole('radio', { name: /^operator/ }).check()
      await ann.button('Change role').click()
      await ann.page.getByText('Your session has ended').waitFor()
      await ann.signIn('ann')
      await ann.page.getByRole('heading', { name: 'vic' }).waitFor()
      assert.equal(placeOf(ann), '#/operators/vic?search=vi')
    })

    test('signing out ends the session at the server and forgets the place', async () => {
      const ann = await stage.openPage({ place: '#/connections' })
      await ann.signIn('ann')
      const cookies = await ann.page.context().cookies()
      assert.equal(cookies.length, 1)
      const cookie = `${cookies[0]?.name}=${cookies[0]?.value}`
      await ann.button('Sign out').click()
      await ann.page.getByRole('heading', { name: 'Console' }).waitFor()
      assert.equal(placeOf(ann), '#/')
      const answer = await fetch(`${stage.server.httpUrl}/admin/v1/session`, { headers: { cookie } })
      assert.equal(answer.status, 401)
    })
  })

  describe('the page', () => {
    const ask = (path: string) => fetch(stage.server.httpUrl + path, { redirect: 'manual' })

    test('is served with its own policy, into no frame, and its parts to be kept for good', async () => {
      const bare = await ask('/console')
      assert.deepEqual([bare.status, bare.headers.get('location')], [302, '/console/'])
      const page = await ask('/console/')
      const policy = page.headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|blob:|https?:/)
      assert.equal(page.headers.get('x-frame-options'), 'DENY')
      assert.equal(page.headers.get('cache-control'), 'no-cache')
      const [, script = ''] = /src="([^"]+)"/.exec(await page.text()) ?? []
      const asset = await ask(script)
      assert.equal(asset.status, 200)
      assert.match(asset.headers.get('cache-control') ?? '', /immutable/)
      assert.deepEqual(
        [(await ask('/console/none')).status, (await ask('/console/assets/none.js')).status],
        [404, 404],
      )
    })

    test('asks nobody but its own server', async () => {
      const ann = await stage.openPage({ name: 'ann' })
      const asked = new Set<string>()
      ann.page.on('request', (request) => asked.add(new URL(request.url()).origin))
      await ann.page.reload()
      await ann.signedIn()
      assert.deepEqual([...asked], [stage.server.httpUrl])
    })

    test('carries no schemas of REST, as little as the head unit does: they are the server’s', async () => {
      for (const path of ['/console/', '/portal/']) {
        const html = await (await fetch(new URL(path, stage.server.httpUrl))).text()
        const scripts = [...html.matchAll(/<script [^>]*src="([^"]+)"/g)].map(([, src = '']) => src)
        assert.ok(scripts.length > 0)
        for (const src of scripts) {
          const script = await (await fetch(new URL(src, stage.server.httpUrl))).text()
          // What TypeBox writes into each of its schemas.
          assert.doesNotMatch(script, /~kind/, src)
        }
      }
    })
  })

  describe('every screen', () => {
    test('opens with what the server has, without an error, and shuts nobody out: light and dark', async () => {
      const ann = await stage.openPage({ name: 'ann' })
      const screens = await ann.listScreens()
      assert.ok(screens.length >= 15, `${screens.length} screens`)
      for (const place of screens) {
        await ann.look('dark')
        // Many rows that are alike only take time.
        await ann.go(place === '#/settings' ? '#/settings?from=changed' : place)
        assert.deepEqual(await ann.page.locator('.fault').allTextContents(), [], place)
        assert.deepEqual(await ann.findBarriers(place === screens[0] ? 'body' : 'main'), [], `${place}, dark`)
        await ann.look('light')
        // Only the colours differ.
        assert.deepEqual(
          await ann.findBarriers('main', { runOnly: ['color-contrast'] }),
          [],
          `${place}, light`,
        )
      }
      assert.deepEqual(ann.errors, [])
    })

    test('fits a phone of 360 pixels, with the menu over it', async () => {
      const ann = await stage.openPage({ name: 'ann', width: 360, height: 740 })
      for (const place of [...(await ann.listScreens()), `#/vehicles/${vin}`, '#/partners/demo']) {
        await ann.go(place)
        const width = await ann.page.evaluate(() => document.documentElement.scrollWidth)
        assert.ok(width <= 360, `${place} is ${width} pixels wide`)
        const cut = await ann.page
          .locator('.table-frame')
          .evaluateAll((frames) => frames.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth))
        assert.equal(cut.length, 0, `a table of ${place} is cut at its right edge`)
      }
      // Rows that became cards are rows as before.
      const messages = ann.page.getByRole('table', { name: 'Messages' })
      await messages.getByRole('columnheader', { name: 'From → to' }).waitFor({ state: 'attached' })
      await messages.getByRole('cell', { name: vin }).first().waitFor()
      assert.deepEqual(await ann.findBarriers('main'), [])
      await ann.button('Menu').click()
      await ann.page.getByRole('link', { name: 'Connections' }).click()
      await ann.page.getByRole('heading', { name: 'Connections' }).waitFor()
      await ann.page.locator('.menu').waitFor({ state: 'hidden' })
    })

    test('shows a viewer nothing that changes something, and the server refuses it', async () => {
      const vic = await stage.openPage({ name: 'vic' })
      const screens = await vic.listScreens()
      assert.ok(!screens.includes('#/operators') && !screens.includes('#/audit'))
      for (const place of [
        ...screens,
        '#/vehicles',
        `#/vehicles/${vin}`,
        '#/partners/demo',
        '#/apps/tyres',
      ]) {
        await vic.go(place)
        const names = await vic.page
          .locator('main button')
          .evaluateAll((buttons) =>
            buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent),
          )
        assert.deepEqual(
          names.filter((name) => !harmless.test(name ?? '')),
          [],
          place,
        )
      }
      for (const [method, path] of [
        ['POST', '/partners'],
        ['DELETE', '/connections/any'],
        ['POST', '/operators'],
        ['GET', '/operators'],
        ['GET', '/audit'],
      ] as const) {
        const status = await vic.page.evaluate(askAs, { method, path })
        assert.equal(status, 403, `${method} ${path}`)
      }
    })
  })

  describe('connections', () => {
    test('are found, walked by keys, and ended with a reason that the audit log has', async () => {
      const ann = await stage.openPage({ name: 'ann' })
      const { page } = ann
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await rowOf(ann, vin).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('no such thing')
      await page.getByText('No connection matches.').waitFor()
      await page.keyboard.press('Escape')
      await rowOf(ann, vin).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.locator('.drawer h2', { hasText: vin }).waitFor()
      await page.keyboard.press('Escape')
      await page.locator('.drawer').waitFor({ state: 'detached' })
      assert.ok(await page.locator('a.row-link').evaluate((link) => link === document.activeElement))

      await page.keyboard.press('Enter')
      await ann.button('Disconnect…').click()
      await page.getByLabel('Reason').fill('for the test')
      assert.deepEqual(await ann.findBarriers('body'), [])
      await ann.button('Disconnect').click()
      await page.getByText(`1 connection of ${vin} ended.`).waitFor()
      await page.getByText('This connection has ended.').waitFor()
      await ann.go('#/audit?action=connection.kick')
      await rowOf(ann, 'ann').locator('a').click()
      await page.locator('.drawer', { hasText: 'for the test' }).waitFor()
    })
  })

  describe('refusals', () => {
    test('say whose are missing when a node does not answer', async () => {
      const ann = await stage.openPage({ name: 'ann' })
      // What a server says whose other node stands still.
      await ann.page.route('**/admin/v1/refusals*', async (route) => {
        const response = await route.fetch()
        const headers = { ...response.headers(), 'x-pillion-silent-nodes': 'node-2, node-3' }
        await route.fulfill({ response, headers })
      })
      await ann.go('#/refusals')
      await ann.page.getByText('What node-2, node-3 know is missing: no answer in time.').waitFor()
      assert.deepEqual(ann.errors, [])
    })
  })

  describe('operators', () => {
    test('are added with a password that is shown once, and removed by typing the name', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/operators' })
      await ann.button('Add operator').first().click()
      await ann.page.getByLabel('Name', { exact: true }).last().fill('otto')
      await ann.page.locator('dialog').getByRole('button', { name: 'Add operator' }).click()
      const shown = (await ann.page.locator('.secret code').textContent()) ?? ''
      assert.ok(shown.length >= 20)
      await ann.page.keyboard.press('Escape')
      assert.equal(await ann.page.locator('.secret').count(), 1)
      await ann.page.getByLabel('I have saved it').check()
      await ann.button('Done').click()

      const otto = await stage.openPage()
      await otto.signIn('otto', shown)
      await rowOf(ann, 'otto').locator('a').click()
      await ann.button('Remove…').click()
      assert.ok(await ann.button('Remove').isDisabled())
      await ann.page.getByLabel('Type otto to go on').fill('otto')
      await ann.button('Remove').click()
      await rowOf(ann, 'otto').waitFor({ state: 'detached' })
      await otto.go('#/settings')
      await otto.page.getByText('Your session has ended').waitFor()
    })
  })

  describe('one’s own account', () => {
    /** What an authenticator app shows that was given the text beside the picture. */
    const codeOf = async ({ page }: ConsolePage) => {
      const shown = (await page.locator('.secret code').first().textContent()) ?? ''
      return TOTP.generate({ secret: Secret.fromBase32(shown.replaceAll(' ', '')) })
    }
    const saveCodes = async (own: ConsolePage): Promise<string[]> => {
      const codes = (await own.page.locator('.secret pre').textContent())?.split('\n') ?? []
      await own.page.getByLabel('I have saved it').check()
      await own.button('Done').click()
      return codes
    }

    test('takes a new password, and says in place what is wrong with it', async () => {
      await stage.addOperator('fay', 'viewer')
      const fay = await stage.openPage()
      const { page } = fay
      await fay.signIn('fay')
      await page.getByRole('link', { name: 'fay' }).click()
      const fill = async (present: string, next: string, again = next) => {
        await page.getByLabel('Present password').fill(present)
        await page.getByLabel('New password', { exact: true }).fill(next)
        await page.getByLabel('New password again').fill(again)
      }
      await fill(password, 'five other random words', 'five other')
      await page.getByText('The two are not the same.').waitFor()
      assert.ok(await fay.button('Change password').isDisabled())
      await fill('not the one', 'five other random words')
      await fay.button('Change password').click()
      await page.getByText('That is not your password.').waitFor()
      await fill(password, 'fay fay fay fay')
      await fay.button('Change password').click()
      await page.locator('[aria-invalid]').waitFor()
      await page.getByText('It repeats a few characters.').waitFor()
      await fill(password, 'five other random words')
      await fay.button('Change password').click()
      await page.getByText('Your password was changed').waitFor()
      await fay.go('#/overview')
    })

    test('turns on a second factor, which signing in then asks for, and an admin resets it', async () => {
      await stage.addOperator('gus', 'viewer')
      const gus = await stage.openPage({ name: 'gus', place: '#/account' })
      const { page } = gus
      await gus.button('Turn on…').click()
      await page.getByLabel('Your password').fill(password)
      await gus.button('Continue').click()
      await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
      assert.deepEqual(await gus.findBarriers('body'), [])
      await page.setViewportSize({ width: 360, height: 740 })
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360)
      await page.getByLabel('Code', { exact: true }).fill(await codeOf(gus))
      await page.keyboard.press('Enter')
      const [code = ''] = await saveCodes(gus)
      await page.getByText('10 left').waitFor()

      const again = await stage.openPage()
      await again.page.getByLabel('Name').fill('gus')
      await again.page.getByLabel('Password', { exact: true }).fill(password)
      await again.page.keyboard.press('Enter')
      await again.page.getByLabel('Code', { exact: true }).fill('000 000')
      await again.page.keyboard.press('Enter')
      assert.match((await again.page.getByRole('alert').textContent()) ?? '', /SECOND_FACTOR_REFUSED/)
      await again.button('Use a recovery code').click()
      await again.page.keyboard.type(code)
      await again.page.keyboard.press('Enter')
      await again.signedIn()
      await again.go('#/account')
      await again.page.getByText('9 left').waitFor()
      await again.button('Sign out elsewhere…').click()
      await again.button('Sign out elsewhere').click()
      await again.page.getByText('You are signed in here only.').waitFor()

      const ann = await stage.openPage({ name: 'ann', place: '#/operators/gus' })
      await ann.button('Reset second factor…').click()
      await ann.button('Reset second factor').click()
      await ann.page.getByText('gus was changed.').waitFor()
      await again.go('#/settings')
      await again.page.getByText('Your session has ended').waitFor()
    })

    test('is led through turning on a second factor before anything else where the configuration wants one', async () => {
      const { server, close } = await startConsoleServer({ 'operators.secondFactor': 'required' })
      const first = await stage.openPage()
      const { page } = first
      try {
        await page.goto(server.firstOperatorUrl ?? '')
        await page.getByLabel('Name').fill('hal')
        await page.getByLabel('Password', { exact: true }).fill(password)
        await page.getByLabel('Password again').fill(password)
        await first.button('Make account').click()
        await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
        await page.reload()
        await page.getByRole('img', { name: 'QR code of the secret' }).waitFor()
        assert.equal(await page.locator('.menu').count(), 0)
        await page.getByLabel('Code', { exact: true }).fill(await codeOf(first))
        await first.button('Turn on').click()
        assert.equal((await saveCodes(first)).length, 10)
        await first.signedIn()
        assert.deepEqual(first.errors, [])
      } finally {
        await page.close()
        await close()
      }
    })
  })

  describe('the audit log', () => {
    test('tells an act that failed from one that was done', async () => {
      const { httpUrl, adminToken } = stage.server
      const headers = { authorization: `Bearer ${adminToken}` }
      await fetch(`${httpUrl}/admin/v1/partners/nobody-here`, { method: 'DELETE', headers })
      const ann = await stage.openPage({ name: 'ann', place: '#/audit?target=partner:nobody-here' })
      await ann.page.getByText(/^failed \(No\. \d+\): PARTNER_NOT_FOUND$/).waitFor()
    })

    test('says that its chain is whole', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/audit' })
      await ann.button('Check the chain').click()
      await ann.page.getByText(/^All \d+ entries fit/).waitFor()
    })
  })

  describe('bans', () => {
    test('are listed and lifted', async () => {
      for (let attempt = 0; attempt < 3; attempt++)
        await fetch(`${stage.server.httpUrl}/admin/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'nobody', password: 'wrong' }),
        })
      const ann = await stage.openPage({ name: 'ann', place: '#/bans' })
      await rowOf(ann, 'nobody').getByRole('button', { name: 'Lift…' }).click()
      await ann.button('Lift').click()
      await rowOf(ann, 'nobody').waitFor({ state: 'detached' })
    })
  })

  describe('partners', () => {
    test('are added with files that are shown once; revoking tells first who would drop, and only then drops it', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/partners' })
      const { page } = ann
      await ann.button('Add partner').first().click()
      await page.getByLabel('UID', { exact: true }).fill('ferries')
      await page.locator('dialog').getByRole('button', { name: 'Add partner' }).click()
      const download = page.waitForEvent('download')
      await ann.button('config.json').click()
      const config = JSON.parse(await readFile(await (await download).path(), 'utf8'))
      assert.deepEqual([config.username, config.sslClientCert], ['ferries', 'client.crt'])
      await page.getByLabel('I have saved it').check()
      await ann.button('Done').click()
      await rowOf(ann, 'ferries').waitFor()

      await ann.go(`#/vehicles/${vin}`)
      await page.getByRole('heading', { name: vin }).waitFor()
      await ann.button('Revoke…').first().click()
      await page.getByText('1 connection would be closed at once:').waitFor()
      await page.getByRole('combobox', { name: 'What is revoked' }).selectOption('certificate')
      await page.getByText('Nobody is connected with it now').waitFor()
      await page.keyboard.press('Escape')
      await page.getByText('connected', { exact: true }).waitFor()

      await ann.go('#/partners/ferries')
      await page.getByRole('heading', { name: 'ferries' }).waitFor()
      await ann.button('Rotate…').click()
      await page.locator('dialog').getByRole('combobox').selectOption('3600')
      await ann.button('Rotate').click()
      await page.getByLabel('I have saved it').check()
      await ann.button('Done').click()
      await page.getByText(/^replaced, ends in/).waitFor()
      assert.equal(await page.getByRole('table', { name: 'Certificates' }).locator('tbody tr').count(), 2)
      await ann.button('Revoke…').last().click()
      await ann.button('Revoke').click()
      await page.getByText('Revoked. 0 connections closed.').waitFor()
      await page.getByText('revoked now').waitFor()
    })

    test('whose certificates end soon are told of at first sight, and found from there', async () => {
      const ann = await stage.openPage({ name: 'ann' })
      const warning = ann.page.getByRole('list', { name: 'Warnings' }).getByText(oldPartner)
      await warning.getByRole('link', { name: 'Show them' }).click()
      assert.equal(placeOf(ann), '#/partners?certificates=expiring')
      await rowOf(ann, oldPartner).getByText('in 25 d').waitFor()
      assert.deepEqual(await ann.page.locator('tbody tr').count(), 1)
      await rowOf(ann, oldPartner).getByRole('link').click()
      await ann.page.getByText('expires in 25 d').waitFor()
      assert.deepEqual(ann.errors, [])
    })
  })

  describe('apps', () => {
    test('take a pasted list of VINs, name what is none, and let go of one', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/apps/tyres' })
      const { page } = ann
      const other = 'VF7CONSOLE0000002'
      await stage.server.fleet.addVehicles([other])
      await ann.button('Subscribe…').click()
      await page.getByLabel('VINs').fill(`vin\n${other};`)
      await page.getByText('No VIN (17 letters or digits): vin.').waitFor()
      assert.ok(await ann.button('Subscribe').isDisabled())
      await page.getByLabel('VINs').fill(`${other};`)
      await ann.button('Subscribe').click()
      await page.getByRole('heading', { name: 'Subscribed vehicles (2)' }).waitFor()
      await rowOf(ann, other).getByRole('button').click()
      await ann.button('Unsubscribe').click()
      await page.getByRole('heading', { name: 'Subscribed vehicles (1)' }).waitFor()
    })

    test('have names by language and are offered in some countries only (W 11.2)', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/apps/tyres' })
      const { page } = ann
      await page.getByText('everywhere', { exact: true }).waitFor()
      await ann.button('Edit…').click()
      await page.getByLabel('Names in other languages').fill('Reifen')
      await page.getByText('not “Reifen”').waitFor()
      assert.ok(await ann.button('Save').isDisabled())
      await page.getByLabel('Names in other languages').fill('de=Reifen')
      await page.getByLabel('Countries').fill('fr, de')
      await page.getByLabel('Citroën').check()
      await ann.button('Save').click()
      await page.getByText('only in Germany, France; in Citroën').waitFor()
      await page.getByText('Reifen', { exact: true }).waitFor()
      await stage.server.fleet.changeApp('tyres', { names: {}, countries: [], brands: [] })
    })

    test('take a package by drop or choice, and say what is wrong with it', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/apps/tyres' })
      const buffer = Buffer.from('no archive')
      await ann.page.locator('input[type="file"]').setInputFiles({ name: 'x.zip', mimeType: '', buffer })
      assert.match((await ann.page.getByRole('alert').textContent()) ?? '', /PACKAGE_FORMAT_UNKNOWN/)
      ann.errors.length = 0
    })
  })

  describe('messages', () => {
    test('sent from a vehicle’s page have a story, at an address of their own, and come into the live list', async () => {
      const ann = await stage.openPage({ name: 'ann', place: `#/vehicles/${vin}` })
      const { page } = ann
      const live = await stage.openPage({ name: 'ann', place: '#/messages?idApp=tyres' })
      await live.button('Watch live').click()
      await live.page.getByText('watching', { exact: true }).waitFor()
      await ann.button('Send a message').click()
      await page.getByLabel('App', { exact: true }).selectOption('tyres')
      await page.getByLabel('Content').fill('{"pressure":')
      await page.getByText('It is not JSON').waitFor()
      await page.getByLabel('Content').fill('{"pressure":2.5}')
      await page.getByLabel('As a popup').check()
      await page.getByLabel('Text of the popup').fill('Check the tyres')
      await ann.button('Send').click()
      const steps = page.getByRole('list', { name: 'Steps' })
      await steps.getByText('Popup shown').waitFor()
      stage.vehicle.host.pressOk()
      await steps.getByText('The driver pressed OK.').waitFor()
      await live.page.locator('tbody tr', { hasText: 'operator' }).waitFor()
      const metrics = await (await fetch(`${stage.server.httpUrl}/metrics`)).text()
      assert.match(metrics, /^pillion_delivery_duration_seconds_count [1-9]/m)

      await page.getByRole('link', { name: 'Its own page' }).click()
      await page.getByText('The payload is not kept here, only its SHA-256').waitFor()
      assert.match(placeOf(ann), /^#\/messages\/[0-9A-Z]{26}$/)
      const link = await stage.openPage({ name: 'vic', place: placeOf(ann) })
      await link.page.getByRole('heading', { name: vin }).waitFor()
      await link.page.keyboard.press('Escape')
      await rowOf(link, 'operator').first().waitFor()
      assert.deepEqual([...ann.errors, ...live.errors, ...link.errors], [])
    })

    test('that would not reach an app are explained to who knows app and VIN', async () => {
      const ann = await stage.openPage({ name: 'ann', place: '#/explain?about=delivery' })
      await ann.page.getByLabel('App').fill('tyres')
      await ann.page.getByText('Tyres, of partner demo').waitFor()
      await ann.page.getByLabel('Vehicle').fill(vin.slice(0, 10))
      await ann.page.locator(`datalist option[value="${vin}"]`).waitFor({ state: 'attached' })
      await ann.page.getByLabel('Vehicle').fill(vin)
      await ann.button('Ask').click()
      await ann.page.getByText('App tyres is the partner’s.').waitFor()
      await ann.page.getByLabel('Sent by').selectOption(oldPartner)
      await ann.button('Ask').click()
      await ann.page.getByText('app_of_other_partner').waitFor()
    })

    test('lie in a mailbox of who is away, which can be emptied, and under their topic', async () => {
      const away = 'VF7CONSOLE0000003'
      await stage.server.fleet.addVehicles([away])
      await stage.server.fleet.subscribeVehicles('tyres', [away])
      await stage.ask('POST', '/messages', { vin: away, idApp: 'tyres' })
      const ann = await stage.openPage({ name: 'ann', place: `#/mailboxes?search=${away}` })
      const { page } = ann
      await rowOf(ann, away).getByRole('button', { name: 'Empty…' }).click()
      await ann.button('Empty').click()
      await page.getByText('1 message was dropped.').waitFor()

      await ann.go(`#/topics?search=${away}`)
      await page.getByRole('treeitem').first().focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Enter')
      await rowOf(ann, away).waitFor()
    })
  })

  describe('push apps', () => {
    test('send a test push and show what became of it at each receiver', async () => {
      const { push } = stage.server
      const app = await push.apps.find('consoleshop')
      assert.ok(app)
      const { userID } = await push.users.register(app, () => ({ loginName: 'ada', password: 'console1' }))
      const caller = { app, principal: { kind: 'admin' } } as const
      await push.installations.create(caller, () => ({ deviceType: 'MQTT', userID }))
      const ann = await stage.openPage({ name: 'ann', place: '#/push-apps/consoleshop/users' })
      const { page } = ann
      await rowOf(ann, 'ada').locator('a').click()
      assert.equal(await page.getByLabel('To').inputValue(), `user:${userID}`)
      await ann.button('Send').click()
      await page.getByRole('link', { name: `user:${userID}` }).waitFor()
      await page.getByRole('list', { name: 'Steps' }).getByText('not_connected').waitFor()
      for (const tab of ['Things', 'Installations', 'Topics', 'Buckets', 'Overview']) {
        await page.getByRole('link', { name: tab }).last().click()
        await page.locator('main .loading').waitFor({ state: 'detached' })
        assert.deepEqual(await page.locator('.fault').allTextContents(), [], tab)
      }
      await ann.go('#/push-apps/consoleshop/nonsense')
      await page.getByText('A push app has no nonsense.').waitFor()
      await page.getByRole('link', { name: 'What this one has' }).click()
      await page.getByRole('navigation', { name: 'Push app' }).locator('[aria-current]').waitFor()
      assert.deepEqual(ann.errors, [])
    })
  })
})

const harmless =
  /^(Copy|Close|Show more|Try again|Menu|Clear|Pause|Go on|Search|Ask|Explain|Check|Watch live)/

/** The status of a request that the signed-in page makes, with all that it needs but the role. */
async function askAs({ method, path }: { method: string; path: string }): Promise<number> {
  const session = await (await fetch('/admin/v1/session')).json()
  const headers = { 'x-pillion-csrf': session.csrfToken, 'content-type': 'application/json' }
  const body = method === 'POST' ? { body: '{}' } : {}
  return (await fetch(`/admin/v1${path}`, { method, headers, ...body })).status
}
