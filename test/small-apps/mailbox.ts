import { popupActions } from '@pillion/schema'
import { type Family, open, received } from './small-app.ts'

const box = `
hear('Connectivity', ['connectivityOn', 'connectivityOff']);
function poll() { say('pending ' + contents(WebPortal.getPendingNotifications())); }
post('onApplicationLoaded');
`

export const mailbox: Family = {
  says: 'mailbox: what came while the head unit was away waits in the background, and no popup is late (W 9.3)',
  apps: { box },
  async use(vehicle) {
    await sendWhileAway(vehicle)
    const headUnit = await vehicle.openHeadUnit()
    await headUnit.panel.getByText('10 pending').waitFor()
    const app = await open(headUnit, 'box')
    await app.tap('poll()')
    await app.reads('pending [4,5,6,7,8,9,10,11,12,"closeTimeoutPopupRequest"]')

    // A tunnel, with the app on screen all the time.
    const network = headUnit.panel.getByRole('switch', { name: /Network/ })
    await network.uncheck()
    await app.reads('Connectivity connectivityOff')
    await vehicle.untilAway()
    await vehicle.publish({ idApp: 'box', content: 'in the tunnel' })
    await network.check()
    await headUnit.panel.getByText('1 pending').waitFor()
    await app.reads('Connectivity connectivityOn')
    await app.tap('poll()')
    await app.reads('pending ["in the tunnel"]')
    await vehicle.publish({ idApp: 'box', content: 'out again' })
    await app.reads(...received({ idApp: 'box', content: 'out again' }))
  },
}

async function sendWhileAway(vehicle: Parameters<Family['use']>[0]): Promise<void> {
  for (let n = 1; n <= 12; n++) await vehicle.publish({ idApp: 'box', content: n })
  await vehicle.publish({ idApp: 'box', popup: true, popupText: 'Too late', content: popupActions.ok })
}
