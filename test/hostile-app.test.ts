import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { PartnerClient } from '@pillion/partner'
import type { Frame, Page } from 'playwright-core'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import {
  hostileHtml,
  looks,
  malformedMessages,
  navigations,
  peers,
  waysOut,
} from './support/head-unit-attempts.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'
import { Trap } from './support/head-unit-trap.ts'

/** Messages for the whole of it, 10,000 in each. */
const floodSeconds = 3
/** Long enough for a request on this machine, as the control shows. */
const settleMilliseconds = 500

let stage: HeadUnitStage
let trap: Trap
let evil: PartnerClient
let headUnit: HeadUnit
/** Of a decent partner, loaded and out of sight. */
let recorder: Recorder
/** On screen. */
let hostile: Frame
before(async () => {
  stage = await HeadUnitStage.open()
  trap = await Trap.open()
  evil = await stage.addPartner('evil')
  await stage.addApp('recorder', recorderHtml)
  await stage.addApp('hostile', hostileHtml(trap.port), 'evil')
  headUnit = await stage.openHeadUnit()
  recorder = new Recorder(await headUnit.openApp('recorder'))
  await headUnit.dock('Home').click()
  hostile = await headUnit.openApp('hostile')
})
beforeEach(() => {
  trap.caught.length = 0
})
after(async () => {
  await stage?.close()
  trap?.close()
})

test('control: from a page without a policy every way out reaches the other origin', async () => {
  await withControl(async (control) => {
    for (const name of Object.keys({ ...waysOut, ...peers })) await attempt(control, name)
    const expected = [...Object.keys(waysOut), 'datagram']
    const missing = () => expected.filter((name) => !trap.caught.includes(name))
    for (let tries = 0; tries < 40 && missing().length > 0; tries++) await wait(50)
    assert.deepEqual(missing(), [])
  })
  for (const name of Object.keys(navigations)) {
    await withControl(async (control) => {
      await attempt(control, name)
      for (let tries = 0; tries < 40 && !caught(name); tries++) await wait(50)
      assert.ok(caught(name), name)
    })
  }
})

test('an app reaches no other origin: no request, not even a connection (W 11.4)', async () => {
  const seen: [name: string, caught: string[]][] = []
  for (const name of Object.keys(waysOut)) {
    await attempt(hostile, name)
    await wait(50)
    seen.push([name, trap.caught.splice(0)])
  }
  await wait(settleMilliseconds)
  seen.push(['afterwards', trap.caught.splice(0)])
  assert.deepEqual(
    seen.filter(([, caught]) => caught.length > 0),
    [],
  )
  await reopenHostile()
})

test('an app cannot navigate the page, open a window, or leave its own origin (W 11.4)', async () => {
  const { page } = headUnit
  const address = page.url()
  for (const name of Object.keys(navigations)) {
    await attempt(hostile, name)
    await wait(settleMilliseconds)
    assert.deepEqual(trap.caught, [], name)
    assert.equal(page.url(), address, name)
    assert.equal(page.context().pages().length, 1, name)
    if (hostile.url().startsWith('chrome-error:')) await reopenHostile()
  }
  await hostile.evaluate('history.go(-1)')
  await wait(settleMilliseconds)
  assert.equal(page.url(), address)
})

for (const what of Object.keys(looks)) {
  test(`an app cannot look at ${what}`, async () => {
    assert.match((await attempt(hostile, what)).error ?? 'no error', /SecurityError|of null/)
  })
}

test('on its own origin an app finds its own files and the shared ones, nothing else (W 11.3)', async () => {
  const status = (path: string) => hostile.evaluate((path) => fetch(path).then(({ status }) => status), path)
  for (const path of ['/apps/hostile/index.html', '/shared/pillion/frame.js'])
    assert.equal(await status(path), 200, path)
  for (const path of foreignPaths) assert.ok((await status(path)) >= 400, path)
  assert.equal(await openWebSocket(`ws://${new URL(hostile.url()).host}/mqtt`), 'error')
})

test('an app reaches neither the page’s origin nor another app’s', async () => {
  const origins = [new URL(headUnit.page.url()).origin, new URL(recorder.frame.url()).origin]
  for (const origin of origins) {
    for (const path of ['/admin/v1/status', '/portal/icon.svg', '/apps/recorder/index.html']) {
      const url = origin + path
      assert.equal(await loadImage(url), 'error', url)
      assert.match(
        await hostile.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(String, String), url),
        /TypeError/,
        url,
      )
    }
    assert.equal(await openWebSocket(`${origin.replace('http', 'ws')}/mqtt`), 'error')
  }
})

test('what the page and other apps keep in the browser is not there for an app', async () => {
  await recorder.frame.evaluate(
    "localStorage.secret = '1', sessionStorage.secret = '1', indexedDB.open('secret'), 0",
  )
  await headUnit.page.evaluate("localStorage.secret = '1', document.cookie = 'secret=1', 0")
  assert.deepEqual(
    await hostile.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).length,
      cookies: document.cookie,
    })),
    { local: [], session: [], databases: 0, cookies: '' },
  )
})

test('messages of one app to another app’s frame are not heard there, internal or not (W 5)', async () => {
  await recorder.forget()
  await hostile.evaluate(`
    other().postMessage({ pillion: 'state', state: { idApp: 'recorder', launched: true, vin: 'FORGED' } }, '*')
    other().postMessage({ pillion: 'pending', entries: [{ sequence: 9e9, value: { content: 'forged' } }] }, '*')
    other().postMessage({ pillion: 'event', event: { emitter: 'HMI', name: 'homeBtnClick' } }, '*')
    other().postMessage({ type: 'WebPortal.onCurrentNotificationReceived', value: { content: 'forged' } }, '*')
    other().postMessage(null, '*')`)
  await wait(settleMilliseconds)
  assert.equal(await recorder.frame.evaluate('Car.GetVINCode()'), stage.vin)
  assert.deepEqual(await recorder.drain(), [])
  assert.deepEqual(await recorder.seen(), [])
})

test('an app cannot take, drain or read what is kept for another', async () => {
  await stage.tester.send(stage.vin, 'recorder', 'private')
  await headUnit.panel.getByText('1 pending').waitFor()
  assert.deepEqual(await hostile.evaluate("WebPortal.getPendingNotifications('recorder')"), [])
  await hostile.evaluate(`
    parent.postMessage({ pillion: 'drained', sequence: 9e15, idApp: 'recorder' }, '*')
    parent.postMessage({ pillion: 'ready', idApp: 'recorder' }, '*')`)
  await wait(settleMilliseconds)
  assert.deepEqual(
    (await recorder.pending(1)).map(({ content }) => content),
    ['private'],
  )
  await reopenHostile()
})

test('whatever an app says it is, its uplinks go to its own partner', async () => {
  const mine = evil.messages()
  const others = stage.tester.messages()
  await hostile.evaluate(`parent.postMessage({
    type: 'WebPortal.onSendNotificationRequest', value: 'forged',
    idApp: 'recorder', appId: 'recorder', uid: 'tester', pillion: undefined
  }, '*')`)
  assert.equal((await mine.next()).value?.content, 'forged')
  await recorder.post({ type: 'WebPortal.onSendNotificationRequest', value: 'genuine' })
  assert.equal((await others.next()).value?.content, 'genuine')
})

test('an app cannot turn its frame into another app’s page', async () => {
  await hostile.evaluate((address) => {
    location.href = address
  }, recorder.frame.url())
  await wait(settleMilliseconds)
  assert.match(hostile.url(), /^chrome-error:/)
  await reopenHostile()
})

test('malformed messages break nothing (W 5)', async () => {
  const faults: string[] = []
  headUnit.page.on('pageerror', ({ message }) => faults.push(message))
  const messages = evil.messages()
  await hostile.evaluate(
    `${malformedMessages}.forEach(function (message) { parent.postMessage(message, '*') })`,
  )
  await hostile.evaluate(
    `parent.postMessage({ type: 'WebPortal.onSendNotificationRequest', value: 'last' }, '*')`,
  )
  for await (const { content } of messages) if (content === 'last') break
  assert.deepEqual(faults, [])
  await headUnit.logged('message_malformed')
})

test('10,000 messages a second: the page answers, other apps lose nothing, and the log names the flood', async (t) => {
  const rounds = 20
  await headUnit.dock('Home').click()
  await headUnit.openApp('recorder')
  await recorder.forget()
  await headUnit.page.evaluate(startBeating)
  const uplinks = stage.tester.messages()
  await hostile.evaluate(`flood(${floodSeconds})`)
  const started = performance.now()
  for (let n = 1; n <= rounds; n++) {
    await stage.tester.send(stage.vin, 'recorder', n)
    await recorder.post({ type: 'WebPortal.onSendNotificationRequest', value: n })
    assert.equal((await uplinks.next()).value?.content, n)
  }
  const talked = performance.now() - started
  assert.deepEqual(
    (await recorder.received(rounds)).map(({ content }) => content),
    Array.from({ length: rounds }, (_, index) => index + 1),
  )
  await headUnit.dock('Home').click()
  await headUnit.openApp('recorder')
  const tapped = performance.now() - started
  await wait(Math.max(0, floodSeconds * 1_000 - tapped))
  const longest = Number(await headUnit.page.evaluate('clearInterval(beating), longestPause'))
  t.diagnostic(
    `${rounds} messages each way took ${talked.toFixed()} ms, Home and back ${(tapped - talked).toFixed()} ms; ` +
      `the page paused for ${longest.toFixed()} ms at most`,
  )
  assert.ok(longest < floodSeconds * 500, `the page stood still for ${longest.toFixed()} ms`)
  await headUnit.logged(/hostile.*frame_flood/s)
  const drops = headUnit.log.getByRole('listitem').filter({ hasText: /^frame_flood/ })
  const dropped = Number((await drops.innerText()).replace(/\D/g, ''))
  assert.ok(dropped > floodSeconds * 5_000, `${dropped} were dropped`)
  await headUnit.dock('Home').click()
  await headUnit.openApp('hostile')
})

test('what is small to post and long to write does not stop the page', async (t) => {
  await reopenHostile()
  await headUnit.page.evaluate(startBeating)
  const answer = evil.messages().next()
  await hostile.evaluate(`
    var post = function (message) { parent.postMessage(message, '*') }
    var deep = Array(1000).fill(1)
    for (var level = 0; level < 1000; level++) deep = [deep]
    post({ type: 'WebPortal.onSendNotificationRequest', value: new Array(1e8) })
    post({ type: 'WebPortal.onSendNotificationRequest', value: new Uint8Array(1e7) })
    post({ type: 'WebPortal.notification.new', id: 'large', body: 'x', data: new Array(1e8) })
    post({ type: 'WebPortal.MQTT.publish', payload: 'x', subtopic: 'a' + '/'.repeat(2e5) + 'b' })
    for (var n = 0; n < 50; n++) post({ type: 'unknown', deep: deep })
    // Again and again: what kept the page for long counts as many, so on a slow machine the app is not heard for a while.
    setInterval(post, 100, { type: 'WebPortal.onSendNotificationRequest', value: 'behind them' }), 0`)
  assert.equal((await answer).value?.content, 'behind them')
  const longest = Number(await headUnit.page.evaluate('clearInterval(beating), longestPause'))
  t.diagnostic(`the page paused for ${longest.toFixed()} ms at most`)
  // Written whole, each of the first four takes many seconds, and the fifty together some more.
  assert.ok(longest < floodSeconds * 500, `the page stood still for ${longest.toFixed()} ms`)
  await reopenHostile()
})

test('alert and its like do not stop the page, not even those of a blank frame (W 11.4)', async () => {
  const dialogs: string[] = []
  headUnit.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    dialog.dismiss()
  })
  headUnit.page.on('download', (download) => dialogs.push(download.suggestedFilename()))
  await hostile.evaluate(`
    alert('own'), confirm('own'), prompt('own'), print()
    var blank = add('iframe', {}).contentWindow
    blank.alert('blank'), blank.confirm('blank'), blank.prompt('blank'), blank.print()
    add('a', { href: blob('x'), download: 'file.txt' }).click()
    onbeforeunload = function (event) { event.preventDefault(); return 'stay' }
    0`)
  await reopenHostile()
  assert.deepEqual(dialogs, [])
})

test('an app in an endless loop stops only itself', async () => {
  let over = false
  const loop = hostile.evaluate('for (var end = Date.now() + 5000; Date.now() < end; );').then(() => {
    over = true
  })
  await headUnit.dock('Home').click()
  await headUnit.openApp('recorder')
  await recorder.forget()
  await stage.tester.send(stage.vin, 'recorder', 'meanwhile')
  assert.equal((await recorder.received(1))[0]?.content, 'meanwhile')
  assert.equal(over, false)
  await loop
})

test('no datagram leaves an app, and the page outlives the attempt (W 11.4)', async () => {
  await headUnit.close()
  headUnit = await stage.openHeadUnit()
  hostile = await headUnit.openApp('hostile')
  for (const name of Object.keys(peers)) await attempt(hostile, name)
  await wait(settleMilliseconds)
  assert.deepEqual(trap.caught, [])
  // The browser may end the app's process for it, and then the tool takes the page for dead; the server knows better.
  const answer = await stage.pillion.json<object>('send', stage.vin, '1', '--app', 'recorder')
  assert.partialDeepStrictEqual(answer, { routedTo: 1 })
})

test('an app cannot lock the page out by filling the browser with cookies', async () => {
  await headUnit.close()
  headUnit = await stage.openHeadUnit()
  hostile = await headUnit.openApp('hostile')
  const kept = await hostile.evaluate(`
    for (var n = 0; n < 100; n++)
      document.cookie = 'c' + n + '=' + new Array(4000).join('x') + '; path=/; domain=' + location.hostname.replace('hostile.', '')
    document.cookie.length`)
  assert.ok((kept as number) > 100_000)
  // The first answer is an error; it throws the cookies away and asks again.
  assert.equal((await headUnit.page.reload())?.status(), 431)
  await headUnit.connected()
  assert.equal(await headUnit.page.evaluate('document.cookie'), '')
})

/** How long the page does nothing else at most. */
const startBeating = `
  var longestPause = 0, lastBeat = performance.now()
  var beating = setInterval(() => {
    longestPause = Math.max(longestPause, performance.now() - lastBeat)
    lastBeat = performance.now()
  }, 10)
  0`

const foreignPaths = [
  '/admin/v1/status',
  '/portal/',
  '/portal/api/vehicle',
  '/metrics',
  '/healthz',
  '/version',
  '/apps/recorder/index.html',
  '/apps/hostile/../recorder/index.html',
  '/apps/hostile/%2e%2e/recorder/index.html',
  '/apps/hostile/..%2frecorder/index.html',
  '/apps/hostile/..%5crecorder/index.html',
  '/media/recorder/index.html',
  '/shared/..%2f..%2fapps/recorder/index.html',
]

async function attempt(page: Frame | Page, name: string): Promise<{ value?: string; error?: string }> {
  const outcome = page.evaluate(
    (name) => (window as unknown as { attempt(name: string): Promise<object> }).attempt(name),
    name,
  )
  // Some end the document that would answer, some never settle.
  return Promise.race([outcome.catch((error) => ({ error: String(error) })), wait(settleMilliseconds, {})])
}

/** The hostile page where nothing holds it, in a browser of its own. */
async function withControl(use: (control: Page) => Promise<void>): Promise<void> {
  const context = await stage.browser.newContext()
  const control = await context.newPage()
  await control.goto(trap.serveControl(hostileHtml(trap.port)))
  trap.caught.length = 0
  await use(control)
  await context.close()
}

/** A form adds a question mark to its address. */
function caught(name: string): boolean {
  return trap.caught.some((path) => path === name || path === `${name}?`)
}

/** A new document: some attempts spoil the old one. */
async function reopenHostile(): Promise<void> {
  await headUnit.panel.getByRole('button', { name: 'Reload hostile' }).click()
  await hostile.waitForFunction(() => false).catch(() => {})
  hostile = await headUnit.shownApp('hostile')
  await hostile.waitForFunction('window.attempt')
}

function loadImage(url: string): Promise<string> {
  return hostile.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const image = new Image()
        image.onload = () => resolve('load')
        image.onerror = () => resolve('error')
        image.src = url
      }),
    url,
  )
}

function openWebSocket(url: string): Promise<string> {
  return hostile.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, 'mqtt')
        socket.onopen = () => resolve('open')
        socket.onerror = () => resolve('error')
      }),
    url,
  )
}
