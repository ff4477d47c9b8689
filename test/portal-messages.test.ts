import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { limits } from '@pillion/schema'
import { startPillion } from '../apps/cli/src/run-pillion.ts'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
let headUnit: HeadUnit
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
  headUnit = await stage.openHeadUnit()
})
after(() => stage?.close())

test('the wall shows the apps of the vehicle; a message sent from the shell appears in the open app', async (t) => {
  await headUnit.tile('Deliveries').waitFor()
  const app = await headUnit.openApp('Messages')
  // Of the demo's own back end, asked by the app when it started.
  await app.getByText('Good morning! Dispatch here.').waitFor()

  const content = JSON.stringify({ type: 'message', from: 'Shell', text: 'Fresh rolls at gate 7' })
  const started = performance.now()
  const sent = stage.pillion.json('send', stage.vin, '--app', 'demo-messages', content)
  await app.getByText('Fresh rolls at gate 7').waitFor()
  t.diagnostic(`on screen ${Math.round(performance.now() - started)} ms after the command was started`)
  assert.partialDeepStrictEqual(await sent, { routedTo: 1 })
})

test('what the driver answers appears in pillion listen', async () => {
  const { data, folder } = stage.pillion
  const listening = startPillion(['listen', '--partner', 'demo', '--data', data], { cwd: folder })
  await listening.printed('stderr', /Listening for/)
  const app = await headUnit.shownApp('Messages')
  await app.getByPlaceholder('Write a message').fill('All fine')
  await headUnit.page.keyboard.press('Enter')
  const [, content = ''] = await listening.printed('stdout', /PILLIONDEMO000001 {2}(.*"type":"message".*)/)
  const { app: idApp, text } = JSON.parse(content) as { app: string; text: string }
  assert.deepEqual([idApp, text], ['demo-messages', 'All fine'])
  // The demo's back end hears it as well and answers.
  await app.getByText('Good to hear').waitFor()
  listening.child.kill('SIGTERM')
  await listening.finished
})

test('a message takes a short way through the whole system', async (t) => {
  const recorder = await openRecorder()
  const milliseconds: number[] = []
  for (let round = 1; round <= 20; round++) {
    const started = performance.now()
    await stage.tester.send(stage.vin, 'recorder', round)
    await recorder.received(round)
    milliseconds.push(performance.now() - started)
  }
  milliseconds.sort((a, b) => a - b)
  t.diagnostic(
    `partner → app: median ${milliseconds[10]?.toFixed(1)} ms, worst ${milliseconds[19]?.toFixed(1)} ms`,
  )
  await headUnit.dock('Home').click()
})

test('of 12 messages for an app in background the last 10 are kept, in order, and given out once (W 6.2)', async () => {
  const recorder = await openRecorder()
  const before = (await recorder.seen()).length
  await headUnit.dock('Home').click()
  await recorder.wait(1, 'WebPortal.onApplicationHide')
  for (let n = 1; n <= 12; n++) await stage.tester.send(stage.vin, 'recorder', { n })
  await headUnit.panel.getByText('10 pending').waitFor()
  await headUnit.logged('pending_overflow')

  await headUnit.openApp('recorder')
  await recorder.wait(1, 'WebPortal.onApplicationShow')
  const kept = await recorder.drain('recorder')
  assert.deepEqual(
    kept.map(({ content }) => content),
    Array.from({ length: 10 }, (_, index) => ({ n: index + 3 })),
  )
  assert.deepEqual(kept[0], { idApp: 'recorder', popup: false, content: { n: 3 } })
  assert.deepEqual(await recorder.drain(), [])
  // None of them was posted as well, then or now.
  const types = (await recorder.seen()).slice(before).map(({ type }) => type)
  assert.deepEqual(types, ['WebPortal.onApplicationHide', 'WebPortal.onApplicationShow'])
  await headUnit.panel.getByText('10 pending').waitFor({ state: 'detached' })
})

test('any JSON value reaches the back end as content, up to 131,072 bytes; one byte more does not (W 2.9, 6.4)', async () => {
  const recorder = await openRecorder()
  const envelopeBytes = '{"content":""}'.length
  const largest = 'x'.repeat(limits.portalPayloadBytesMax - envelopeBytes)
  const values = [{ a: [1, 'ä'] }, 'text', 42, null, largest]
  const messages = stage.tester.messages()
  const type = 'WebPortal.onSendNotificationRequest'
  await recorder.post({ type, value: `${largest}x` }, ...values.map((value) => ({ type, value })), { type })
  for (const value of [...values, null]) {
    const { value: message } = await messages.next()
    assert.deepEqual(message?.content, value)
    assert.equal(message?.vin, stage.vin)
    if (value === largest) assert.equal(message?.payload.length, limits.portalPayloadBytesMax)
  }
  await headUnit.logged('payload_too_large')
})

test('MQTT.publish is told what became of it: delivered, too large, no network (W 6.4)', async () => {
  const recorder = await openRecorder()
  const messages = stage.tester.messages()
  const publish = { type: 'WebPortal.MQTT.publish', payload: '{"content":{"ready":true}}' }
  await recorder.post(publish, { ...publish, payload: 'plain', subtopic: 'a/b' })
  await recorder.wait(2, 'WebPortal.MQTT.evt.messageDelivered')
  await recorder.post({ ...publish, payload: 'x'.repeat(limits.portalPayloadBytesMax), subtopic: 'large' })
  await recorder.wait(1, 'WebPortal.MQTT.evt.messageNotDelivered')
  await headUnit.panel.getByRole('switch', { name: /Network/ }).uncheck()
  await recorder.post({ ...publish, subtopic: 'tunnel' })
  const answers = await recorder.wait(
    4,
    'WebPortal.MQTT.evt.messageDelivered',
    'WebPortal.MQTT.evt.messageNotDelivered',
  )
  assert.deepEqual(answers, [
    { type: 'WebPortal.MQTT.evt.messageDelivered', messageId: 1, subtopic: '' },
    { type: 'WebPortal.MQTT.evt.messageDelivered', messageId: 2, subtopic: 'a/b' },
    { type: 'WebPortal.MQTT.evt.messageNotDelivered', messageId: 3, subtopic: 'large' },
    { type: 'WebPortal.MQTT.evt.messageNotDelivered', messageId: 4, subtopic: 'tunnel' },
  ])
  const first = (await messages.next()).value
  const second = (await messages.next()).value
  assert.deepEqual([first?.content, first?.subtopic], [{ ready: true }, ''])
  assert.deepEqual([second?.content, second?.subtopic], ['plain', 'a/b'])

  await headUnit.panel.getByRole('switch', { name: /Network/ }).check()
  await headUnit.connected()
  await recorder.post(publish)
  assert.deepEqual((await messages.next()).value?.content, { ready: true })
})

/** On screen, with a log of its own: what earlier tests left in it stays out. */
async function openRecorder(): Promise<Recorder> {
  await headUnit.dock('Home').click()
  const recorder = new Recorder(await headUnit.openApp('recorder'))
  await recorder.forget()
  return recorder
}
