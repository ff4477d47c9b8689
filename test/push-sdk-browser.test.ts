import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { openChromium } from '@pillion/testkit'
import type { BrowserContext, Page } from 'playwright-core'
import { askAdmin, portOf, startTestServer } from '../apps/server/src/server.fixture.ts'
import type { ConnectionStatus, Namespace, ReceivedMessage } from '../sdks/push/src/index.ts'

/** What the classic script leaves in a page, and what these tests keep there. */
type PushPage = Namespace & {
  inbox: ReceivedMessage[]
  statuses: ConnectionStatus[]
  lastStatus: ConnectionStatus
}

const server = await startTestServer()
const { json } = await askAdmin(server, 'POST', '/push-apps', { appID: 'harbour01' })
const app = json as { appID: string; appKey: string; clientID: string; clientSecret: string }
const browser = await openChromium()
after(() => browser.close())
const httpUrl = server.httpUrl.replace(/\/$/, '')
/** Serves the page of a web app: an origin of its own, as its maker's web server has. */
const pages = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end(`<!doctype html><title>app</title><script src="${httpUrl}/sdk/push-sdk.js"></script>`)
})
await once(pages.listen(0, '127.0.0.1'), 'listening')
after(() => pages.close())
const pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`

test('the classic script with callbacks: sign up, install, subscribe, connect, send, receive (P 14)', async () => {
  const page = await openPage()
  const received = await page.evaluate(
    () =>
      new Promise<object>((resolve, reject) => {
        const { KiiUser, KiiTopic, KiiPushMessageBuilder } = globalThis as unknown as PushPage
        const failure = (...values: unknown[]) => reject(new Error(values.join(' ')))
        KiiUser.userWithUsername('mia', 'harbour-9').register({
          success(user) {
            const installation = user.pushInstallation()
            installation.installMqtt(false, {
              success({ installationID }) {
                installation.getMqttEndpoint(installationID, { success: () => subscribe(user), failure })
              },
              failure,
            })
          },
          failure,
        })
        const subscribe = (user: InstanceType<typeof KiiUser>) => {
          user.topicWithName('news').save({
            success: (topic) => user.pushSubscription().subscribe(topic, { success: send, failure }),
            failure,
          })
          const send = async (subscription: object, topic: InstanceType<typeof KiiTopic>) => {
            const onMessage = ({ kind, payload }: ReceivedMessage) =>
              resolve({ kind, text: payload.text, isOfUser: payload.sender === user.getID(), isTopic })
            const isTopic = topic instanceof KiiTopic && 'getSubscriber' in subscription
            await user.pushInstallation().connect({ onMessage })
            topic.sendMessage(new KiiPushMessageBuilder({ text: 'hello' }).build(), { failure })
          }
        }
      }),
  )
  assert.deepEqual(received, { kind: 'user', text: 'hello', isOfUser: true, isTopic: true })
})

test('a page that came over https connects over secure WebSocket', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const https = `https://127.0.0.1:${portOf(server, 'https')}`
  const page = await context.newPage()
  await page.goto(`${https}/version`)
  await page.addScriptTag({ url: '/sdk/push-sdk.js' })
  await initialize(page, `${https}/api`)
  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  await signUp(page, 'ina')
  await connect(page)
  assert.deepEqual(sockets, [`wss://127.0.0.1:${portOf(server, 'https')}/mqtt`])
})

test('two windows with a user each: both get what is sent to a topic of the app', async () => {
  const windows = [await openPage(), await openPage()]
  const token = await askForAdminToken()
  await ask('PUT', '/topics/timetable', token)
  for (const [index, page] of windows.entries()) {
    await signUp(page, `window${index}`)
    await connect(page)
    await page.evaluate(async () => {
      const { Kii } = globalThis as unknown as PushPage
      await Kii.getCurrentUser()?.pushSubscription().subscribe(Kii.topicWithName('timetable'))
    })
  }
  await ask('POST', '/topics/timetable/push/messages', token, { mqtt: { enabled: true, data: { n: 1 } } })
  for (const page of windows) assert.deepEqual(await next(page), { kind: 'user', n: 1 })
})

test('two tabs share one connection; when the one that holds it closes, the other takes over', async () => {
  const context = await browser.newContext()
  const sockets: string[] = []
  const tabs = [await openPage(context), await openPage(context)] as const
  for (const tab of tabs) tab.on('websocket', (socket) => sockets.push(socket.url()))
  const { token, userID } = await signUp(tabs[0], 'tabby')
  await connect(tabs[0])
  await tabs[1].evaluate(async (accessToken) => {
    await (globalThis as unknown as PushPage).KiiUser.authenticateWithToken(accessToken)
  }, token)
  await connect(tabs[1])
  assert.deepEqual(await statusOf(tabs[0]), { state: 'connected', isHeldHere: true })
  assert.deepEqual(await statusOf(tabs[1]), { state: 'connected', isHeldHere: false })
  assert.equal(sockets.length, 1)
  await sendDirect(userID, { n: 1 })
  for (const tab of tabs) assert.deepEqual(await next(tab), { kind: 'direct', n: 1 })

  await tabs[0].close()
  await tabs[1].waitForFunction(() => {
    const { state, isHeldHere } = (globalThis as unknown as PushPage).lastStatus
    return state === 'connected' && isHeldHere
  })
  await sendDirect(userID, { n: 2 })
  assert.deepEqual(await next(tabs[1]), { kind: 'direct', n: 2 })
})

test('the same login in two browsers: the loop is recognised, told with advice, and slows down (P 13.1)', async () => {
  const one = await openPage()
  const two = await openPage()
  const { token } = await signUp(one, 'twice')
  await two.evaluate(async (accessToken) => {
    await (globalThis as unknown as PushPage).KiiUser.authenticateWithToken(accessToken)
  }, token)
  await connect(one)
  await connect(two)
  await one.waitForFunction(() =>
    (globalThis as unknown as PushPage).statuses.some(({ error }) => error?.code === 'TAKE_OVER_LOOP'),
  )
  const { message, retryInSeconds } = await one.evaluate(() => {
    const { statuses } = globalThis as unknown as PushPage
    const found = statuses.find(({ error }) => error?.code === 'TAKE_OVER_LOOP')
    return { message: found?.error?.message, retryInSeconds: found?.retryInSeconds }
  })
  assert.match(message ?? '', /Another device or browser with the same login/)
  assert.ok((retryInSeconds ?? 0) >= 15)
})

async function openPage(context?: BrowserContext): Promise<Page> {
  const page = await (context ?? (await browser.newContext())).newPage()
  await page.goto(pageUrl)
  await initialize(page, `${httpUrl}/api`)
  return page
}

async function initialize(page: Page, site: string): Promise<void> {
  await page.evaluate(
    ({ appID, appKey, site }) => {
      const { Kii } = globalThis as unknown as PushPage
      Kii.initializeWithSite(appID, appKey, site)
    },
    { ...app, site },
  )
}

function signUp(page: Page, name: string): Promise<{ token: string; userID: string }> {
  return page.evaluate(async (username) => {
    const { KiiUser } = globalThis as unknown as PushPage
    const user = await KiiUser.userWithUsername(username, 'harbour-9').register()
    return { token: String(user.getAccessToken()), userID: String(user.getID()) }
  }, name)
}

async function connect(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const scope = globalThis as unknown as PushPage
    scope.inbox = []
    scope.statuses = []
    await scope.Kii.getCurrentUser()
      ?.pushInstallation()
      .connect({
        onMessage: (message) => scope.inbox.push(message),
        onStatus: (status) => {
          scope.lastStatus = status
          scope.statuses.push(status)
        },
      })
  })
}

function statusOf(page: Page): Promise<ConnectionStatus> {
  return page.evaluate(() => (globalThis as unknown as PushPage).lastStatus)
}

/** The oldest message, which is taken out. */
async function next(page: Page): Promise<unknown> {
  await page.waitForFunction(() => (globalThis as unknown as PushPage).inbox.length > 0)
  return page.evaluate(() => {
    const message = (globalThis as unknown as PushPage).inbox.shift()
    return { kind: message?.kind, n: message?.payload.n }
  })
}

async function askForAdminToken(): Promise<string> {
  const { clientID, clientSecret } = app
  const answer = await ask('POST', '/oauth2/token', undefined, {
    client_id: clientID,
    client_secret: clientSecret,
  })
  return (answer as { access_token: string }).access_token
}

async function sendDirect(userID: string, data: object): Promise<void> {
  const body = { mqtt: { enabled: true, data } }
  await ask('POST', `/users/${userID}/push/messages`, await askForAdminToken(), body)
}

async function ask(method: string, path: string, token?: string, body?: object): Promise<unknown> {
  const response = await fetch(`${httpUrl}/api/apps/${app.appID}${path}`, {
    method,
    headers: {
      'x-kii-appid': app.appID,
      'x-kii-appkey': app.appKey,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
