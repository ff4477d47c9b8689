import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { HeadUnit } from './support/head-unit.ts'
import { Recorder, recorderHtml } from './support/head-unit-app.ts'
import { HeadUnitStage } from './support/head-unit-stage.ts'

let stage: HeadUnitStage
let headUnit: HeadUnit
let recorder: Recorder
before(async () => {
  stage = await HeadUnitStage.open()
  await stage.addApp('recorder', recorderHtml)
  headUnit = await stage.openHeadUnit()
  recorder = new Recorder(await headUnit.openApp('recorder'))
})
after(() => stage?.close())

test('content nested too deep for a browser is dropped with a reason, and the messages behind it arrive (W 3.2)', async () => {
  const faults: string[] = []
  headUnit.page.on('pageerror', ({ message }) => faults.push(message))
  // 5,000 levels are about what postMessage and JSON.stringify manage; the test's own JSON.stringify manages 4,000.
  for (const levels of [256, 4_000]) {
    await stage.tester.send(stage.vin, 'recorder', nest(levels))
    await stage.tester.popup(stage.vin, 'recorder', 'never shown', { content: nest(levels) })
  }
  await stage.tester.send(stage.vin, 'recorder', nest(255))
  await stage.tester.popup(stage.vin, 'recorder', 'after all that')
  await headUnit.popup.getByText('after all that').waitFor()
  await headUnit.popup.getByRole('button', { name: 'Return' }).click()
  assert.deepEqual(
    (await recorder.pending(1)).map(({ popupText }) => popupText),
    ['after all that'],
  )
  assert.deepEqual(await recorder.frame.evaluate(receivedDepths), [255])
  await headUnit.logged('payload_too_deep')
  assert.deepEqual(faults, [])
})

test('an app that writes its page anew goes on: it gets messages, and the state behind its getters changes (W 5.3)', async () => {
  await recorder.frame.evaluate(`setTimeout(function () {
    document.write('<h1>New</h1>')
    document.close()
    addEventListener('message', function (event) { seen.push(event.data) })
  })`)
  await recorder.frame.getByRole('heading', { name: 'New' }).waitFor()
  await recorder.forget()
  await stage.tester.send(stage.vin, 'recorder', 'to the new page')
  assert.equal((await recorder.received(1))[0]?.content, 'to the new page')
  await headUnit.dock('Home').click()
  await stage.tester.send(stage.vin, 'recorder', 'kept')
  assert.equal((await recorder.pending(1))[0]?.content, 'kept')
  assert.deepEqual(
    (await recorder.seen()).filter((message) => 'pillion' in message),
    [],
  )
})

/** How many arrays each content has within each other; asked in the frame, since no test tool brings them out of it. */
const receivedDepths = `seen.filter(({ type }) => type === 'WebPortal.onCurrentNotificationReceived').map(({ value }) => {
  var depth = 0
  for (var content = value.content; Array.isArray(content); content = content[0]) depth++
  return depth
})`

/** So many arrays within each other. */
function nest(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels))
}
