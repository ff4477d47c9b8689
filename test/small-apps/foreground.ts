import { type Family, open, received } from './small-app.ts'

/** Adds up what it is sent. */
const adder = `
hear('HMI.WebBrowser', ['show']);
var total = 0;
window.addEventListener('message', function (event) {
  if (event.data.type !== 'WebPortal.onCurrentNotificationReceived') return;
  if (event.data.value.content) total += event.data.value.content.add;
  say('total ' + total);
});
post('onApplicationLoaded');
`

export const foreground: Family = {
  says: 'foreground: each message comes once, in order, in both forms (W 3.4, 6.1)',
  apps: { adder },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit()
    const app = await open(headUnit, 'adder')
    await app.reads('HMI.WebBrowser show')
    const sent = [
      { payload: { idApp: 'adder', popup: false, content: { add: 1 } }, total: 1 },
      {
        payload: { idApp: 'adder', popup: false, content: { add: 20 }, extra: [null] },
        total: 21,
        subtopic: 'a/b',
      },
      // `popup` may be left out, and so may `content` (W 3.1).
      { payload: { idApp: 'adder' }, total: 21 },
    ]
    for (const { payload, subtopic = '' } of sent) await vehicle.publish(payload, subtopic)
    await app.reads(
      ...sent.flatMap(({ payload, subtopic, total }) => {
        const [value = '', raw = ''] = received(payload, subtopic)
        return [value, `total ${total}`, raw]
      }),
    )
    // None of these is for it (W 3.1, 3.2).
    await vehicle.publish({ idApp: 'adde' })
    await vehicle.publish({ idApp: 'adder', popup: 'yes' })
    await vehicle.publish({ idApp: ['adder'] })
    await headUnit.logged('id_app_malformed')
    await app.reads()
  },
}
