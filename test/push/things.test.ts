import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana'], things: ['lamp', 'pump', 'bell'] })
await stage.addApp('locked05', 'lock.', {
  pseudoUsers: ['ida'],
  things: ['door'],
  settings: { ownershipNeedsPassword: true },
})
await stage.must(
  'mia',
  'PUT',
  '/things/VENDOR_THING_ID:lamp/ownership/user:{mia}'.replace('{mia}', stage.fill('{mia}')),
)
const post = 'POST /things'
const plain = 'ThingRegistrationRequest'
const both = 'ThingRegistrationAndAuthorizationRequest'
const _password = 'bright-9'
const isThing = { _thingID: /^th\.[A-Za-z0-9-]+$/, _created: Number, _disabled: false }
const refused = (members: object) => ({ body: { _vendorThingID: 'odd.1', _password, ...members } })
const predefined = {
  _thingType: 'lamp',
  _vendor: 'Lux',
  _firmwareVersion: '1.0',
  _productName: 'L',
  _lot: '7',
  _layoutPosition: 'top',
}
const fields = { _stringField1: 'a', _stringField5: 'e', _numberField1: 1, _numberField5: 5.5 }

// biome-ignore format: a line a row
runTable(stage, 'registering (P 4.1)', [
  ['with token', 'anonymous', post, 201, { body: { _vendorThingID: 'one.1', _password }, type: both, equals: { ...isThing, _vendorThingID: 'one.1', _accessToken: /^[\w-]{20,128}$/ }, media: 'ThingRegistrationResponse', header: { location: /\/things\/th\.[A-Za-z0-9-]+$/ }, caller: { one: '_accessToken' }, save: { one: '_thingID' } }],
  ['whose token works', 'one', 'GET /things/{one}', 200],
  ['plain JSON gives a token too', 'anonymous', post, 201, { body: { _vendorThingID: 'two', _password }, json: { _accessToken: String } }],
  ['without token', 'anonymous', post, 201, { body: { _vendorThingID: 'three', _password }, type: plain, equals: { ...isThing, _vendorThingID: 'three' } }],
  ['keeps every member', 'anonymous', post, 201, { body: { _vendorThingID: 'x'.repeat(200), _password, ...predefined, ...fields, room: { floor: 3 } }, type: plain, equals: { ...isThing, _vendorThingID: 'x'.repeat(200), ...predefined, ...fields, room: { floor: 3 } } }],
  ['ignores members that are the server’s', 'anonymous', post, 201, { body: { _vendorThingID: 'four', _password, _thingID: 'th.mine', _disabled: true, _created: 1, _odd: 1 }, type: plain, equals: { ...isThing, _thingID: (id: string) => id !== 'th.mine', _created: (at: number) => at > 1, _vendorThingID: 'four' } }],
  ['by a user', 'mia', post, 201, { body: { _vendorThingID: 'five', _password } }],
  ['by the admin', 'admin', post, 201, { body: { _vendorThingID: 'six', _password } }],
  ['not with a wrong token', 'impostor', post, 'WRONG_TOKEN', { body: { _vendorThingID: 'seven', _password } }],
  ['not without app', 'nobody', post, 'UNAUTHORIZED', { body: { _vendorThingID: 'seven', _password } }],
  ['not twice', 'anonymous', post, 'THING_ALREADY_EXISTS', { ...refused({ _vendorThingID: 'lamp' }), json: { field: '_vendorThingID', value: 'lamp' } }],
  ['in another app', 'anonymous', 'POST /api/apps/{lock.app}/things', 201, { body: { _vendorThingID: 'lamp', _password } }],
  ['not without vendor thing id', 'anonymous', post, 'INVALID_INPUT_DATA', { body: { _password } }],
  ['not without password', 'anonymous', post, 'INVALID_INPUT_DATA', { body: { _vendorThingID: 'seven' } }],
])

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  _vendorThingID: ['', 'a b', 'a/b', 'a:b', 'ä', 'x'.repeat(201), 7, {}, null],
  _password: ['', 'abc', 'x'.repeat(51), 'schlüssel', 1_234, null],
  _thingType: ['x'.repeat(101), 7, {}],
  _vendor: [7, []],
  _stringField1: [7, {}],
  _numberField1: ['7', {}],
}
runTable(
  stage,
  'registering refuses (P 4.1)',
  Object.entries(wrong).flatMap(([member, values]) =>
    values.map((value) => {
      const name = `${member} ${JSON.stringify(value).slice(0, 20)}`
      return [name, 'anonymous', post, 'INVALID_INPUT_DATA', refused({ [member]: value })] as const
    }),
  ),
)

const whole = {
  equals: { _thingID: '{lamp}', _vendorThingID: 'lamp', _created: Number, _disabled: false },
  media: 'ThingRetrievalResponse',
}
const none = { json: { field: String, value: 'none', appID: '{app}' } }
const patch = { type: 'ThingUpdateRequest' }
// biome-ignore format: a line a row
runTable(stage, 'reading and updating (P 4.3)', [
  ['itself, without online before its first connection', 'lamp', 'GET /things/{lamp}', 200, whole],
  ['by vendor thing id', 'lamp', 'GET /things/VENDOR_THING_ID:lamp', 200, whole],
  ['by escaped vendor thing id', 'lamp', 'GET /things/VENDOR_THING_ID%3Alamp', 200, whole],
  ['its owner', 'mia', 'GET /things/{lamp}', 200, whole],
  ['the admin', 'admin', 'GET /things/{lamp}', 200, whole],
  ['not a stranger', 'tom', 'GET /things/{lamp}', 'UNAUTHORIZED'],
  ['not another thing', 'pump', 'GET /things/{lamp}', 'UNAUTHORIZED'],
  ['not anonymous', 'anonymous', 'GET /things/{lamp}', 'UNAUTHORIZED'],
  ['unknown', 'admin', 'GET /things/none', 'THING_NOT_FOUND', none],
  ['unknown vendor thing id', 'admin', 'GET /things/VENDOR_THING_ID:none', 'THING_NOT_FOUND', none],
  ['of another app', 'admin', 'GET /things/{lock.door}', 'THING_NOT_FOUND'],
  ['HEAD', 'lamp', 'HEAD /things/{lamp}', 204],
  ['HEAD of a stranger', 'tom', 'HEAD /things/{lamp}', 401],
  ['HEAD of none', 'admin', 'HEAD /things/none', 404],
  ['given members replace', 'lamp', 'PATCH /things/{lamp}', '204|200', { body: { _thingType: 'light', watt: 5, room: { floor: 1 } }, ...patch }],
  ['absent ones stay', 'mia', 'PATCH /things/{lamp}', '204|200', { body: { watt: 7 }, ...patch }],
  ['null removes', 'admin', 'PATCH /things/{lamp}', '204|200', { body: { room: null }, ...patch }],
  ['by override', 'lamp', 'POST /things/{lamp}', '204|200', { body: { lit: true }, headers: { 'X-HTTP-Method-Override': 'PATCH' }, ...patch }],
  ['what the SDK echoes is ignored', 'lamp', 'PATCH /things/{lamp}', '204|200', { body: { _thingID: 'th.x', _vendorThingID: 'other', _created: 1, _disabled: true, _online: true, _onlineStatusModifiedAt: 5, _accessToken: 'x' }, ...patch }],
  ['as it is then', 'lamp', 'GET /things/{lamp}', 200, { equals: { ...whole.equals, _thingType: 'light', watt: 7, lit: true } }],
  ['a stranger changes nothing', 'tom', 'PATCH /things/{lamp}', 'UNAUTHORIZED', { body: { watt: 1 } }],
  ['a wrong type', 'lamp', 'PATCH /things/{lamp}', 'INVALID_INPUT_DATA', { body: { _thingType: 7 } }],
  ['an array', 'lamp', 'PATCH /things/{lamp}', 'INVALID_INPUT_DATA', { body: [] }],
  ['no JSON', 'lamp', 'PATCH /things/{lamp}', 'INVALID_JSON', { raw: 'watt=7' }],
  ['a query', 'admin', 'POST /things/query', 'OPERATION_NOT_IMPLEMENTED', { body: {} }],
])

const status = (disabled: unknown) => ({ body: { disabled }, type: 'ThingStatusUpdateRequest' })
const secret = (newPassword: unknown) => ({ body: { newPassword }, type: 'ChangeThingPasswordRequest' })
const signIn = (password: string) => ({ body: { username: 'VENDOR_THING_ID:lamp', password } })
// biome-ignore format: a line a row
runTable(stage, 'status and password (P 4.3)', [
  ['not by itself', 'lamp', 'PUT /things/{lamp}/status', 'UNAUTHORIZED', status(true)],
  ['not by a stranger', 'tom', 'PUT /things/{lamp}/status', 'UNAUTHORIZED', status(true)],
  ['not of none', 'admin', 'PUT /things/none/status', 'THING_NOT_FOUND', status(true)],
  ['not “yes”', 'mia', 'PUT /things/{lamp}/status', 'INVALID_INPUT_DATA', status('yes')],
  ['by its owner', 'mia', 'PUT /things/{lamp}/status', 204, status(true)],
  ['then it is refused', 'lamp', 'GET /things/{lamp}', 'THING_DISABLED'],
  ['and shown so', 'mia', 'GET /things/{lamp}', 200, { json: { _disabled: true } }],
  ['by the admin', 'admin', 'PUT /things/{lamp}/status', 204, status(false)],
  ['then it works again', 'lamp', 'GET /things/{lamp}', 200, { json: { _disabled: false } }],
  ['no password by itself', 'lamp', 'PUT /things/{lamp}/password', 'UNAUTHORIZED', secret('bright-10')],
  ['no password by its owner', 'mia', 'PUT /things/{lamp}/password', 'UNAUTHORIZED', secret('bright-10')],
  ['no bad password', 'admin', 'PUT /things/{lamp}/password', 'INVALID_INPUT_DATA', secret('abc')],
  ['a password by the admin', 'admin', 'PUT /things/{lamp}/password', 204, secret('bright-10')],
  ['the new one is good', 'anonymous', 'POST /oauth2/token', 200, { ...signIn('bright-10'), json: { id: '{lamp}' } }],
  ['the old one is not', 'anonymous', 'POST /oauth2/token', 'invalid_grant', signIn('bright-lamp')],
])

const own = (name: string) => `/things/{pump}/ownership/${name}`
const claim = (members: object) => ({ body: members, type: 'ThingOwnershipRequest' })
const door = '/api/apps/{lock.app}/things/{lock.door}/ownership'
// biome-ignore format: a line a row
runTable(stage, 'owners (P 4.4)', [
  ['a group', 'tom', 'PUT /groups/team', 201, { body: { name: 'Team', owner: '{tom}', members: ['{ana}'] } }],
  ['nobody', 'admin', `HEAD ${own('user:{mia}')}`, 404],
  ['oneself', 'mia', `PUT ${own('user:{mia}')}`, 204],
  ['oneself twice', 'mia', `PUT ${own('user:{mia}')}`, 'THING_OWNERSHIP_ALREADY_EXISTS'],
  ['not another', 'mia', `PUT ${own('user:{tom}')}`, 'UNAUTHORIZED'],
  ['not by the thing', 'pump', `PUT ${own('user:{tom}')}`, 'UNAUTHORIZED'],
  ['not anonymous', 'anonymous', `PUT ${own('user:{tom}')}`, 'UNAUTHORIZED'],
  ['not a group one is not in', 'mia', `PUT ${own('group:team')}`, 'UNAUTHORIZED'],
  ['not an unknown thing', 'mia', 'PUT /things/none/ownership/user:{mia}', 'THING_NOT_FOUND'],
  ['not an unknown user', 'admin', `PUT ${own('user:none')}`, 'USER_NOT_FOUND'],
  ['not an unknown group', 'admin', `PUT ${own('group:none')}`, 'GROUP_NOT_FOUND'],
  ['a group one is in', 'ana', `PUT ${own('group:team')}`, 204],
  ['makes every member an owner', 'tom', 'GET /things/{pump}', 200],
  ['any user, by the admin', 'admin', `PUT /things/VENDOR_THING_ID:pump/ownership/user%3A{tom}`, 204],
  ['all of them', 'mia', 'GET /things/{pump}/ownership', 200, { json: { users: (ids: string[]) => ids.length === 2 && ids.includes(stage.fill('{mia}')) && ids.includes(stage.fill('{tom}')), groups: ['team'] } }],
  ['not told to a stranger', 'bell', 'GET /things/{pump}/ownership', 'UNAUTHORIZED'],
  ['checked by an owner', 'mia', `HEAD ${own('user:{tom}')}`, 204],
  ['checked by the user asked about', 'ana', `HEAD ${own('user:{ana}')}`, 404],
  ['not checked by another', 'bell', `HEAD ${own('user:{tom}')}`, 401],
  ['a group checked', 'tom', `HEAD ${own('group:team')}`, 204],
  ['unbound by an owner', 'mia', `DELETE ${own('user:{tom}')}`, 204],
  ['unbound again', 'mia', `DELETE ${own('user:{tom}')}`, 'THING_OWNERSHIP_NOT_FOUND'],
  ['a group unbound', 'admin', `DELETE ${own('group:team')}`, 204],
  ['whose members own nothing any more', 'tom', 'GET /things/{pump}', 'UNAUTHORIZED'],
  ['not unbound by a stranger', 'tom', `DELETE ${own('user:{mia}')}`, 'UNAUTHORIZED'],
  ['with the thing’s password', 'tom', 'POST /things/{pump}/ownership', 204, claim({ userID: '{tom}', thingPassword: 'bright-pump' })],
  ['with its password twice', 'tom', 'POST /things/{pump}/ownership', 'THING_OWNERSHIP_ALREADY_EXISTS', claim({ userID: '{tom}', thingPassword: 'bright-pump' })],
  ['a group with its password', 'tom', 'POST /things/{pump}/ownership', 204, claim({ groupID: 'team', thingPassword: 'bright-pump' })],
  ['with a wrong password', 'ana', 'POST /things/{bell}/ownership', 'WRONG_PASSWORD', claim({ userID: '{ana}', thingPassword: 'bright-not' })],
  ['without password', 'ana', 'POST /things/{bell}/ownership', 'INVALID_INPUT_DATA|MISSING_DATA', claim({ userID: '{ana}' })],
  ['where the app wants the password, not without', 'lock.ida', `PUT ${door}/user:{lock.ida}`, 'UNAUTHORIZED'],
  ['where the app wants the password, not with a wrong one', 'lock.ida', `POST ${door}`, 'WRONG_PASSWORD', claim({ userID: '{lock.ida}', thingPassword: 'wrong-one' })],
  ['where the app wants the password, with it', 'lock.ida', `POST ${door}`, 204, claim({ userID: '{lock.ida}', thingPassword: 'bright-door' })],
])

// biome-ignore format: a line a row
runTable(stage, 'deleting (P 4.3)', [
  ['has a topic', 'bell', 'PUT /things/{bell}/topics/ring', 204],
  ['not by a stranger', 'tom', 'DELETE /things/{bell}', 'UNAUTHORIZED'],
  ['by itself', 'bell', 'DELETE /things/{bell}', 204],
  ['ends its tokens', 'bell', 'GET /things/{bell}', 'WRONG_TOKEN'],
  ['ends its topics', 'admin', 'GET /things/{bell}/topics', 'THING_NOT_FOUND'],
  ['ends its sign-in', 'anonymous', 'POST /oauth2/token', 'invalid_grant', { body: { username: 'VENDOR_THING_ID:bell', password: 'bright-bell' } }],
  ['by its owner', 'mia', 'DELETE /things/VENDOR_THING_ID:pump', 204],
  ['by the admin', 'admin', 'DELETE /things/{one}', 204],
  ['none', 'admin', 'DELETE /things/{one}', 'THING_NOT_FOUND'],
  ['frees the vendor thing id', 'anonymous', post, 201, { body: { _vendorThingID: 'bell', _password } }],
])
