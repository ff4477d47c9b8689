import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type PushConnection, PushConnectionError } from '../src/index.ts'
import { closeAfter, Inbox, PushStage, quick, until } from './push-stage.ts'

const stage = await PushStage.open()

for (const transport of ['tcp', 'tls', 'ws', 'wss'] as const) {
  test(`connects over ${transport}`, async () => {
    const { user } = await stage.userDevice()
    const inbox = new Inbox()
    const ca = readFileSync(join(stage.server.config.data, 'ca/certificate.pem'), 'utf8')
    const connection = closeAfter(await user.pushInstallation().connect({ ...inbox, transport, ca }))
    assert.deepEqual(connection.status, { state: 'connected', isHeldHere: true })
    await stage.sendDirect(`users/${user.getID()}`, { transport })
    assert.equal((await inbox.next()).payload.transport, transport)
  })
}

test('the newer connection wins; the older one is told and comes back (P 13.1)', async () => {
  const one = await stage.userDevice(quick)
  const inbox = new Inbox()
  closeAfter(await one.user.pushInstallation().connect(inbox))
  const two = await stage.otherDevice(one.name)
  const other = await two.user.pushInstallation().connect()
  const { error } = await inbox.reached(({ state }) => state === 'waiting', 'being pushed out')
  assert.equal(error?.code, 'TAKEN_OVER')
  await other.close()
  await inbox.reached(({ state }) => state === 'connected', 'coming back')
  await stage.sendDirect(`users/${one.user.getID()}`, { text: 'here again' })
  assert.equal((await inbox.next()).payload.text, 'here again')
})

test('two that push each other out recognise it, tell it with advice, and stop hammering (P 13.1)', async () => {
  const one = await stage.userDevice(quick)
  const two = await stage.otherDevice(one.name, quick)
  const inboxes = [new Inbox(), new Inbox()] as const
  const [first, second] = [one, two].map(({ user }, index) =>
    user.pushInstallation().connect(inboxes[index as 0 | 1]),
  )
  closeAfter(await (first as NonNullable<typeof first>))
  closeAfter(await (second as NonNullable<typeof second>))
  for (const inbox of inboxes) {
    const { error, retryInSeconds } = await inbox.reached(
      (status) => status.error?.code === 'TAKE_OVER_LOOP',
      'the loop being recognised',
    )
    assert.ok(error instanceof PushConnectionError)
    assert.match(error.message, /Another device or browser with the same login/)
    assert.ok((retryInSeconds ?? 0) >= 15)
  }
})

for (const by of ['installationID', 'registration ID'] as const) {
  test(`uninstalling by ${by} ends the connection for good; installing again brings the messages back`, async () => {
    const { user } = await stage.userDevice()
    const topic = await user.topicWithName('news').save()
    await user.pushSubscription().subscribe(topic)
    const installation = user.pushInstallation()
    const { installationID, installationRegistrationID } = await installation.installMqtt(false)
    const inbox = new Inbox()
    const connection = await installation.connect(inbox)
    assert.equal(connection.installationID, installationID)
    if (by === 'installationID') await installation.uninstallByInstallationID(installationID)
    else await installation.uninstall(installationRegistrationID, 'MQTT')
    const { error } = await inbox.reached(({ state }) => state === 'closed', 'the end')
    assert.equal(error?.code, 'UNINSTALLED')
    await topic.sendMessage({ mqtt: { enabled: true, data: { n: 1 } } })
    await assert.rejects(installation.getMqttEndpoint(installationID), /INSTALLATION_NOT_FOUND/)

    const again = closeAfter(await installation.connect(inbox))
    assert.notEqual(again.installationID, installationID)
    await topic.sendMessage({ mqtt: { enabled: true, data: { n: 2 } } })
    assert.equal((await inbox.next()).payload.n, 2)
  })
}

test('a log-out leaves the connection; deleting the user ends it', async () => {
  const { kii, user } = await stage.userDevice()
  const inbox = new Inbox()
  await user.pushInstallation().connect(inbox)
  kii.Kii.logOut()
  await stage.sendDirect(`users/${user.getID()}`, { text: 'still here' })
  assert.equal((await inbox.next()).payload.text, 'still here')
  await (await stage.admin()).userWithID(user.getID() ?? '').delete()
  const { error } = await inbox.reached(({ state }) => state === 'closed', 'the end')
  assert.equal(error?.code, 'REQUEST_REFUSED')
  assert.match(error?.message ?? '', /WRONG_TOKEN/)
})

test('nobody who is not logged in can connect', async () => {
  const kii = stage.device()
  await assert.rejects(kii.KiiUser.userWithID('me').pushInstallation().connect(), {
    message: /^install push failed\. statusCode: 401 error code: UNAUTHORIZED/,
  })
})

test('tabs share one connection; when the one that holds it goes, another takes over', async () => {
  const one = await stage.userDevice()
  const two = await stage.otherDevice(one.name)
  const three = await stage.otherDevice(one.name)
  const inboxes = [new Inbox(), new Inbox(), new Inbox()]
  const tabs: PushConnection[] = []
  for (const [index, { user }] of [one, two, three].entries())
    tabs.push(closeAfter(await user.pushInstallation().connect({ ...inboxes[index], share: true })))
  assert.deepEqual(
    tabs.map(({ status }) => status),
    [true, false, false].map((isHeldHere) => ({ state: 'connected', isHeldHere })),
  )
  await stage.sendDirect(`users/${one.user.getID()}`, { n: 1 })
  for (const inbox of inboxes) assert.equal((await inbox.next()).payload.n, 1)

  await tabs[0]?.close()
  await until(() => tabs[1]?.status.isHeldHere === true && tabs[1].status.state === 'connected', 'the turn')
  await until(() => tabs[2]?.status.state === 'connected', 'the third tab')
  await stage.sendDirect(`users/${one.user.getID()}`, { n: 2 })
  for (const inbox of inboxes.slice(1)) assert.equal((await inbox.next()).payload.n, 2)
  assert.deepEqual(
    inboxes.flatMap(({ messages }) => messages),
    [],
  )
})

test('a listener that throws does not end the reading', async (t) => {
  const thrown: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => thrown.push(error))
  t.after(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  })
  const { user } = await stage.userDevice()
  const inbox = new Inbox()
  const onMessage = (message: Parameters<typeof inbox.onMessage>[0]) => {
    inbox.onMessage(message)
    throw new Error('of the app')
  }
  closeAfter(await user.pushInstallation().connect({ onMessage }))
  for (const n of [1, 2]) {
    await stage.sendDirect(`users/${user.getID()}`, { n })
    assert.equal((await inbox.next()).payload.n, n)
  }
  assert.equal(thrown.length, 2)
})
