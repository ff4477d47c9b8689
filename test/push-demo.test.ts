import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openChromium } from '@pillion/testkit'
import type { Browser, Locator, Page } from 'playwright-core'
import { Pillion } from './support/pillion.ts'

const thingProgram = fileURLToPath(new URL('../examples/push-thing/src/main.ts', import.meta.url))

let pillion: Pillion
let browser: Browser
let address: string
let mia: Page
/** What the content security policy kept the page from. */
const refused: string[] = []
let tom: Page

before(async () => {
  pillion = await Pillion.start('demo')
  browser = await openChromium()
  address = (await pillion.running.printed('stdout', /http:\S+\/examples\/push\//))[0]
  mia = await openPage()
  tom = await openPage()
})
after(async () => {
  await browser?.close()
  await pillion?.stop()
})

/** In one browser, as somebody would open two windows. */
async function openPage(): Promise<Page> {
  const context = browser.contexts()[0] ?? (await browser.newContext())
  const page = await context.newPage()
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text())
  })
  await page.goto(address)
  return page
}

async function signUp(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password').fill('harbour-9')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByText('Connected', { exact: true }).waitFor()
}

/** The newest message, once it says that. */
function received(page: Page, text: string): Locator {
  return page.locator('#messages li').filter({ hasText: text }).first()
}

async function payloadOf(message: Locator): Promise<Record<string, unknown>> {
  return JSON.parse((await message.locator('pre').textContent()) ?? '')
}

test('says what is wrong with a name and password, and signs up', async () => {
  await mia.getByLabel('Name', { exact: true }).fill('mia')
  await mia.getByLabel('Password').fill('harbour-9')
  await mia.getByRole('button', { name: 'Sign in' }).click()
  await mia.getByText('do not belong together').waitFor()
  await signUp(mia, 'mia')
  await tom.getByLabel('Name', { exact: true }).fill('mia')
  await tom.getByLabel('Password').fill('another')
  await tom.getByRole('button', { name: 'Sign up' }).click()
  await tom.getByText('has that name already').waitFor()
  await signUp(tom, 'tom')
})

test('push to user: two windows with two users both get what one sends through a topic (P 12.1)', async () => {
  for (const page of [mia, tom]) {
    await page.getByLabel('chat', { exact: true }).check()
    await page.getByText('Nothing yet').waitFor()
  }
  await tom.getByLabel('Message', { exact: true }).fill('Hello, harbour')
  await tom.getByRole('button', { name: 'Send' }).click()
  for (const page of [mia, tom]) {
    const message = received(page, 'tom: Hello, harbour')
    assert.match((await message.locator('.head').textContent()) ?? '', /Topic.*chat/)
    assert.equal((await payloadOf(message)).objectScopeType, 'APP')
  }
})

test('a topic of one’s own, and one through which only the admin may send', async () => {
  await mia.getByLabel('Name of a topic of your own').fill('reminders')
  await mia.getByRole('button', { name: 'Create' }).click()
  await mia.getByText('You are subscribed to reminders').waitFor()
  await mia.getByLabel('Send through').selectOption('reminders (yours)')
  await mia.getByLabel('Message', { exact: true }).fill('Buy bread')
  await mia.getByRole('button', { name: 'Send' }).click()
  await received(mia, 'Buy bread').waitFor()
  assert.equal(await received(tom, 'Buy bread').count(), 0)
  await mia.getByLabel('Send through').selectOption('news (of the app)')
  await mia.getByLabel('Message', { exact: true }).fill('Not me')
  await mia.getByRole('button', { name: 'Send' }).click()
  await mia.getByText('Only the app’s admin may send through news').waitFor()
})

test('push to app: a note pinned in one window is an event in the other, which reads the object (P 12.2)', async () => {
  await mia.getByLabel('Watch the board').check()
  await tom.getByLabel('Note', { exact: true }).fill('Ferry 3 is late')
  await tom.getByRole('button', { name: 'Pin' }).click()
  const message = received(mia, 'tom: Ferry 3 is late')
  assert.match((await message.locator('.head').textContent()) ?? '', /Bucket event.*board/)
  assert.equal((await payloadOf(message)).type, 'DATA_OBJECT_CREATED')
})

test('direct push: the command that the page shows reaches this user alone (P 12.3)', async () => {
  const command = (await mia.locator('#command').textContent()) ?? ''
  assert.equal(command, `npx pillion push send --to user:mia --app pilliondemo '{"text":"Hello"}'`)
  await pillion.json(
    'push',
    'send',
    '--to',
    'user:mia',
    '--app',
    'pilliondemo',
    '{"text":"Your locker is open"}',
  )
  const message = received(mia, 'Your locker is open')
  assert.match((await message.locator('.head').textContent()) ?? '', /Direct/)
  assert.equal(await received(tom, 'Your locker').count(), 0)
})

test('a thing: its owner gets its readings, and it does what its owner says', async () => {
  const thing = spawn(process.execPath, [thingProgram, `${pillion.url}/api`, 'lamp-7'])
  let printed = ''
  for (const stream of [thing.stdout, thing.stderr])
    stream.on('data', (text) => {
      printed += text
    })
  try {
    const own = mia.getByLabel('Vendor thing ID')
    await own.fill('lamp-0')
    await own.press('Enter')
    await mia.getByText('There is no such thing').waitFor()
    await waitFor(() => /connected/.test(printed))
    await own.fill('lamp-7')
    await own.press('Enter')
    await mia.getByText('lamp-7 is yours').waitFor()
    await mia.getByLabel('Readings of lamp-7').check()
    await received(mia, 'lamp-7 measured').waitFor()
    await mia.getByRole('button', { name: 'Blink' }).click()
    await mia.getByText('lamp-7 was told to blink').waitFor()
    await waitFor(() => /mia.*blink/i.test(printed))
  } catch (error) {
    throw new Error(`the thing printed:\n${printed}`, { cause: error })
  } finally {
    thing.kill('SIGTERM')
  }
})

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 500, 'waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('uninstalled, nothing comes; installed again, it does (P 6.2)', async () => {
  await mia.getByRole('button', { name: 'Uninstall' }).click()
  await mia.getByText('Push is uninstalled').waitFor()
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"Nobody hears this"}')
  // By keyboard: the button that brings it back has the focus.
  await mia.keyboard.press('Enter')
  await mia.getByText('Connected', { exact: true }).waitFor()
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"Here again"}')
  await received(mia, 'Here again').waitFor()
  assert.equal(await received(mia, 'Nobody hears this').count(), 0)
})

test('a reload keeps one signed in and connected', async () => {
  await mia.reload()
  await mia.getByText('Connected', { exact: true }).waitFor()
  assert.ok(await mia.getByLabel('chat', { exact: true }).isChecked())
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"Still here"}')
  await received(mia, 'Still here').waitFor()
})

test('can be used by keyboard, and fits a small screen', async () => {
  await mia.getByLabel('chat', { exact: true }).focus()
  await mia.keyboard.press('Space')
  await mia.waitForFunction(() => document.activeElement?.matches('#topics input:not(:checked):enabled'))
  await mia.setViewportSize({ width: 360, height: 740 })
  const widths = await mia.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  assert.ok((widths[0] ?? 0) <= (widths[1] ?? 0), `${widths}`)
})

test('two windows of one user share a connection, and one goes on when the other is closed', async () => {
  const second = await openPage()
  await second.getByLabel('Name', { exact: true }).fill('mia')
  await second.getByLabel('Password').fill('harbour-9')
  await second.getByRole('button', { name: 'Sign in' }).click()
  await second.getByText('Connected through another window').waitFor()
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"To both"}')
  for (const page of [mia, second]) await received(page, 'To both').waitFor()
  await mia.close()
  await second.getByText('Connected', { exact: true }).waitFor()
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"To the one that is left"}')
  await received(second, 'To the one that is left').waitFor()
  mia = second
})

test('says when the server is gone, and is back with it', async () => {
  await pillion.kill()
  await mia.getByText(/^Not connected/).waitFor()
  await mia.getByLabel('Note', { exact: true }).fill('Nobody hears this')
  await mia.getByRole('button', { name: 'Pin' }).click()
  await mia.getByText('The server does not answer').waitFor()
  await pillion.restart()
  await mia.getByText('Connected', { exact: true }).waitFor({ timeout: 45_000 })
  await pillion.json('push', 'send', '--to', 'user:mia', '{"text":"Back again"}')
  await received(mia, 'Back again').waitFor()
})

test('is back at the sign-in, and says why, when the server does not know the token any more', async () => {
  const stranger = await openPage()
  await stranger.evaluate(() => sessionStorage.setItem('token', 'nobody-has-this-one'))
  await stranger.reload()
  await stranger.getByText('sign in again').waitFor()
  await stranger.close()
})

test('signs out, and gets nothing then', async () => {
  await tom.getByRole('button', { name: 'Sign out' }).click()
  await tom.getByRole('button', { name: 'Sign in' }).waitFor()
  await mia.getByLabel('Send through').selectOption('chat (of the app)')
  await mia.getByLabel('chat', { exact: true }).check()
  await mia.getByLabel('Message', { exact: true }).fill('Is tom there?')
  await mia.getByRole('button', { name: 'Send' }).click()
  await received(mia, 'Is tom there?').waitFor()
  assert.equal(await tom.locator('#messages li').count(), 0)
})

test('does nothing that the content security policy refuses', () => {
  assert.deepEqual(refused, [])
})
