import { type Rest, type Row, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

/** What the original JavaScript SDK sends, in its order and with its oddities (P 1.1, 14.7). */
const stage = await Stage.open()
let count = 0
/** As its every request: with the app's headers, its version, and a number against caches. */
function sdk(call: string, as: string, request: string, expected: Row[3], rest: Rest = {}): Row {
  const separator = request.includes('?') ? '&' : '?'
  const headers = { 'x-kii-sdk': 'sn=jss;sv=2.4.19', accept: '*/*', ...rest.headers }
  return [call, as, `${request}${separator}disable_cache=${++count}`, expected, { ...rest, headers }]
}
/** Sent along with what has no body. */
const json = { type: 'application/json' }
const token = 'POST /api/oauth2/token'
const lower = { headers: { authorization: 'bearer {mia.token}' } }
const signedIn = (name: string) => ({
  json: { id: String, access_token: String, expires_in: Number },
  caller: { [name]: 'access_token' },
})
const me = {
  json: { userID: '{mia}', loginName: 'mia', internalUserID: Number, _hasPassword: true, _disabled: false },
}
const user = '/users/{mia}'
const update = { type: 'UserUpdateRequest', json: { modifiedAt: Number } }

// biome-ignore format: a line a row
runTable(stage, 'users (P 14.7)', [
  sdk('register', 'anonymous', 'POST /users', 201, { body: { loginName: 'mia', password: 'harbour-9' }, type: 'RegistrationRequest', save: { mia: 'userID' } }),
  sdk('register: signing in', 'anonymous', token, 200, { body: { username: 'mia', password: 'harbour-9' }, ...signedIn('mia') }),
  sdk('registerAsPseudoUser', 'anonymous', 'POST /users', 201, { body: { level: 1 }, type: 'RegistrationAndAuthorizationRequest', json: { _hasPassword: false, level: 1 }, caller: { una: '_accessToken' }, save: { una: 'userID' } }),
  sdk('authenticate', 'anonymous', token, 200, { body: () => ({ username: 'mia', password: 'harbour-9', expiresAt: Date.now() + 3_600_000 }), ...signedIn('mia') }),
  sdk('authenticate with a wrong password', 'anonymous', token, 'invalid_grant', { body: { username: 'mia', password: 'wrong-one' }, json: { error_description: /^[^:]+$/, message: String } }),
  sdk('authenticateWithToken', 'mia', 'GET /users/me', 200, { ...json, ...me }),
  sdk('user.refresh', 'anonymous', `GET ${user}`, 200, { ...json, ...lower, ...me }),
  sdk('user.update: reading', 'mia', `GET ${user}`, 200, json),
  sdk('user.update: writing', 'mia', `POST ${user}`, 200, { body: { userID: '{mia}', internalUserID: 1, loginName: 'mia', _hasPassword: true, _disabled: false, displayName: 'Mia', age: 7 }, ...update }),
  sdk('user.refresh after it', 'mia', `GET ${user}`, 200, { ...json, json: { displayName: 'Mia', age: 7, loginName: 'mia' } }),
  sdk('putIdentity: reading', 'una', 'GET /users/{una}', 200, json),
  sdk('putIdentity: writing', 'una', 'POST /users/{una}', 200, { body: { loginName: 'una', password: 'harbour-9', level: 1 }, ...update }),
  sdk('authenticate after it', 'anonymous', token, 200, { body: { username: 'una', password: 'harbour-9' }, json: { id: '{una}' } }),
  sdk('findUserByUsername', 'mia', 'GET /users/LOGIN_NAME:una', 200, { ...json, equals: { userID: '{una}', loginName: 'una' } }),
  sdk('updatePassword', 'mia', `PUT ${user}/password`, 204, { body: { oldPassword: 'harbour-9', newPassword: 'harbour-10' }, type: 'ChangePasswordRequest' }),
  sdk('authenticateAsAppAdmin', 'anonymous', token, 200, { body: { client_id: '{clientID}', client_secret: '{clientSecret}' }, ...signedIn('root') }),
])

const thing = '/things/{lamp}'
const owner = `${thing}/ownership/user:{mia}`
// biome-ignore format: a line a row
runTable(stage, 'things (P 14.7)', [
  sdk('KiiThing.register', 'anonymous', 'POST /things', 201, { body: { _vendorThingID: 'lamp.1', _password: 'bright-1', _thingType: 'lamp', watt: 5 }, type: 'ThingRegistrationAndAuthorizationRequest', json: { _vendorThingID: 'lamp.1', _created: Number, _disabled: false, watt: 5 }, save: { lamp: '_thingID' }, caller: { lamp: '_accessToken' } }),
  sdk('authenticateAsThing', 'anonymous', token, 200, { body: { username: 'VENDOR_THING_ID:lamp.1', password: 'bright-1' }, type: 'OauthTokenRequest', ...signedIn('lamp') }),
  sdk('registerOwner', 'mia', `PUT ${owner}`, 204, json),
  sdk('isOwner', 'mia', `HEAD ${owner}`, 204, json),
  sdk('registerOwnerWithVendorThingID, again', 'mia', 'PUT /things/VENDOR_THING_ID:lamp.1/ownership/user:{mia}', 'THING_OWNERSHIP_ALREADY_EXISTS', json),
  sdk('loadWithVendorThingID', 'mia', 'GET /things/VENDOR_THING_ID:lamp.1', 200, { ...json, json: { _thingID: '{lamp}', watt: 5 } }),
  sdk('thing.update: reading', 'mia', `GET ${thing}`, 200, json),
  sdk('thing.update: writing', 'mia', `PATCH ${thing}`, '200|204', { body: { _thingID: '{lamp}', _vendorThingID: 'lamp.1', _created: 1, _disabled: false, _thingType: 'lamp', watt: 7 }, type: 'ThingUpdateRequest' }),
  sdk('thing.refresh', 'mia', `GET ${thing}`, 200, { ...json, json: { watt: 7 } }),
  sdk('thing.disable', 'mia', `PUT ${thing}/status`, 204, { body: { disabled: true }, type: 'ThingStatusUpdateRequest' }),
  sdk('thing.enable', 'mia', `PUT ${thing}/status`, 204, { body: { disabled: false }, type: 'ThingStatusUpdateRequest' }),
  sdk('unregisterOwner', 'mia', `DELETE ${owner}`, 204, json),
  sdk('registerOwnerWithPassword', 'mia', `POST ${thing}/ownership`, 204, { body: { thingPassword: 'bright-1', userID: '{mia}' }, type: 'ThingOwnershipRequest' }),
])

const install = { body: { deviceType: 'MQTT', development: false }, type: 'InstallationCreationRequest' }
const topic = `${user}/topics/news`
const subscriber = 'push/subscriptions/users/{mia}'
const message = {
  body: {
    data: { text: '100 %' },
    gcm: { enabled: true },
    apns: { enabled: true, alert: 'x' },
    jpush: { enabled: true },
    mqtt: { enabled: true },
    sendToDevelopment: false,
  },
  type: 'SendPushMessageRequest',
}
const system = {
  sender: '{mia}',
  when: Number,
  objectScopeType: 'APP_AND_USER',
  objectScopeAppID: '{app}',
  objectScopeUserID: '{mia}',
}
const got = {
  text: '100 %',
  ...system,
  senderURI: 'kiicloud://users/{mia}',
  sourceURI: 'kiicloud://users/{mia}/topics/news',
  topic: 'news',
}
// biome-ignore format: a line a row
runTable(stage, 'installations and topics (P 14.7)', [
  sdk('installMqtt', 'mia', 'POST /installations', 201, { ...install, save: { i: 'installationID', r: 'installationRegistrationID' } }),
  sdk('getMqttEndpoint', 'mia', 'GET /installations/{i}/mqtt-endpoint', 200, { ...json, json: { installationID: '{i}', 'X-MQTT-TTL': 2_147_483_647 }, after: () => stage.connect('mia') }),
  sdk('topic.exists: no', 'mia', `HEAD ${topic}`, 404, json),
  sdk('topic.save', 'mia', `PUT ${topic}`, 204, json),
  sdk('topic.save again', 'mia', `PUT ${topic}`, 'TOPIC_ALREADY_EXISTS', json),
  sdk('topic.exists: yes', 'mia', `HEAD ${topic}`, 204, json),
  sdk('isSubscribed: no', 'mia', `GET ${topic}/${subscriber}`, 'PUSH_SUBSCRIPTION_NOT_FOUND', json),
  sdk('subscribe', 'mia', `PUT ${topic}/${subscriber}`, 204, json),
  sdk('isSubscribed: yes', 'mia', `GET ${topic}/${subscriber}`, 204, json),
  sdk('sendMessage', 'mia', `POST ${topic}/push/messages`, 201, { ...message, json: { pushMessageID: String }, events: { mia: [got] } }),
  sdk('listTopics', 'mia', `GET ${user}/topics`, 200, { ...json, equals: { topics: [{ topicID: 'news' }] } }),
  sdk('acl.listACLEntries', 'mia', `GET ${topic}/acl`, 200, { ...json, json: { SUBSCRIBE_TO_TOPIC: [{ userID: '{mia}' }], SEND_MESSAGE_TO_TOPIC: [{ userID: '{mia}' }] } }),
  sdk('acl.save: a grant', 'mia', `PUT ${topic}/acl/SUBSCRIBE_TO_TOPIC/UserID:{una}`, 204, json),
  sdk('acl.save: a revocation', 'mia', `DELETE ${topic}/acl/SUBSCRIBE_TO_TOPIC/UserID:{una}`, 204, json),
  sdk('subscribe its thing', 'mia', `PUT ${thing}/topics/ring`, 204, json),
  sdk('thing.pushSubscription().subscribe', 'mia', `PUT ${thing}/topics/ring/push/subscriptions/things/{lamp}`, 204, json),
  sdk('thing.pushSubscription().isSubscribed', 'mia', `GET ${thing}/topics/ring/push/subscriptions/things/{lamp}`, 204, json),
  sdk('unsubscribe', 'mia', `DELETE ${topic}/${subscriber}`, 204, json),
  sdk('deleteTopic', 'mia', `DELETE ${topic}`, 204, json),
])

const bucket = `${user}/buckets/log`
const filter = `/${bucket}/filters/all/${subscriber}`
const override = { headers: { 'X-HTTP-Method-Override': 'PATCH' } }
const event = (type: string, objectID: string, members: object = { modifiedAt: Number }) => ({
  events: {
    mia: [
      {
        type,
        origin: 'EVENT',
        appID: '{app}',
        ...system,
        bucketID: 'log',
        bucketType: 'rw',
        objectID,
        sourceURI: `kiicloud://users/{mia}/buckets/log/objects/${objectID}`,
        ...members,
      },
    ],
  },
})
// biome-ignore format: a line a row
runTable(stage, 'buckets, objects and groups (P 14.7)', [
  sdk('isSubscribed to a bucket: no', 'mia', `GET ${filter}`, 'FILTER_NOT_FOUND', json),
  sdk('subscribe to a bucket', 'mia', `PUT ${filter}`, 204, json),
  sdk('isSubscribed to a bucket: yes', 'mia', `GET ${filter}`, 204, json),
  sdk('subscribe to a bucket of the app', 'mia', `PUT //buckets/all/filters/all/${subscriber}`, 204, json),
  sdk('object.save, the first time', 'mia', `POST ${bucket}/objects`, 201, { body: { a: 1 }, json: { createdAt: Number }, header: { etag: String }, save: { o: 'objectID' }, ...event('DATA_OBJECT_CREATED', '{o}') }),
  sdk('object.save, later', 'mia', `POST ${bucket}/objects/{o}`, 200, { body: { b: 2 }, ...override, json: { _id: '{o}', a: 1, b: 2, _version: '2' }, ...event('DATA_OBJECT_UPDATED', '{o}') }),
  sdk('object.save without overwriting', 'mia', `POST ${bucket}/objects/{o}`, 200, { body: { b: 3 }, headers: { ...override.headers, 'If-Match': '2' }, ...event('DATA_OBJECT_UPDATED', '{o}') }),
  sdk('object.save of an old version', 'mia', `POST ${bucket}/objects/{o}`, 'OBJECT_VERSION_IS_STALE', { body: { b: 4 }, headers: { ...override.headers, 'If-Match': '2' } }),
  sdk('createObjectWithID().save', 'mia', `POST ${bucket}/objects/own`, 201, { body: { a: 1 }, headers: { ...override.headers, 'If-None-Match': '*' }, ...event('DATA_OBJECT_CREATED', 'own') }),
  sdk('object.saveAllFields', 'mia', `PUT ${bucket}/objects/own`, 200, { body: { c: 1 }, json: { modifiedAt: Number }, ...event('DATA_OBJECT_UPDATED', 'own') }),
  sdk('object.refresh', 'mia', `GET ${bucket}/objects/own`, 200, { ...json, json: { c: 1, a: undefined } }),
  sdk('executeQuery', 'mia', `POST ${bucket}/query`, 200, { body: { bucketQuery: { clause: { type: 'all' } }, bestEffortLimit: 10 }, type: 'QueryRequest', json: { results: (all: unknown[]) => all.length === 2 } }),
  sdk('object.delete', 'mia', `DELETE ${bucket}/objects/own`, 204, { ...json, ...event('DATA_OBJECT_DELETED', 'own', {}) }),
  sdk('unsubscribe from a bucket', 'mia', `DELETE ${filter}`, 204, json),
  sdk('bucket.delete', 'mia', `DELETE ${bucket}`, 204, { ...json, silent: ['mia'] }),
  sdk('group.save', 'mia', 'POST /groups', 201, { body: { name: 'Crew', owner: '{mia}' }, type: 'GroupCreationRequest', equals: { groupID: String, notFoundUsers: [] }, save: { crew: 'groupID' } }),
  sdk('group.save: a member', 'mia', 'PUT /groups/{crew}/members/{una}', 204, json),
  sdk('group.save: one member less', 'mia', 'DELETE /groups/{crew}/members/{una}', 204, json),
  sdk('registerGroupWithID', 'mia', 'PUT /groups/team', 201, { body: { name: 'Team', owner: '{mia}', members: ['{una}'] }, type: 'GroupCreationRequest' }),
  sdk('changeGroupName', 'mia', 'PUT /groups/team/name', 204, { raw: 'Crew', type: 'text/plain' }),
  sdk('memberOfGroups', 'una', 'GET /groups/?is_member={una}', 200, { ...json, equals: { groups: [{ groupID: 'team', name: 'Crew', owner: '{mia}' }] } }),
  sdk('group.delete', 'mia', 'DELETE /groups/team', 204, json),
])

// biome-ignore format: a line a row
runTable(stage, 'uninstalling (P 14.7)', [
  sdk('uninstall', 'mia', 'DELETE /installations/MQTT:{r}', 204, { ...json, after: () => stage.receivers.get('mia')?.client.closed() }),
  sdk('uninstall again', 'mia', 'DELETE /installations/MQTT:{r}', 'INSTALLATION_NOT_FOUND', json),
  sdk('installMqtt once more', 'mia', 'POST /installations', 201, { ...install, save: { i: 'installationID' } }),
  sdk('uninstallByInstallationID', 'mia', 'DELETE /installations/{i}', 204, json),
  sdk('user.delete', 'mia', `DELETE ${user}`, 204, json),
])
