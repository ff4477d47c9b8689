import { limits } from '@pillion/schema'
import { type Family, open, shown } from './small-app.ts'

const caller = `
function write(to, content) { post('postMessage', { appId: to, content: content }); }
function go(to) { post('app.open', { appId: to }); }
post('onApplicationLoaded');
`
/** Takes its time to announce itself, and answers. */
const callee = `
window.addEventListener('message', function (event) {
  if (event.data.type === 'WebPortal.postMessage' && event.data.appId === 'caller') {
    post('postMessage', { appId: 'caller', content: { answer: event.data.content } });
  }
});
window.setTimeout(function () { post('onApplicationLoaded'); }, 3000);
`

export const twoPeers: Family = {
  says: 'two peers: messages between apps, and one app opening the other (W 6.5, 6.6)',
  apps: { caller, callee },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    const left = await open(headUnit, 'caller')
    await left.tap("write('callee', 'not running')")
    await left.tap("write('nobody', 'unknown')")
    await headUnit.logged('app_not_running')
    await left.tap("write('caller', { to: 'myself' })")
    await left.reads('postMessage appId="caller" content={"to":"myself"}')

    await left.tap("go('nobody')")
    await left.tap("go('caller')")
    await headUnit.logged('id_app_unknown')
    await left.reads()
    await left.tap("go('callee')")
    await left.reads('onApplicationHide')
    // It loads: ten wait for it, in order.
    for (let n = 1; n <= limits.heldMessagesMax + 1; n++) await left.tap(`write('callee', ${n})`)
    await headUnit.logged('held_overflow')
    // Only the app on screen may open another.
    await left.tap("go('caller')")
    await headUnit.logged('sender_not_in_foreground')
    await headUnit.page.clock.fastForward(3_000)
    const right = await shown(headUnit, 'callee')
    const numbers = Array.from({ length: limits.heldMessagesMax }, (_, index) => index + 1)
    await right.reads(...numbers.map((n) => `postMessage appId="caller" content=${n}`))
    await left.reads(...numbers.map((n) => `postMessage appId="callee" content={"answer":${n}}`))

    await right.tap("post('app.open', { appId: 'caller' })")
    await right.reads('onApplicationHide')
    await left.reads('onApplicationShow')
  },
}
