import { limits } from '@pillion/schema'
import { type Family, open } from './small-app.ts'

/** Says nothing twice, and announces itself twice the third time. */
const sleeper = `
var visits = Number(localStorage.getItem('visits')) + 1;
localStorage.setItem('visits', visits);
say('visit ' + visits);
if (visits < 3) window.setTimeout(function () { say('still here'); }, 1000);
if (visits === 3) { post('onApplicationLoaded'); post('onApplicationLoaded'); }
`

export const silent: Family = {
  says: 'silent: an app that does not announce itself within 10 s goes without a word (W 4.2 row 4)',
  apps: { silent: sleeper },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    for (let visit = 1; visit <= 2; visit++) {
      await headUnit.tile('silent').click()
      await headUnit.page.getByText('Starting silent').waitFor()
      await headUnit.iframe('silent').waitFor({ state: 'attached' })
      const page = headUnit.page.frameLocator('iframe[title="silent"]')
      await page.getByText(`visit ${visit}`).waitFor({ state: 'attached' })
      await headUnit.page.clock.fastForward(1_000)
      await page.getByText('still here').last().waitFor({ state: 'attached' })
      // What waits for it is neither posted nor lost.
      await vehicle.publish({ idApp: 'silent', content: visit })
      await headUnit.page.clock.fastForward(limits.loadTimeoutSeconds * 1_000)
      await headUnit.alert.getByText('silent did not start within 10 s.').waitFor()
      await headUnit.iframe('silent').waitFor({ state: 'detached' })
      await headUnit.alert.getByRole('button', { name: 'Close' }).click()
    }
    const app = await open(headUnit, 'silent')
    await app.reads('visit 1', 'still here', 'visit 2', 'still here', 'visit 3')
    await headUnit.logged('app_already_loaded')
    await app.tap('say(contents(WebPortal.getPendingNotifications()))')
    await app.reads('[1,2]')
  },
}
