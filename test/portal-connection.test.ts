import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
let headUnit: HeadUnit
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
})
beforeEach(async () => {
  headUnit = await stage.openHeadUnit()
})
afterEach(() => headUnit.close())
after(() => stage?.close())

test('an app that is added and subscribed while the page is open appears without a reload (W 4.2 row 1)', async () => {
  assert.equal(await headUnit.tile('late').count(), 0)
  await stage.addApp('late', recorderHtml)
  const late = new Recorder(await headUnit.openApp('late'))
  await stage.tester.send(stage.vin, 'late', 'welcome')
  assert.equal((await late.received(1))[0]?.content, 'welcome')
})

test('after kill -9 of the server the page connects again by itself, and messages flow both ways', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await stage.pillion.kill()
  await headUnit.page.getByRole('main').getByText('Server away').waitFor()
  await stage.pillion.restart()
  await headUnit.connected()
  // The app was not started anew.
  assert.equal(await recorder.frame.evaluate('seen.length'), 0)
  await sendUntilReceived(recorder, 'back again')

  const messages = stage.tester.messages()
  await recorder.post({ type: 'WebPortal.onSendNotificationRequest', value: 'still here' })
  assert.equal((await messages.next()).value?.content, 'still here')
})

test('a second head unit of the vehicle takes it over; the first says so and can take it back (W 1)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  const second = await stage.openHeadUnit()
  await headUnit.alert.getByText('This vehicle is open elsewhere').waitFor()
  await stage.tester.send(stage.vin, 'recorder', 'to the second')
  await second.panel.getByText('1 pending').waitFor()

  await headUnit.alert.getByRole('button', { name: 'Use here' }).click()
  await headUnit.connected()
  await headUnit.alert.waitFor({ state: 'hidden' })
  await second.alert.getByText('This vehicle is open elsewhere').waitFor()
  await stage.tester.send(stage.vin, 'recorder', 'to the first')
  assert.deepEqual(
    (await recorder.received(1)).map(({ content }) => content),
    ['to the first'],
  )
  await second.close()
})

test('in Private mode nothing goes in or out, and the app is told (W 9.2)', async () => {
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await recorder.frame.evaluate(`
    var events = []
    Privacy.addEventListener('ModeFull', function () { events.push('ModeFull ' + Privacy.Mode() + ' ' + Car.GetVINCode()) })
    Connectivity.addEventListener('connectivityOff', function () { events.push('off ' + Device.GetInternetStatus()) })
    Connectivity.addEventListener('connectivityOn', function () { events.push('on ' + Device.GetInternetStatus()) })`)
  await headUnit.panel.getByRole('radio', { name: 'Private' }).check({ force: true })
  await recorder.frame.waitForFunction('events.length === 2')
  const messages = stage.tester.messages()
  await recorder.post({ type: 'WebPortal.onSendNotificationRequest', value: 'secret' })
  await headUnit.logged('private_mode')
  await stage.tester.send(stage.vin, 'recorder', 'unheard')

  await headUnit.panel.getByRole('radio', { name: 'Data', exact: true }).check({ force: true })
  await recorder.frame.waitForFunction('events.length === 3')
  assert.deepEqual(await recorder.frame.evaluate('events'), [
    'ModeFull Private undefined',
    'off false',
    'on true',
  ])
  await stage.tester.send(stage.vin, 'recorder', 'heard')
  await recorder.post({ type: 'WebPortal.onSendNotificationRequest', value: 'open' })
  assert.equal((await messages.next()).value?.content, 'open')
  assert.deepEqual(
    (await recorder.received(1)).map(({ content }) => content),
    ['heard'],
  )
})

/** The back end has to be connected again as well: until it is, its sends fail. */
async function sendUntilReceived(recorder: Recorder, content: string): Promise<void> {
  for (;;) {
    const sent = await stage.tester.send(stage.vin, 'recorder', content).then(
      () => true,
      () => false,
    )
    if (sent) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.equal((await recorder.received(1))[0]?.content, content)
}
