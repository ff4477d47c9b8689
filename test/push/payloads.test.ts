import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom'], things: ['lamp'] })
await stage.connect('mia')
await stage.connect('lamp', true)
await stage.must('mia', 'PUT', stage.fill('/things/{lamp}/ownership/user:{mia}'))
await stage.must('mia', 'PUT', '/groups/crew', { body: { name: 'Crew', members: [stage.fill('{tom}')] } })
const topics = [
  ['admin', '/topics/news'],
  ['mia', '/users/me/topics/news'],
  ['mia', '/groups/crew/topics/timetable'],
  ['lamp', '/things/{lamp}/topics/news'],
] as const
for (const [as, path] of topics) {
  await stage.must(as, 'PUT', stage.fill(path))
  for (const receiver of ['users/{mia}', 'things/{lamp}'])
    await stage.must(
      'admin',
      'PUT',
      stage.fill(`${path.replace('/me/', '/{mia}/')}/push/subscriptions/${receiver}`),
    )
}

const on = { mqtt: { enabled: true } }
const message = (members: object = {}) => ({ body: { ...on, ...members } })
const both = (payload: object) => ({ events: { mia: [payload], lamp: [payload] } })
const by = (uri: string) => ({
  sender: `{${uri}}`,
  senderURI: `kiicloud://${uri === 'lamp' ? 'things' : 'users'}/{${uri}}`,
})
const admin = { senderURI: 'kiicloud://admins/APP_ADMIN' }
const of = (type: string, members: object = {}) => ({
  objectScopeType: type,
  objectScopeAppID: '{app}',
  ...members,
})
const at = (path: string, topic: string) => ({
  sourceURI: `kiicloud://${path}topics/${topic}`,
  topic,
  when: Number,
})
const toMia = 'POST /users/me/topics/news/push/messages'
const mias = {
  ...by('mia'),
  ...of('APP_AND_USER', { objectScopeUserID: '{mia}' }),
  ...at('users/{mia}/', 'news'),
}
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(mias).filter(([name]) => !names.includes(name)))

// biome-ignore format: a line a row
runTable(stage, 'a message through a topic (P 12.1)', [
  ['of the app', 'admin', 'POST /topics/news/push/messages', 201, { ...message(), ...both({ ...admin, ...of('APP'), ...at('', 'news') }) }],
  ['of a user', 'mia', toMia, 201, { ...message(), ...both(mias) }],
  ['of a user by name of the path', 'mia', 'POST /users/{mia}/topics/news/push/messages', 201, { ...message(), ...both(mias) }],
  ['of a user, from the admin: no sender', 'admin', 'POST /users/{mia}/topics/news/push/messages', 201, { ...message(), ...both({ ...without('sender'), ...admin }) }],
  ['of a group: the example', 'mia', 'POST /groups/crew/topics/timetable/push/messages', 201, { body: { data: { text: 'Ferry 3 is late', minutes: 20 }, mqtt: { enabled: true, data: { minutes: 25 } }, gcm: { enabled: false }, apns: { enabled: false }, pushMessageType: 'delay' }, ...both({ text: 'Ferry 3 is late', minutes: 25, type: 'delay', ...by('mia'), ...of('APP_AND_GROUP', { objectScopeGroupID: 'crew' }), ...at('groups/crew/', 'timetable') }) }],
  ['of a group, from another member', 'tom', 'POST /groups/crew/topics/timetable/push/messages', 201, { ...message(), ...both({ ...by('tom'), ...of('APP_AND_GROUP', { objectScopeGroupID: 'crew' }), ...at('groups/crew/', 'timetable') }) }],
  ['of a thing, by vendor thing id: the plain id', 'mia', 'POST /things/VENDOR_THING_ID:lamp/topics/news/push/messages', 201, { ...message(), ...both({ ...by('mia'), ...of('APP_AND_THING', { objectScopeThingID: '{lamp}' }), ...at('things/{lamp}/', 'news') }) }],
  ['from a thing', 'lamp', 'POST /things/{lamp}/topics/news/push/messages', 201, { ...message(), ...both({ ...by('lamp'), ...of('APP_AND_THING', { objectScopeThingID: '{lamp}' }), ...at('things/{lamp}/', 'news') }) }],
  ['without sender', 'mia', toMia, 201, { ...message({ sendSender: false }), ...both(without('sender', 'senderURI')) }],
  ['without time', 'mia', toMia, 201, { ...message({ sendWhen: false }), ...both(without('when')) }],
  ['without scope', 'mia', toMia, 201, { ...message({ sendObjectScope: false }), ...both(without('objectScopeType', 'objectScopeAppID', 'objectScopeUserID')) }],
  ['without topic', 'mia', toMia, 201, { ...message({ sendTopicID: false }), ...both(without('topic')) }],
  ['with everything', 'mia', toMia, 201, { ...message({ sendSender: true, sendWhen: true, sendObjectScope: true, sendTopicID: true, sendAppID: true, sendOrigin: true, pushMessageType: 'ring' }), ...both({ ...mias, appID: '{app}', origin: 'EXPLICIT', type: 'ring' }) }],
  ['the time is that of acceptance', 'mia', toMia, 201, { ...message(), ...both({ ...mias, when: (at: number) => Math.abs(Date.now() - at) < 60_000 }) }],
])

const names = {
  sender: 'x',
  senderURI: 'x',
  sourceURI: 'x',
  topic: 'x',
  objectScopeType: 'x',
  objectScopeAppID: 'x',
  objectScopeUserID: 'x',
  when: 'x',
  appID: 'x',
  origin: 'x',
  type: 'x',
}
const off = { sendSender: false, sendWhen: false, sendObjectScope: false, sendTopicID: false }
const flags = { sendAppID: true, sendOrigin: true, pushMessageType: 'ring' }
// biome-ignore format: a line a row
runTable(stage, 'names that collide (P 12.5)', [
  ['mqtt.data before data', 'mia', toMia, 201, { body: { data: { a: 1, b: 1 }, mqtt: { enabled: true, data: { b: 2, c: 2 } } }, ...both({ ...mias, a: 1, b: 2, c: 2 }) }],
  ['the server’s members before both', 'mia', toMia, 201, { body: { data: names, mqtt: { enabled: true, data: names }, ...flags }, ...both({ ...mias, appID: '{app}', origin: 'EXPLICIT', type: 'ring' }) }],
  ['names that are not switched on are free', 'mia', toMia, 201, { body: { data: names, ...on }, ...both({ ...mias, appID: 'x', origin: 'x', type: 'x' }) }],
  ['names that are switched off are free', 'mia', toMia, 201, { body: { data: names, ...on, ...off }, ...both({ ...names, sourceURI: mias.sourceURI }) }],
  ['the scopes that do not fit are free', 'mia', toMia, 201, { body: { data: { objectScopeGroupID: 'x', objectScopeThingID: 'y' }, ...on }, ...both({ ...mias, objectScopeGroupID: 'x', objectScopeThingID: 'y' }) }],
  ['names of prototypes', 'mia', toMia, 201, { raw: '{"data":{"__proto__":"a","constructor":"b","toString":"c"},"mqtt":{"enabled":true}}', ...both({ ...mias, ['__proto__']: 'a', constructor: 'b', toString: 'c' }) }],
  ['texts of any kind', 'mia', toMia, 201, { ...message({ data: { t: '100 % “ü” \u0000 \u2028 🙂 </script>', n: -1.5e300, z: 0 } }), ...both({ ...mias, t: '100 % “ü” \u0000 \u2028 🙂 </script>', n: -1.5e300, z: 0 }) }],
])

const scopes = ['', '/users/{mia}', '/groups/crew', '/things/{lamp}']
for (const scope of scopes)
  for (const receiver of ['users/{mia}', 'things/{lamp}'])
    await stage.must(
      'admin',
      'PUT',
      stage.fill(`${scope}/buckets/log/filters/all/push/subscriptions/${receiver}`),
    )
/** Events go to installations for development and production alike: the lamp has the one, Mia has the other. */
const event = (type: string, scope: string, members: object) => ({
  ...{
    type,
    origin: 'EVENT',
    appID: '{app}',
    bucketID: 'log',
    bucketType: 'rw',
    objectID: 'one',
    when: Number,
  },
  ...{ sourceURI: `kiicloud://${scope}buckets/log/objects/one`, ...members },
})
const madeIn = (scope: string, members: object) =>
  both(event('DATA_OBJECT_CREATED', scope, { modifiedAt: Number, ...members }))
const ofCrew = of('APP_AND_GROUP', { objectScopeGroupID: 'crew' })
const ofLamp = of('APP_AND_THING', { objectScopeThingID: '{lamp}' })
// biome-ignore format: a line a row
runTable(stage, 'what happened in a bucket (P 12.2)', [
  ['of the app', 'mia', 'PUT /buckets/log/objects/one', 201, { body: { secret: 1 }, ...madeIn('', { ...of('APP'), sender: '{mia}' }) }],
  ['of a user', 'mia', 'PUT /users/me/buckets/log/objects/one', 201, { body: {}, ...madeIn('users/{mia}/', { ...of('APP_AND_USER', { objectScopeUserID: '{mia}' }), sender: '{mia}' }) }],
  ['of a group', 'tom', 'PUT /groups/crew/buckets/log/objects/one', 201, { body: {}, ...madeIn('groups/crew/', { ...ofCrew, sender: '{tom}' }) }],
  ['of a thing, by itself: the example', 'lamp', 'PUT /things/VENDOR_THING_ID:lamp/buckets/log/objects/one', 201, { body: {}, ...madeIn('things/{lamp}/', { ...ofLamp, sender: '{lamp}' }) }],
  ['by the admin: no sender', 'admin', 'PATCH /things/{lamp}/buckets/log/objects/one', 200, { body: {}, ...both(event('DATA_OBJECT_UPDATED', 'things/{lamp}/', { modifiedAt: Number, ...ofLamp })) }],
  ['gone: no time of change', 'mia', 'DELETE /buckets/log/objects/one', 204, both(event('DATA_OBJECT_DELETED', '', { ...of('APP'), sender: '{mia}' }))],
  ['gone with its bucket: no object', 'mia', 'DELETE /groups/crew/buckets/log', 204, both({ ...event('BUCKET_DELETED', '', { ...ofCrew, sender: '{mia}' }), objectID: undefined, sourceURI: 'kiicloud://groups/crew/buckets/log' })],
  ['what changes nothing tells nothing', 'mia', 'GET /users/me/buckets/log/objects/one', 200, { silent: ['mia', 'lamp'] }],
])

/** The bytes of that payload but for its app’s text, which is `t`. */
const bytesBeside = (payload: object) => Buffer.byteLength(JSON.stringify({ ...stage.fill(payload), t: '' }))
const bare = { sourceURI: mias.sourceURI }
const full = { ...mias, when: Date.now() }
const direct = { sourceURI: 'kiicloud://users/{mia}', senderURI: 'kiicloud://admins/APP_ADMIN' }
const ofBytes = (count: number, payload: object) => 'x'.repeat(count - bytesBeside(payload))
const umlauts = (count: number) =>
  'ü'.repeat((count - bytesBeside(bare)) >> 1) + 'x'.repeat((count - bytesBeside(bare)) & 1)
// biome-ignore format: a line a row
runTable(stage, 'size (P 12, 8.2, 17 row 6)', [
  ['4096 bytes with all members', 'mia', toMia, 201, { body: () => ({ ...on, data: { t: ofBytes(4_096, full) } }), ...both({ ...mias, t: ofBytes(4_096, full) }) }],
  ['4097 bytes with all members', 'mia', toMia, 'INVALID_INPUT_DATA', { body: () => ({ ...on, data: { t: ofBytes(4_097, full) } }), silent: ['mia', 'lamp'] }],
  ['4096 bytes with none', 'mia', toMia, 201, { body: () => ({ ...on, ...off, data: { t: ofBytes(4_096, bare) } }), ...both({ ...bare, t: ofBytes(4_096, bare) }) }],
  ['4097 bytes with none', 'mia', toMia, 'INVALID_INPUT_DATA', { body: () => ({ ...on, ...off, data: { t: ofBytes(4_097, bare) } }), silent: ['mia', 'lamp'] }],
  ['4096 bytes in UTF-8', 'mia', toMia, 201, { body: () => ({ ...on, ...off, data: { t: umlauts(4_096) } }), ...both({ ...bare, t: umlauts(4_096) }) }],
  ['4097 bytes in UTF-8', 'mia', toMia, 'INVALID_INPUT_DATA', { body: () => ({ ...on, ...off, data: { t: umlauts(4_097) } }), silent: ['mia', 'lamp'] }],
  ['what mqtt.data replaces does not count', 'mia', toMia, 201, { body: () => ({ ...off, data: { t: 'x'.repeat(5_000) }, mqtt: { enabled: true, data: { t: '' } } }), ...both({ ...bare, t: '' }) }],
  ['no bound while MQTT is off', 'mia', toMia, 201, { body: { mqtt: { enabled: false }, data: { t: 'x'.repeat(5_000) } }, silent: ['mia'] }],
  ['4096 bytes directly', 'admin', 'POST /users/{mia}/push/messages', 201, { body: () => ({ ...on, data: { t: ofBytes(4_096, direct) } }), events: { mia: [{ ...direct, t: (text: string) => text.length > 3_900 }] } }],
  ['4097 bytes directly', 'admin', 'POST /users/{mia}/push/messages', 'INVALID_INPUT_DATA', { body: () => ({ ...on, data: { t: ofBytes(4_097, direct) } }), silent: ['mia'] }],
])
