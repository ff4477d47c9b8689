import { portOf } from '../../apps/server/src/server.fixture.ts'
import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe'], things: ['lamp', 'pump'] })
await stage.addStrangers()
const post = 'POST /installations'
const type = 'InstallationCreationRequest'
const mqtt = (members: object = {}) => ({ body: { deviceType: 'MQTT', ...members }, type })
const other = (deviceType: string, installationRegistrationID?: unknown) => ({
  body: { deviceType, installationRegistrationID },
  type,
})
const made = {
  equals: { installationID: /^[^:/?#% ]{1,64}$/, installationRegistrationID: String },
  media: 'InstallationCreationResponse',
}
const same = { equals: { installationID: '{mine}', installationRegistrationID: '{mineR}' } }
const keep = (name: string) => ({
  save: { [name]: 'installationID', [`${name}R`]: 'installationRegistrationID' },
})
const shown = (name: string, development: boolean, owner: object) => ({
  equals: {
    installationID: `{${name}}`,
    installationRegistrationID: `{${name}R}`,
    deviceType: 'MQTT',
    development,
    ...owner,
  },
})

// biome-ignore format: a line a row
runTable(stage, 'creating (P 6.1)', [
  ['a user, for production', 'mia', post, 201, { ...mqtt({ development: false }), ...made, ...keep('mine'), header: { location: /\/installations\/[^/]+$/ } }],
  ['is as it was made', 'mia', 'GET /installations/{mine}', 200, { ...shown('mine', false, { userID: '{mia}' }), media: 'InstallationRetrievalResponse' }],
  ['its endpoint', 'mia', 'GET /installations/{mine}/mqtt-endpoint', 200, { save: { 'mine.password': 'password', 'mine.topic': 'mqttTopic' } }],
  ['again, for development: the same', 'mia', post, 201, { ...mqtt({ development: true }), ...same }],
  ['takes the new value', 'mia', 'GET /installations/{mine}', 200, shown('mine', true, { userID: '{mia}' })],
  ['keeps the credentials', 'mia', 'GET /installations/{mine}/mqtt-endpoint', 200, { json: { password: '{mine.password}', mqttTopic: '{mine.topic}' } }],
  ['again, saying nothing: production', 'mia', post, 201, { ...mqtt(), ...same }],
  ['took that', 'mia', 'GET /installations/{mine}', 200, { json: { development: false } }],
  ['"true" as a text', 'mia', post, 201, { ...mqtt({ development: 'true' }), ...same }],
  ['took that, too', 'mia', 'GET /installations/{mine}', 200, { json: { development: true } }],
  ['"false" as a text, and installationType', 'mia', post, 201, { body: { installationType: 'MQTT', development: 'false' }, ...same }],
  ['took that as well', 'mia', 'GET /installations/{mine}', 200, { json: { development: false } }],
  ['ignores a registration id', 'mia', post, 201, { ...mqtt({ installationRegistrationID: 'my-own' }), ...same }],
  ['with its own id', 'mia', post, 201, { ...mqtt({ userID: '{mia}' }), ...same }],
  ['not with another’s', 'mia', post, 'UNAUTHORIZED', mqtt({ userID: '{tom}' })],
  ['not for a thing', 'mia', post, 'UNAUTHORIZED', mqtt({ thingID: '{lamp}' })],
  ['a thing', 'lamp', post, 201, { ...mqtt({ development: true }), ...made, ...keep('lamps') }],
  ['is the thing’s', 'lamp', 'GET /installations/{lamps}', 200, shown('lamps', true, { thingID: '{lamp}' })],
  ['a thing with its own id', 'lamp', post, 201, mqtt({ thingID: '{lamp}' })],
  ['a thing, not for another', 'lamp', post, 'UNAUTHORIZED', mqtt({ thingID: '{pump}' })],
  ['the admin for a user', 'admin', post, 201, { ...mqtt({ userID: '{tom}' }), ...made, ...keep('toms') }],
  ['is that user’s', 'tom', 'GET /installations/{toms}', 200, shown('toms', false, { userID: '{tom}' })],
  ['the admin for a thing', 'admin', post, 201, { ...mqtt({ thingID: '{pump}' }), ...made, ...keep('pumps') }],
  ['the admin for nobody', 'admin', post, 'INVALID_INPUT_DATA', mqtt()],
  ['the admin for both', 'admin', post, 'INVALID_INPUT_DATA', mqtt({ userID: '{tom}', thingID: '{pump}' })],
  ['the admin for an unknown user', 'admin', post, 'USER_NOT_FOUND', { ...mqtt({ userID: 'none' }), json: { value: 'none' } }],
  ['the admin for an unknown thing', 'admin', post, 'THING_NOT_FOUND', { ...mqtt({ thingID: 'th.none' }), json: { value: 'th.none' } }],
  ['the admin for a user of another app', 'admin', post, 'USER_NOT_FOUND', mqtt({ userID: '{other.stranger}' })],
  ['nobody', 'anonymous', post, 'UNAUTHORIZED', mqtt()],
  ['nobody from nowhere', 'nobody', post, 'UNAUTHORIZED', mqtt()],
  ['a wrong token', 'impostor', post, 'WRONG_TOKEN', mqtt()],
  ['without type', 'mia', post, 'INVALID_INPUT_DATA|MISSING_DATA', { body: {}, type }],
  ['an unknown type', 'mia', post, 'INVALID_INPUT_DATA', other('PAGER', '5')],
  ['a type in lower case', 'mia', post, 'INVALID_INPUT_DATA', other('mqtt')],
  ['a number as type', 'mia', post, 'INVALID_INPUT_DATA', { body: { deviceType: 7 } }],
  ['"maybe" for development', 'mia', post, 'INVALID_INPUT_DATA', mqtt({ development: 'maybe' })],
  ['a number for development', 'mia', post, 'INVALID_INPUT_DATA', mqtt({ development: 1 })],
  ['a number as userID', 'admin', post, 'INVALID_INPUT_DATA', mqtt({ userID: 7 })],
  ['no JSON', 'mia', post, 'INVALID_JSON', { raw: 'deviceType=MQTT' }],
  ['nothing', 'mia', post, 'INVALID_INPUT_DATA|MISSING_DATA', { type }],
])

// biome-ignore format: a line a row
runTable(stage, 'other types (P 6.1)', [
  ['need a registration id', 'mia', post, 'INVALID_INPUT_DATA', other('ANDROID')],
  ['need a text as registration id', 'mia', post, 'INVALID_INPUT_DATA', other('IOS', 7)],
  ['need one that is not empty', 'mia', post, 'INVALID_INPUT_DATA', other('JPUSH', '')],
  ['are kept', 'mia', post, 201, { ...other('ANDROID', 'reg:1'), equals: { installationID: String, installationRegistrationID: 'reg:1' }, save: { phone: 'installationID' } }],
  ['stay the same', 'mia', post, 201, { ...other('ANDROID', 'reg:1'), json: { installationID: '{phone}' } }],
  ['are told apart by type', 'mia', post, 201, { ...other('IOS', 'reg:1'), json: { installationID: (id: string) => id !== stage.names.get('phone') } }],
  ['are read by both ids', 'mia', 'GET /installations/ANDROID:reg:1', 200, { json: { installationID: '{phone}', deviceType: 'ANDROID', userID: '{mia}' } }],
  ['have no endpoint', 'mia', 'GET /installations/{phone}/mqtt-endpoint', 'MQTT_ENDPOINT_NOT_FOUND', { json: { installationID: '{phone}' } }],
  ['move to who installs them', 'tom', post, 201, { ...other('ANDROID', 'reg:1'), json: { installationRegistrationID: 'reg:1' } }],
  ['and are no more the other’s', 'mia', 'GET /installations/ANDROID:reg:1', 'UNAUTHORIZED'],
  ['are deleted', 'tom', 'DELETE /installations/ANDROID:reg:1', 204],
  ['are gone', 'tom', 'GET /installations/ANDROID:reg:1', 'INSTALLATION_NOT_FOUND', { json: { deviceType: 'ANDROID', installationRegistrationID: 'reg:1', appID: '{app}' } }],
  ['in JPUSH', 'lamp', post, 201, other('JPUSH', 'x%2F%zz')],
])

const listed = (...ids: string[]) => ({
  json: {
    installations: (all: { installationID: string }[]) =>
      ids.every((id) => all.some(({ installationID }) => installationID === stage.names.get(id))) &&
      all.length === ids.length,
  },
})
// biome-ignore format: a line a row
runTable(stage, 'reading and listing (P 6.2)', [
  ['by registration id', 'mia', 'GET /installations/MQTT:{mineR}', 200, shown('mine', false, { userID: '{mia}' })],
  ['by escaped registration id', 'mia', 'GET /installations/MQTT%3A{mineR}', 200, shown('mine', false, { userID: '{mia}' })],
  ['by the admin', 'admin', 'GET /installations/{lamps}', 200],
  ['not another’s', 'tom', 'GET /installations/{mine}', 'UNAUTHORIZED', { json: { authenticatedAppID: '{app}', authenticatedPrincipalID: '{tom}' } }],
  ['not by a thing', 'lamp', 'GET /installations/MQTT:{mineR}', 'UNAUTHORIZED'],
  ['not by nobody', 'anonymous', 'GET /installations/{mine}', 'UNAUTHORIZED'],
  ['unknown', 'mia', 'GET /installations/none', 'INSTALLATION_NOT_FOUND', { json: { installationID: 'none', appID: '{app}' } }],
  ['unknown registration', 'mia', 'GET /installations/MQTT:none', 'INSTALLATION_NOT_FOUND', { json: { deviceType: 'MQTT', installationRegistrationID: 'none', appID: '{app}' } }],
  ['all of a thing', 'pump', 'GET /installations', 200, { equals: { installations: [shown('pumps', false, { thingID: '{pump}' }).equals] } }],
  ['all of a user that has none', 'zoe', 'GET /installations', 200, { equals: { installations: [] } }],
  ['all of oneself by id', 'tom', 'GET /installations?userID={tom}', 200, listed('toms')],
  ['not all of another', 'tom', 'GET /installations?userID={mia}', 'UNAUTHORIZED'],
  ['not all of a thing', 'tom', 'GET /installations?thingID={pump}', 'UNAUTHORIZED'],
  ['all of a user, by the admin', 'admin', 'GET /installations?userID={tom}', 200, listed('toms')],
  ['all of a thing, by the admin', 'admin', 'GET /installations?thingID={pump}', 200, listed('pumps')],
  ['not by nobody', 'anonymous', 'GET /installations', 'UNAUTHORIZED'],
])

const endpoint = {
  installationID: '{mine}',
  username: /^[A-Za-z0-9]{8,36}-[A-Za-z0-9]{23}$/,
  password: /^[A-Za-z]{64}$/,
  mqttTopic: /^[A-Za-z0-9]{23}$/,
  host: '127.0.0.1',
  portTCP: portOf(stage.server, 'mqtt'),
  portSSL: portOf(stage.server, 'mqtts'),
  portWS: portOf(stage.server, 'http'),
  portWSS: portOf(stage.server, 'https'),
  'X-MQTT-TTL': 2_147_483_647,
}
// biome-ignore format: a line a row
runTable(stage, 'the endpoint (P 6.3)', [
  ['has ten members', 'mia', 'GET /installations/{mine}/mqtt-endpoint', 200, { equals: endpoint, media: 'MQTTEndpointResponse', header: { 'x-mqtt-ttl': '2147483647' } }],
  ['stays the same, by either id', 'mia', 'GET /installations/MQTT:{mineR}/mqtt-endpoint', 200, { json: { password: '{mine.password}', mqttTopic: '{mine.topic}', username: '{app}-{mine.topic}' } }],
  ['for the admin', 'admin', 'GET /installations/{mine}/mqtt-endpoint', 200, { json: { password: '{mine.password}' } }],
  ['names the host it was asked at', 'mia', 'GET /installations/{mine}/mqtt-endpoint', 200, { headers: { host: 'localhost:8080' }, json: { host: 'localhost' } }],
  ['not for another', 'tom', 'GET /installations/{mine}/mqtt-endpoint', 'UNAUTHORIZED'],
  ['not for a wrong token', 'impostor', 'GET /installations/{mine}/mqtt-endpoint', 'WRONG_TOKEN'],
  ['not for nobody', 'anonymous', 'GET /installations/{mine}/mqtt-endpoint', 'UNAUTHORIZED'],
  ['not of none', 'mia', 'GET /installations/none/mqtt-endpoint', 'INSTALLATION_NOT_FOUND', { json: { installationID: 'none' } }],
  ['not of another app', 'other.stranger', 'GET /api/apps/{other.app}/installations/{mine}/mqtt-endpoint', 'INSTALLATION_NOT_FOUND'],
])

const news = {
  body: {
    data: { n: 1 },
    mqtt: { enabled: true },
    sendWhen: false,
    sendSender: false,
    sendObjectScope: false,
  },
}
const got = { n: 1, topic: 'news', sourceURI: 'kiicloud://users/{ana}/topics/news' }
// biome-ignore format: a line a row
runTable(stage, 'uninstalling (P 6.2, 13.3)', [
  ['not another’s', 'tom', 'DELETE /installations/{mine}', 'UNAUTHORIZED'],
  ['not by nobody', 'anonymous', 'DELETE /installations/{mine}', 'UNAUTHORIZED'],
  ['by installation id', 'mia', 'DELETE /installations/{mine}', 204],
  ['is gone', 'mia', 'GET /installations/{mine}', 'INSTALLATION_NOT_FOUND', { json: { installationID: '{mine}', appID: '{app}' } }],
  ['has no endpoint', 'mia', 'GET /installations/{mine}/mqtt-endpoint', 'INSTALLATION_NOT_FOUND'],
  ['twice', 'mia', 'DELETE /installations/{mine}', 'INSTALLATION_NOT_FOUND'],
  ['by registration id', 'lamp', 'DELETE /installations/MQTT:{lampsR}', 204, { type: 'application/json' }],
  ['by registration id, twice', 'lamp', 'DELETE /installations/MQTT:{lampsR}', 'INSTALLATION_NOT_FOUND', { json: { deviceType: 'MQTT', installationRegistrationID: '{lampsR}' } }],
  ['by the admin', 'admin', 'DELETE /installations/{pumps}', 204],
  ['a new one has new ids', 'mia', post, 201, { ...mqtt(), json: { installationID: (id: string) => id !== stage.names.get('mine'), installationRegistrationID: (id: string) => id !== stage.names.get('mineR') }, save: { anew: 'installationID' } }],
  ['and new credentials', 'mia', 'GET /installations/{anew}/mqtt-endpoint', 200, { json: { password: (text: string) => text !== stage.names.get('mine.password'), mqttTopic: (text: string) => text !== stage.names.get('mine.topic') } }],
  ['ends no subscription: there is a topic', 'ana', 'PUT /users/me/topics/news', 204],
  ['ends no subscription: there is one', 'ana', 'PUT /users/me/topics/news/push/subscriptions/users/{ana}', 204],
  ['ends no subscription: messages come', 'ana', 'POST /users/me/topics/news/push/messages', 201, { before: () => stage.connect('ana'), ...news, events: { ana: [got] } }],
  ['closes the connection', 'ana', 'DELETE /installations/{ana.installation}', 204, { after: () => stage.receivers.get('ana')?.client.closed() }],
  ['and after installing again they come again', 'ana', 'POST /users/me/topics/news/push/messages', 201, { before: () => stage.connect('ana'), ...news, events: { ana: [got] } }],
])
