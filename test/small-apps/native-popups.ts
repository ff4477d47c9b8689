import { limits } from '@pillion/schema'
import { type Family, open } from './small-app.ts'

const prompter = `
function ask(family, text) { post(family + '.open', { text: text }); }
post('onApplicationLoaded');
`

export const nativePopups: Family = {
  says: 'popups of an app: the events are of the family of the request, in any visibility (W 7.3)',
  apps: { prompter },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    const { popup } = headUnit
    const nextPopup = () => headUnit.page.clock.fastForward(limits.popupSpacingSeconds * 1_000)
    const app = await open(headUnit, 'prompter')
    await app.tap("ask('popup', 'One')")
    await popup.getByText('One').waitFor()
    await app.reads('popup.evt.opened')
    await popup.getByRole('button', { name: 'Ok' }).click()
    await app.reads('popup.evt.ok')

    await app.tap("ask('nativePopup', 'Two')")
    await app.reads()
    await nextPopup()
    await app.reads('nativePopup.evt.opened')
    await popup.getByRole('button', { name: 'Return' }).click()
    await app.reads('nativePopup.evt.cancel')

    // From the background, over another module (W 7.3).
    await headUnit.dock('Media').click()
    await app.tap("ask('nativePopup', 'Three')")
    await nextPopup()
    await popup.getByText('Three').waitFor()
    await headUnit.page.clock.fastForward(limits.popupDisplaySeconds * 1_000)
    await app.reads('onApplicationHide', 'nativePopup.evt.opened', 'nativePopup.evt.timeout')

    await app.tap("post('popup.open', {})")
    await headUnit.logged('text_malformed')
    for (let n = 1; n <= limits.popupQueueMax + 1; n++) await app.tap(`ask('popup', 'Queue ${n}')`)
    await app.reads('OverflowPopup')
    await nextPopup()
    await app.reads('popup.evt.opened')
    // An app that goes takes its popups with it: no outcome, and nothing waits (W 7.1).
    await headUnit.panel.getByRole('button', { name: 'Reload prompter' }).click()
    await popup.waitFor({ state: 'hidden' })
    await nextPopup()
    await popup.waitFor({ state: 'hidden' })
  },
}
