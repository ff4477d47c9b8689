import assert from 'node:assert/strict'
import { limits, popupActions } from '@pillion/schema'
import { type Family, open, received, type SmallVehicle } from './small-app.ts'

const asker = `
function poll() { say('pending ' + contents(WebPortal.getPendingNotifications())); }
post('onApplicationLoaded');
`

export const popups: Family = {
  says: 'popups of a back end: OK and time-out are posted, Return is kept, the sixth is refused (W 6.3, 7.1, 7.2)',
  apps: { asker },
  async use(vehicle) {
    await answerInTurn(vehicle)
    await waitForReal(vehicle)
  },
}

async function answerInTurn(vehicle: SmallVehicle): Promise<void> {
  const headUnit = await vehicle.openHeadUnit({ clock: true })
  const app = await open(headUnit, 'asker')
  const questions = [1, 2, 3, 4, 5, 6].map((n) => ({
    idApp: 'asker',
    popup: true,
    popupText: `Question ${n}`,
    content: { n },
  }))
  for (const question of questions) await vehicle.publish(question)
  const [, second, third] = questions
  await app.reads('OverflowPopup')
  await headUnit.popup.getByText('Question 1').waitFor()
  await headUnit.popup.getByRole('button', { name: 'Return' }).click()
  for (const n of [2, 3]) {
    await headUnit.page.clock.fastForward(limits.popupSpacingSeconds * 1_000)
    await headUnit.popup.getByText(`Question ${n}`).waitFor()
    if (n === 2) await headUnit.popup.getByRole('button', { name: 'Ok' }).click()
    else await headUnit.page.clock.fastForward(limits.popupDisplaySeconds * 1_000)
  }
  await app.reads(
    ...received({ ...second, popupAction: popupActions.ok }),
    ...received({ ...third, popupAction: popupActions.timeout }),
  )
  await app.tap('poll()')
  await app.reads('pending ["closeTimeoutPopupRequest","cancelBtnPopupRequestClicked"]')
  await headUnit.close()
}

/** Once on the clock of the world: a popup that nobody answers closes by itself after 15 s. */
async function waitForReal(vehicle: SmallVehicle): Promise<void> {
  const headUnit = await vehicle.openHeadUnit()
  const app = await open(headUnit, 'asker')
  const question = { idApp: 'asker', popup: true, popupText: 'Nobody answers' }
  await vehicle.publish(question)
  await headUnit.popup.waitFor()
  const shownAt = performance.now()
  await headUnit.popup.waitFor({ state: 'hidden', timeout: 20_000 })
  const seconds = (performance.now() - shownAt) / 1_000
  assert.ok(seconds > 14 && seconds < 17, `it closed after ${seconds.toFixed(1)} s`)
  await app.reads(...received({ ...question, popupAction: popupActions.timeout }))
}
