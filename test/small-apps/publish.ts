import assert from 'node:assert/strict'
import { limits } from '@pillion/schema'
import { type Family, open } from './small-app.ts'

/** Sends one after the other; what is answered waits for its answer. */
const sender = `
var publishes = [
  { payload: 'plain' },
  { payload: '{"content":{"is":"wrapped"}}', subtopic: 'a/b' },
  { payload: 'wild', subtopic: 'a/+' },
  { payload: new Array(${limits.portalPayloadBytesMax}).join('x') },
  { payload: 'last', subtopic: '/end/' }
];
function next() {
  var fields = publishes.shift();
  if (fields) post('MQTT.publish', fields);
}
window.addEventListener('message', function (event) {
  if (event.data.type.indexOf('elivered') > 0) next();
});
post('onApplicationLoaded');
post('onSendNotificationRequest', { value: { n: 1 } });
post('onSendNotificationRequest', { value: 'text', topic: 'own/topic' });
post('onSendNotificationRequest');
window.parent.postMessage({ content: [1, null] }, '*');
post('onSendNotificationRequest', { value: 'never', topic: '#' });
next();
`

export const publish: Family = {
  says: 'publish: what is sent arrives as content, and MQTT.publish is told of each (W 6.4)',
  apps: { sender },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit()
    const app = await open(headUnit, 'sender')
    await app.reads(
      'MQTT.evt.messageDelivered messageId=1 subtopic=""',
      'MQTT.evt.messageDelivered messageId=2 subtopic="a/b"',
      'MQTT.evt.messageNotDelivered messageId=3 subtopic="a/+"',
      'MQTT.evt.messageNotDelivered messageId=4 subtopic=""',
      'MQTT.evt.messageDelivered messageId=5 subtopic="/end/"',
    )
    const uplinks = await vehicle.uplinks(7)
    assert.deepEqual(
      uplinks.map(({ subtopic, payload }) => [subtopic, payload]),
      [
        ['', '{"content":{"n":1}}'],
        ['own/topic', '{"content":"text"}'],
        ['', '{"content":null}'],
        ['', '{"content":[1,null]}'],
        ['', '{"content":"plain"}'],
        ['a/b', '{"content":{"is":"wrapped"}}'],
        ['end', '{"content":"last"}'],
      ],
    )
    await headUnit.panel.getByRole('switch', { name: /Network/ }).uncheck()
    await app.tap("post('MQTT.publish', { payload: 'in a tunnel' })")
    await app.reads('MQTT.evt.messageNotDelivered messageId=6 subtopic=""')
  },
}
