import { type Family, open } from './small-app.ts'

/** The published polling listing, without its timer: it replaces the method before it calls it (W 5.3). */
const poller = `
function poll(when) {
  var messages = WebPortal.getPendingNotifications('poller');
  say(when + ' ' + contents(messages) + (messages.error ? ' ' + messages.error : ''));
}
WebPortal.getPendingNotifications = function () {};
poll('at parse time');
window.addEventListener('message', function (event) {
  if (event.data.type === 'WebPortal.onApplicationShow') poll('on show');
  if (event.data.type === 'WebPortal.onApplicationHide') poll('on hide');
});
post('onApplicationLoaded');
`

export const background: Family = {
  says: 'background: the last ten are kept, given out once, and never posted (W 6.2)',
  apps: { poller },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit()
    const send = async (count: number) => {
      for (let n = 1; n <= count; n++) await vehicle.publish({ idApp: 'poller', content: n })
      await headUnit.panel.getByText(`${Math.min(count, 10)} pending`).waitFor()
    }
    await send(2)
    const app = await open(headUnit, 'poller')
    await app.reads('at parse time [] Unrecognised Error')
    await headUnit.dock('Home').click()
    await app.reads('onApplicationHide', 'on hide [1,2]')
    await send(12)
    // While it is hidden as well as when it comes back.
    await app.tap("poll('hidden')")
    await app.reads('hidden [3,4,5,6,7,8,9,10,11,12]')
    await send(1)
    await headUnit.openApp('poller')
    await app.reads('onApplicationShow', 'on show [1]')
    await app.tap("poll('in foreground')")
    await app.tap("say(contents(WebPortal.getPendingNotifications('other')))")
    await app.reads('in foreground []', '[]')
  },
}
