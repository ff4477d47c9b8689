import assert from 'node:assert/strict'
import { limits } from '@pillion/schema'
import { type Family, open } from './small-app.ts'

const herald = `
function notify(fields) { post('notification.new', { notification: fields }); }
post('onApplicationLoaded');
`

export const notifications: Family = {
  says: 'notifications: prompt, center, and what their app hears of both (W 7.4)',
  apps: { herald },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    const { center, popup } = headUnit
    const nextPrompt = () => headUnit.page.clock.fastForward(limits.popupSpacingSeconds * 1_000)
    const app = await open(headUnit, 'herald')
    await app.tap("notify({ id: 'one', title: 'First', body: 'Line 1\\nLine 2', data: { n: 1 } })")
    await app.reads('notification.evt.created notifId="one"')
    await popup.getByText('Line 1\nLine 2').waitFor()
    await popup.getByRole('button', { name: 'Ok' }).click()
    await center.getByRole('button', { name: 'Back to notification center' }).waitFor()
    // The center takes the screen from the app like the wall does.
    await app.reads('onApplicationHide', 'notification.evt.show notifId="one"')
    await center.getByRole('button', { name: /OPEN THE APP/ }).click()
    await app.reads('onApplicationShow', 'notification.evt.click data={"n":1} notifId="one"')

    await app.tap("post('notification.new', { id: 'two', body: 'At the top level' })")
    await app.tap("notify({ id: 'two', body: 'Again' })")
    await app.tap("notify({ id: 'three' })")
    await app.tap("notify({ body: 'Without an id' })")
    await app.reads(
      'notification.evt.created notifId="two"',
      'notification.evt.error notifId="two"',
      'notification.evt.error notifId="three"',
      'notification.evt.error notifId=""',
    )
    await nextPrompt()
    await popup.getByText('At the top level').waitFor()
    await headUnit.page.clock.fastForward(limits.promptDisplaySeconds * 1_000)
    await popup.waitFor({ state: 'hidden' })
    await app.reads()
    await headUnit.dock('Home').click()
    await headUnit.centerTile.click()
    await center.getByRole('button', { name: /^herald/ }).click()
    await center.getByRole('button', { name: 'Delete this notification' }).click()
    await app.reads(
      'onApplicationHide',
      'notification.evt.show notifId="two"',
      'notification.evt.close notifId="two"',
    )

    // Out of sight, and while driving without a prompt.
    await vehicle.setSignals({ speedKmh: 50 })
    await app.frame.waitForFunction('Car.GetDrivingState()', undefined, { polling: 20 })
    await app.tap("notify({ id: 'four', title: 'Fourth', body: 'On the road' })")
    await app.reads('notification.evt.created notifId="four"')
    await nextPrompt()
    assert.equal(await popup.count(), 0)
    await center.getByRole('button', { name: /^DELETE/ }).click()
    await app.reads('notification.evt.close notifId="four"')
  },
}
