import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ users: ['mia'], pseudoUsers: ['tom', 'zoe'], things: ['lamp'] })
await stage.addStrangers()
await stage.must('mia', 'PUT', stage.fill('/things/{lamp}/ownership/user:{mia}'))
await stage.connect('mia')
await stage.connect('tom', true)
await stage.connect('lamp')

const user = 'POST /users/{mia}/push/messages'
const thing = 'POST /things/{lamp}/push/messages'
const message = (members: object = {}) => ({
  body: { data: { n: 1 }, mqtt: { enabled: true }, ...members },
  type: 'SendPushMessageRequest',
})
const got = (uri: string, members: object = {}) => [
  { n: 1, sourceURI: `kiicloud://${uri}`, senderURI: 'kiicloud://admins/APP_ADMIN', ...members },
]
const mias = (members?: object) => ({
  equals: { pushMessageID: String },
  events: { mia: got('users/{mia}', members) },
  silent: ['tom', 'lamp'],
})
const nobody = { silent: ['mia', 'tom', 'lamp'] }

// biome-ignore format: a line a row
runTable(stage, 'direct push (P 9, 12.3)', [
  ['to a user', 'admin', user, 201, { ...message(), ...mias(), media: 'SendPushMessageResponse' }],
  ['to a user by name', 'admin', 'POST /users/LOGIN_NAME:mia/push/messages', 201, { ...message(), ...mias() }],
  ['to a user with installation for development', 'admin', 'POST /users/{tom}/push/messages', 201, { ...message(), events: { tom: got('users/{tom}') }, silent: ['mia'] }],
  ['to a thing', 'admin', thing, 201, { ...message(), events: { lamp: got('things/{lamp}') }, silent: ['mia', 'tom'] }],
  ['to a thing by vendor thing id', 'admin', 'POST /things/VENDOR_THING_ID:lamp/push/messages', 201, { ...message(), events: { lamp: got('things/{lamp}') } }],
  ['to somebody without installation', 'admin', 'POST /users/{zoe}/push/messages', 201, { ...message(), equals: { pushMessageID: String }, ...nobody }],
  ['data of both, the server’s members strongest', 'admin', user, 201, { ...message({ data: { n: 0, a: 1, sourceURI: 'x', senderURI: 'x' }, mqtt: { enabled: true, data: { n: 1 } } }), ...mias({ a: 1 }) }],
  ['names of members that it has not are free', 'admin', user, 201, { ...message({ data: { n: 1, topic: 't', sender: 's', when: 'w', objectScopeType: 'o' } }), ...mias({ topic: 't', sender: 's', when: 'w', objectScopeType: 'o' }) }],
  ['all that may be asked for', 'admin', user, 201, { ...message({ sendAppID: true, sendOrigin: true, sendWhen: true, pushMessageType: 'ring' }), ...mias({ appID: '{app}', origin: 'EXPLICIT', when: Number, type: 'ring' }) }],
  ['flags that have no effect', 'admin', user, 201, { ...message({ sendSender: true, sendObjectScope: true, sendTopicID: true }), ...mias() }],
  ['flags that have no effect when off either', 'admin', user, 201, { ...message({ sendSender: false, sendObjectScope: false, sendTopicID: false, sendWhen: false }), ...mias() }],
  ['for development only', 'admin', user, 201, { ...message({ sendToProduction: false }), ...nobody }],
  ['for production only', 'admin', user, 201, { ...message({ sendToDevelopment: false }), ...mias() }],
  ['with MQTT off', 'admin', user, 201, { ...message({ mqtt: { enabled: false } }), ...nobody }],
  ['a dry run', 'admin', user, 201, { ...message({ mqtt: { enabled: true, dryRun: true } }), ...nobody }],
  ['without channel', 'admin', user, 'INVALID_INPUT_DATA', { body: { data: { n: 1 } }, ...nobody }],
  ['with nested data', 'admin', user, 'INVALID_INPUT_DATA', { ...message({ data: { n: {} } }), ...nobody }],
  ['no JSON', 'admin', user, 'INVALID_JSON', { raw: '{' }],
  ['to nobody', 'admin', 'POST /users/none/push/messages', 'USER_NOT_FOUND', { ...message(), json: { field: 'userID', value: 'none', appID: '{app}' } }],
  ['to no thing', 'admin', 'POST /things/none/push/messages', 'THING_NOT_FOUND', { ...message(), json: { value: 'none', appID: '{app}' } }],
  ['to a user of another app', 'admin', 'POST /users/{other.stranger}/push/messages', 'USER_NOT_FOUND', message()],
  ['by a user to another', 'tom', user, 'UNAUTHORIZED', { ...message(), json: { authenticatedAppID: '{app}', authenticatedPrincipalID: '{tom}' }, ...nobody }],
  ['by a user to itself', 'mia', user, 'UNAUTHORIZED', { ...message(), ...nobody }],
  ['by a user to “me”', 'mia', 'POST /users/me/push/messages', 'UNAUTHORIZED', message()],
  ['by an owner to its thing', 'mia', thing, 'UNAUTHORIZED', { ...message(), ...nobody }],
  ['by a thing to itself', 'lamp', thing, 'UNAUTHORIZED', { ...message(), ...nobody }],
  ['by nobody', 'anonymous', user, 'UNAUTHORIZED', message()],
  ['by another app’s admin', 'other.admin', user, 'WRONG_TOKEN', { ...message(), ...nobody }],
  ['to nobody, by a user: nobody is found first', 'tom', 'POST /users/none/push/messages', 'USER_NOT_FOUND', message()],
])
