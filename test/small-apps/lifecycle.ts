import { limits } from '@pillion/schema'
import { type Family, open, shown } from './small-app.ts'

const witness = `
say('start');
hear('HMI', ['homeBtnClick']);
hear('HMI.WebBrowser', ['show', 'hide']);
hear('System', ['OnShutDown']);
post('onApplicationLoaded');
`
const plain = "post('onApplicationLoaded');"

export const lifecycle: Family = {
  says: 'lifecycle: shown, hidden, updated, unloaded for room, switched off (W 4.2, 9.4, 9.5)',
  apps: { witness, second: plain, third: plain, fourth: plain },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    let app = await open(headUnit, 'witness')
    await app.reads('start', 'HMI.WebBrowser show')
    await headUnit.dock('Home').click()
    await app.reads('HMI homeBtnClick', 'onApplicationHide')
    await headUnit.openApp('witness')
    await app.reads('onApplicationShow')
    await headUnit.dock('Media').click()
    await app.reads('HMI.WebBrowser hide', 'onApplicationHide')
    await headUnit.dock('Apps').click()
    await app.reads('HMI.WebBrowser show', 'onApplicationShow')

    // Its log outlasts it: the line of its last 100 ms is read by its next instance (W 4.2 rows 10 and 11).
    await vehicle.update('witness')
    await app.frame.waitForFunction(() => false).catch(() => {})
    await headUnit.page.clock.fastForward(limits.hideGraceMilliseconds)
    app = await shown(headUnit, 'witness')
    await app.reads('onApplicationUnloaded', 'start', 'HMI.WebBrowser show', 'onApplicationUpdated')

    for (const idApp of ['second', 'third']) {
      await headUnit.dock('Home').click()
      await headUnit.openApp(idApp)
    }
    await headUnit.dock('Home').click()
    // The last 100 ms of an app would be over before a busy machine lets it say anything (W 4.2).
    await headUnit.stopClock()
    await headUnit.openApp('fourth')
    await app.reads('HMI homeBtnClick', 'onApplicationHide', 'onApplicationUnloaded')
    await headUnit.page.clock.resume()
    await headUnit.iframe('witness').waitFor({ state: 'detached' })
    await headUnit.dock('Home').click()
    app = await open(headUnit, 'witness')
    await app.reads('start', 'HMI.WebBrowser show')

    await headUnit.stopClock()
    await headUnit.panel.getByRole('button', { name: /Switch off/ }).click()
    await app.reads('System OnShutDown')
    const { shutdownNoticeSeconds, hideGraceMilliseconds } = limits
    await headUnit.page.clock.runFor(shutdownNoticeSeconds * 1_000 - hideGraceMilliseconds)
    await app.reads('onApplicationUnloaded')
    await headUnit.page.clock.resume()
    await headUnit.iframe('witness').waitFor({ state: 'detached' })
    await headUnit.page.reload()
    await headUnit.connected()
    app = await open(headUnit, 'witness')
    await app.reads('start', 'HMI.WebBrowser show')
  },
}
