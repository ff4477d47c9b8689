import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({
  users: ['mia', 'tom', 'ben'],
  pseudoUsers: ['una', 'pia'],
  things: ['lamp'],
})
await stage.addApp('openhouse04', 'open.', {
  users: ['ida'],
  pseudoUsers: ['kim'],
  settings: { exposesUsers: true },
})
const post = 'POST /users'
const both = 'RegistrationAndAuthorizationRequest'
const plain = 'RegistrationRequest'
const password = 'harbour-9'
const isUser = { userID: /^[a-z0-9.-]{1,64}$/, internalUserID: Number, _hasPassword: true, _disabled: false }
/** Without password, and so without the work of hashing it: whatever is wrong in `members` is found all the same. */
const refused = (members: object) => ({ body: { loginName: 'rita', password, ...members }, type: plain })

// biome-ignore format: a line a row
runTable(stage, 'registering (P 3.1)', [
  ['takes a name and a password', 'anonymous', post, 201, { body: { loginName: 'kai', password }, type: plain, equals: { ...isUser, loginName: 'kai' }, media: 'RegistrationResponse', header: { location: /\/users\/[a-z0-9.-]+$/ } }],
  ['takes plain JSON', 'anonymous', post, 201, { body: { loginName: 'lee', password }, equals: { ...isUser, loginName: 'lee' } }],
  ['takes a wrong vendor type', 'anonymous', post, 201, { body: { loginName: 'lou', password }, type: 'SomethingElse', json: { loginName: 'lou' } }],
  ['takes an e-mail address, verified at once', 'anonymous', post, 201, { body: { emailAddress: 'x@y', password }, equals: { ...isUser, emailAddress: 'x@y', emailAddressVerified: true } }],
  ['takes a phone number, verified at once', 'anonymous', post, 201, { body: { phoneNumber: '+1234567890', password }, equals: { ...isUser, phoneNumber: '+1234567890', phoneNumberVerified: true } }],
  ['takes a local phone number with its country', 'anonymous', post, 201, { body: { phoneNumber: '9012345678', country: 'JP', password }, json: { phoneNumberVerified: true, country: 'JP' } }],
  ['keeps every member', 'anonymous', post, 201, { body: { loginName: 'a.B_9-z', password, displayName: 'Åse 🙂', country: 'NO', locale: 'nb-NO', age: 7, pets: [{ cat: true }], none: null }, equals: { ...isUser, loginName: 'a.B_9-z', displayName: 'Åse 🙂', country: 'NO', locale: 'nb-NO', age: 7, pets: [{ cat: true }], none: null } }],
  ['ignores members that are the server’s', 'anonymous', post, 201, { body: { loginName: 'gil', password, userID: 'mine', internalUserID: 1, _disabled: true, _secret: 1, emailAddressVerified: false }, json: { userID: (id: string) => id !== 'mine', _disabled: false, _secret: undefined, emailAddressVerified: undefined } }],
  ['ignores any token', 'impostor', post, 201, { body: { loginName: 'ola', password } }],
  ['gives a token if asked', 'anonymous', post, 201, { body: { loginName: 'max', password }, type: both, equals: { ...isUser, loginName: 'max', _accessToken: /^[\w-]{20,128}$/ }, media: 'RegistrationResponse', caller: { max: '_accessToken' } }],
  ['gives one that works', 'max', 'GET /users/me', 200, { json: { loginName: 'max' } }],
  ['makes a pseudo user', 'anonymous', post, 201, { body: {}, type: both, equals: { ...isUser, _hasPassword: false, _accessToken: String }, caller: { zoe: '_accessToken' }, save: { zoe: 'userID' } }],
  ['makes a pseudo user with fields', 'anonymous', post, 201, { body: { level: 3, displayName: 'Someone' }, type: both, json: { _hasPassword: false, level: 3, displayName: 'Someone' } }],
  ['gives the pseudo user a token that works', 'zoe', 'GET /users/me', 200, { json: { userID: '{zoe}', _hasPassword: false } }],
  ['makes no pseudo user without token', 'anonymous', post, 'INVALID_INPUT_DATA', { body: {}, type: plain }],
  ['needs a password', 'anonymous', post, 'INVALID_INPUT_DATA', { body: { loginName: 'rita' }, type: plain }],
  ['needs a password with a name', 'anonymous', post, 'INVALID_INPUT_DATA', { body: { loginName: 'rita' }, type: both }],
  ['needs a name with a password', 'anonymous', post, 'INVALID_INPUT_DATA', { body: { password }, type: both }],
  ['needs app headers', 'nobody', post, 'UNAUTHORIZED', { body: { loginName: 'rita', password } }],
  ['takes no used name', 'anonymous', post, 'USER_ALREADY_EXISTS', { ...refused({ loginName: 'mia' }), json: { field: 'loginName', value: 'mia' } }],
  ['takes a used name in another case', 'anonymous', post, 201, { body: { loginName: 'MIA', password } }],
  ['takes no used address, in any case', 'anonymous', post, 'USER_ALREADY_EXISTS', { ...refused({ emailAddress: 'X@Y' }), json: { field: 'emailAddress', value: /^x@y$/i } }],
  ['takes no used number', 'anonymous', post, 'USER_ALREADY_EXISTS', { ...refused({ phoneNumber: '+1234567890' }), json: { field: 'phoneNumber', value: '+1234567890' } }],
  ['takes a name that another app has', 'anonymous', 'POST /api/apps/{open.app}/users', 201, { body: { loginName: 'mia', password } }],
])

const texts = [{}, 7, true, [], null]
const wrong: Readonly<Record<string, readonly unknown[]>> = {
  loginName: ['', 'ab', 'x'.repeat(65), 'mi a', 'mía', 'a/b', 'a:b', 'a@b', ...texts],
  emailAddress: ['', 'x', '@', 'x@', '@y', 'x y@z', ...texts],
  phoneNumber: ['', '+123456789', '12345', '+12345abcde', ...texts],
  password: ['', 'abc', 'x'.repeat(51), 'tab\tinside', 'schlüssel', ...texts],
  displayName: ['', 'x'.repeat(51), ...texts],
  country: ['', 'J', 'JPN', '12', ...texts],
  locale: ['', 'not a locale!', ...texts],
}
runTable(
  stage,
  'registering refuses (P 3.1)',
  Object.entries(wrong).flatMap(([member, values]) =>
    values.map((value) => {
      const name = `${member} ${JSON.stringify(value).slice(0, 20)}`
      return [name, 'anonymous', post, 'INVALID_INPUT_DATA', refused({ [member]: value })] as const
    }),
  ),
)

const large = (bytes: number) => ({ body: { filler: 'x'.repeat(bytes) }, type: both })
// biome-ignore format: a line a row
runTable(stage, 'bounds of a user (P 3.1, 16)', [
  ['a name of 3', 'anonymous', post, 201, { body: { loginName: 'abc', password: 'abcd' } }],
  ['a name of 64, a password and a display name of 50', 'anonymous', post, 201, { body: { loginName: 'x'.repeat(64), password: '~ '.repeat(25), displayName: '🙂'.repeat(50) } }],
  ['fields of 62 KB', 'anonymous', post, 201, large(62 * 1_024)],
  ['fields of more than 63 KB', 'anonymous', post, 'INVALID_INPUT_DATA', large(63 * 1_024 + 1)],
])

const full = { ...isUser, userID: '{ben}', loginName: 'ben' }
const partly = { userID: '{ben}', loginName: 'ben', displayName: 'Ben' }
// biome-ignore format: a line a row
runTable(stage, 'reading (P 3.3)', [
  ['a user has more members', 'ben', 'POST /users/me', 200, { body: { displayName: 'Ben', emailAddress: 'ben@home', phoneNumber: '+4912345678', shoe: 43 } }],
  ['oneself', 'ben', 'GET /users/me', 200, { equals: { ...full, displayName: 'Ben', emailAddress: 'ben@home', phoneNumber: '+4912345678', emailAddressVerified: true, phoneNumberVerified: true, shoe: 43 }, media: 'UserDataRetrievalResponse' }],
  ['oneself by id', 'ben', 'GET /users/{ben}', 200, { json: { ...full, shoe: 43 } }],
  ['oneself by name', 'ben', 'GET /users/LOGIN_NAME:ben', 200, { json: full }],
  ['oneself by escaped name', 'ben', 'GET /users/LOGIN_NAME%3Aben', 200, { json: full }],
  ['oneself by address, in any case', 'ben', 'GET /users/EMAIL:BEN@home', 200, { json: full }],
  ['oneself by escaped address', 'ben', 'GET /users/EMAIL%3Aben%40home', 200, { json: full }],
  ['oneself by number: a plus is a plus', 'ben', 'GET /users/PHONE:+4912345678', 200, { json: full }],
  ['oneself by escaped number', 'ben', 'GET /users/PHONE%3A%2B4912345678', 200, { json: full }],
  ['HEAD like GET', 'ben', 'HEAD /users/me', 200],
  ['another user, partly', 'tom', 'GET /users/{ben}', 200, { equals: partly }],
  ['another user by name, partly', 'tom', 'GET /users/LOGIN_NAME:ben', 200, { equals: partly }],
  ['a thing reads partly', 'lamp', 'GET /users/{ben}', 200, { equals: partly }],
  ['the admin reads all', 'admin', 'GET /users/{ben}', 200, { json: { ...full, shoe: 43, emailAddress: 'ben@home' } }],
  ['another user, fully, where the app says so', 'open.kim', 'GET /api/apps/{open.app}/users/{open.ida}', 200, { json: { ...isUser, loginName: 'ida', userID: '{open.ida}' } }],
  ['not without token', 'anonymous', 'GET /users/{ben}', 'UNAUTHORIZED'],
  ['not “me” of the admin', 'admin', 'GET /users/me', 'UNAUTHORIZED'],
  ['not “me” of a thing', 'lamp', 'GET /users/me', 'UNAUTHORIZED'],
  ['nobody of that id', 'ben', 'GET /users/none', 'USER_NOT_FOUND', { json: { field: 'userID', value: 'none', appID: '{app}' } }],
  ['nobody of that name', 'ben', 'GET /users/LOGIN_NAME:none', 'USER_NOT_FOUND', { json: { field: 'loginName', value: 'none', appID: '{app}' } }],
  ['nobody of that address', 'ben', 'GET /users/EMAIL:a@b', 'USER_NOT_FOUND', { json: { field: 'emailAddress', value: 'a@b' } }],
  ['nobody of that number', 'ben', 'GET /users/PHONE:+99999999999', 'USER_NOT_FOUND', { json: { field: 'phoneNumber', value: '+99999999999' } }],
  ['nobody of another app', 'admin', 'GET /users/{open.ida}', 'USER_NOT_FOUND'],
])

const changed = { equals: { modifiedAt: Number }, type: 'UserUpdateRequest' }
const update = 'POST /users/me'
// biome-ignore format: a line a row
runTable(stage, 'updating (P 3.4)', [
  ['adds fields', 'mia', 'POST /users/{mia}', 200, { body: { a: 1, b: { c: [] }, displayName: 'Mia' }, ...changed }],
  ['shows them', 'mia', 'GET /users/me', 200, { json: { a: 1, b: { c: [] }, displayName: 'Mia', loginName: 'mia' } }],
  ['replaces all fields, and keeps predefined members', 'mia', update, 200, { body: { c: 2 }, ...changed }],
  ['shows only the new ones', 'mia', 'GET /users/me', 200, { json: { a: undefined, b: undefined, c: 2, displayName: 'Mia', loginName: 'mia' } }],
  ['takes PUT', 'mia', 'PUT /users/me', 200, { body: { d: 1 }, ...changed }],
  ['takes PATCH', 'mia', 'PATCH /users/{mia}', 200, { body: { e: 1 }, ...changed }],
  ['takes PATCH by override', 'mia', update, 200, { body: { f: 1 }, headers: { 'X-HTTP-Method-Override': 'PATCH' }, ...changed }],
  ['takes prefixed forms', 'mia', 'POST /users/LOGIN_NAME:mia', 200, { body: { g: 1 }, ...changed }],
  ['ignores what is the server’s, and a password', 'mia', update, 200, { body: { userID: 'x', internalUserID: 0, _hasPassword: false, _disabled: true, _x: 1, password: 'another-1' }, ...changed }],
  ['has ignored it', 'mia', 'GET /users/me', 200, { json: { ...isUser, userID: '{mia}', _x: undefined, password: undefined, internalUserID: (id: number) => id > 0 } }],
  ['has kept the password', 'anonymous', 'POST /oauth2/token', 200, { body: { username: 'mia', password: 'harbour-mia' } }],
  ['has not taken the other one', 'anonymous', 'POST /oauth2/token', 'invalid_grant', { body: { username: 'mia', password: 'another-1' } }],
  ['by the admin', 'admin', 'POST /users/{mia}', 200, { body: { h: 1 }, ...changed }],
  ['not by another', 'tom', 'POST /users/{mia}', 'UNAUTHORIZED', { body: { a: 1 } }],
  ['not by a thing', 'lamp', 'POST /users/{mia}', 'UNAUTHORIZED', { body: { a: 1 } }],
  ['not without token', 'anonymous', 'POST /users/{mia}', 'UNAUTHORIZED', { body: { a: 1 } }],
  ['not of nobody', 'admin', 'POST /users/none', 'USER_NOT_FOUND', { body: { a: 1 } }],
  ['not to a used name', 'mia', update, 'USER_ALREADY_EXISTS', { body: { loginName: 'tom' }, json: { field: 'loginName', value: 'tom' } }],
  ['not to a used address', 'mia', update, 'USER_ALREADY_EXISTS', { body: { emailAddress: 'BEN@HOME' }, json: { field: 'emailAddress' } }],
  ['not to a bad name', 'mia', update, 'INVALID_INPUT_DATA', { body: { loginName: 'a b' } }],
  ['not with an array', 'mia', update, 'INVALID_INPUT_DATA', { body: [] }],
  ['not with a text', 'mia', update, 'INVALID_INPUT_DATA', { body: 'text' }],
  ['not without body', 'mia', update, 'INVALID_INPUT_DATA|MISSING_DATA'],
  ['not with too much', 'mia', update, 'INVALID_INPUT_DATA', { body: { filler: 'x'.repeat(63 * 1_024 + 1) } }],
  ['has changed nothing where it was refused', 'mia', 'GET /users/me', 200, { json: { loginName: 'mia', emailAddress: undefined, h: 1, a: undefined } }],
  ['makes a pseudo user a normal one', 'una', update, 200, { body: { loginName: 'una', password }, ...changed }],
  ['which has a password then', 'una', 'GET /users/me', 200, { json: { _hasPassword: true, loginName: 'una' } }],
  ['and signs in', 'anonymous', 'POST /oauth2/token', 200, { body: { username: 'una', password }, json: { id: '{una}' } }],
])

const change = (members: object) => ({ body: members, type: 'ChangePasswordRequest' })
const token = 'POST /oauth2/token'
// biome-ignore format: a line a row
runTable(stage, 'changing a password (P 3.4)', [
  ['another token of the user', 'anonymous', token, 200, { body: { username: 'tom', password: 'harbour-tom' }, caller: { tomElsewhere: 'access_token' } }],
  ['not with a wrong old one', 'tom', 'PUT /users/{tom}/password', 'WRONG_PASSWORD', change({ oldPassword: 'wrong-one', newPassword: 'pier-77' })],
  ['not without the old one', 'tom', 'PUT /users/{tom}/password', 'WRONG_PASSWORD|INVALID_INPUT_DATA|MISSING_DATA', change({ newPassword: 'pier-77' })],
  ['not to a bad one', 'tom', 'PUT /users/{tom}/password', 'INVALID_INPUT_DATA', change({ oldPassword: 'harbour-tom', newPassword: 'abc' })],
  ['not without a new one', 'tom', 'PUT /users/{tom}/password', 'INVALID_INPUT_DATA|MISSING_DATA', change({ oldPassword: 'harbour-tom' })],
  ['not another’s', 'mia', 'PUT /users/{tom}/password', 'UNAUTHORIZED', change({ oldPassword: 'harbour-tom', newPassword: 'pier-77' })],
  ['not nobody’s', 'admin', 'PUT /users/none/password', 'USER_NOT_FOUND', change({ newPassword: 'pier-77' })],
  ['has changed nothing so far', 'tomElsewhere', 'GET /users/me', 200],
  ['with the old one', 'tom', 'PUT /users/{tom}/password', 204, change({ oldPassword: 'harbour-tom', newPassword: 'pier-77' })],
  ['ends the user’s other tokens', 'tomElsewhere', 'GET /users/me', 'WRONG_TOKEN'],
  ['keeps the token that it was done with', 'tom', 'GET /users/me', 200],
  ['ends the old password', 'anonymous', token, 'invalid_grant', { body: { username: 'tom', password: 'harbour-tom' } }],
  ['by the admin, without the old one', 'admin', 'PUT /users/{tom}/password', 204, change({ newPassword: 'quay-88' })],
  ['ends all tokens then', 'tom', 'GET /users/me', 'WRONG_TOKEN'],
  ['makes the new one good', 'anonymous', token, 200, { body: { username: 'tom', password: 'quay-88' }, caller: { tom: 'access_token' } }],
])

// biome-ignore format: a line a row
runTable(stage, 'deleting (P 3.4)', [
  ['a group of its own', 'tom', 'PUT /groups/toms', 201, { body: { name: 'Tom’s', owner: '{tom}', members: ['{mia}'] } }],
  ['a group that it is in', 'mia', 'PUT /groups/mias', 201, { body: { name: 'Mia’s', owner: '{mia}', members: ['{tom}'] } }],
  ['a thing that it owns', 'tom', 'PUT /things/{lamp}/ownership/user:{tom}', 204],
  ['a topic', 'tom', 'PUT /users/me/topics/news', 204],
  ['not another', 'mia', 'DELETE /users/{tom}', 'UNAUTHORIZED'],
  ['not nobody', 'admin', 'DELETE /users/none', 'USER_NOT_FOUND'],
  ['oneself', 'tom', 'DELETE /users/me', 204],
  ['ends its tokens', 'tom', 'GET /users/me', 'WRONG_TOKEN'],
  ['ends its sign-in', 'anonymous', token, 'invalid_grant', { body: { username: 'tom', password: 'quay-88' } }],
  ['ends its groups', 'admin', 'GET /groups/toms', 'GROUP_NOT_FOUND'],
  ['ends its memberships', 'mia', 'GET /groups/mias/members', 200, { equals: { members: [{ userID: '{mia}' }] } }],
  ['ends its ownership', 'admin', 'GET /things/{lamp}/ownership', 200, { equals: { users: [], groups: [] } }],
  ['ends its topics', 'admin', 'GET /users/{tom}/topics', 'USER_NOT_FOUND'],
  ['twice', 'admin', 'DELETE /users/{tom}', 'USER_NOT_FOUND'],
  ['frees the name', 'anonymous', post, 201, { body: { loginName: 'tom', password } }],
  ['by the admin', 'admin', 'DELETE /users/{pia}', 204],
  ['ends a pseudo user’s token too', 'pia', 'GET /users/me', 'WRONG_TOKEN'],
])
