import { type Row, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe'], things: ['lamp', 'pump'] })
await stage.addStrangers()
await stage.must('mia', 'PUT', '/groups/crew', {
  body: { name: 'Crew', members: [stage.fill('{tom}'), stage.fill('{ana}')] },
})
await stage.must('mia', 'PUT', stage.fill('/things/{lamp}/ownership/user:{mia}'))
await stage.must('mia', 'PUT', '/users/me/topics/news')
await stage.must('admin', 'PUT', '/topics/all')
await stage.must('admin', 'PUT', stage.fill('/users/{tom}/topics/byadmin'))
await stage.must('tom', 'PUT', '/groups/crew/topics/toms')
await stage.must('mia', 'PUT', '/groups/crew/topics/mias')
await stage.must('lamp', 'PUT', stage.fill('/things/{lamp}/topics/news'))
await stage.must('mia', 'PUT', '/users/me/buckets/log/objects/one', { body: {} })
await stage.must('tom', 'PUT', '/groups/crew/buckets/log/objects/toms', { body: {} })
await stage.must('zoe', 'PUT', '/buckets/all/objects/zoes', { body: {} })
await stage.connect('zoe')

const user = (name: string) => ({ userID: `{${name}}` })
/** Both verbs of a topic with these entries, in any order and none beside. */
const both = (...entries: object[]) => ({
  equals: { SUBSCRIBE_TO_TOPIC: among(entries), SEND_MESSAGE_TO_TOPIC: among(entries) },
})
const among = (entries: object[]) => (all: object[]) =>
  all
    .map((entry) => JSON.stringify(entry))
    .sort()
    .join() ===
  stage
    .fill(entries)
    .map((entry) => JSON.stringify(entry))
    .sort()
    .join()
const has =
  (...entries: object[]) =>
  (all: object[]) => {
    const texts = all.map((entry) => JSON.stringify(entry))
    return stage.fill(entries).every((entry) => texts.includes(JSON.stringify(entry)))
  }

// biome-ignore format: a line a row
runTable(stage, 'default entries (P 7.4, 11)', [
  ['of a user’s topic', 'mia', 'GET /users/me/topics/news/acl', 200, both(user('mia'))],
  ['of a user’s topic made by the admin', 'tom', 'GET /users/me/topics/byadmin/acl', 200, both(user('tom'))],
  ['of a group’s topic', 'mia', 'GET /groups/crew/topics/toms/acl', 200, both({ groupID: 'crew' }, user('tom'))],
  ['of a thing’s topic', 'mia', 'GET /things/{lamp}/topics/news/acl', 200, { json: { SUBSCRIBE_TO_TOPIC: has({ thingID: '{lamp}' }), SEND_MESSAGE_TO_TOPIC: has({ thingID: '{lamp}' }) } }],
  ['of the app’s topic', 'admin', 'GET /topics/all/acl', 200, { json: { SUBSCRIBE_TO_TOPIC: has({ userID: 'ANY_AUTHENTICATED_USER' }) } }],
  ['of the app’s topic, to send', 'admin', 'GET /topics/all/acl/SEND_MESSAGE_TO_TOPIC', 200, { json: (all: unknown) => Array.isArray(all) && all.length === 0 }],
  ['of a user’s bucket', 'mia', 'GET /users/me/buckets/log/acl', 200, { json: Object.fromEntries(['CREATE_OBJECTS_IN_BUCKET', 'QUERY_OBJECTS_IN_BUCKET', 'DROP_BUCKET_WITH_ALL_CONTENT'].map((verb) => [verb, has(user('mia'))])) }],
  ['of the app’s bucket', 'zoe', 'GET /buckets/all/acl', 200, { json: { CREATE_OBJECTS_IN_BUCKET: has({ userID: 'ANY_AUTHENTICATED_USER' }), QUERY_OBJECTS_IN_BUCKET: has({ userID: 'ANY_AUTHENTICATED_USER' }, { userID: 'ANONYMOUS_USER' }) } }],
  ['of an object', 'zoe', 'GET /buckets/all/objects/zoes/acl', 200, { json: { WRITE_EXISTING_OBJECT: has(user('zoe')) } }],
])

const topic = '/users/me/topics/news/acl'
const theirs = '/users/{mia}/topics/news'
const entry = (verb: string, subject: string) => `${verb}/${subject}`
// biome-ignore format: a line a row
runTable(stage, 'entries (P 11)', [
  ['is not there', 'mia', `GET ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 'ACL_NOT_FOUND'],
  ['HEAD says so, too', 'mia', `HEAD ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 404],
  ['removed where it is not', 'mia', `DELETE ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 'ACL_NOT_FOUND'],
  ['put', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 204, { type: 'application/json' }],
  ['put again', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 204],
  ['put escaped', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID%3A{tom}`, 204],
  ['is there once', 'mia', `GET ${topic}/SUBSCRIBE_TO_TOPIC`, 200, { json: among([user('mia'), user('tom')]) }],
  ['is found', 'mia', `GET ${topic}/SUBSCRIBE_TO_TOPIC/UserID:{tom}`, 204],
  ['of a group', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/GroupID:crew`, 204],
  ['of a thing', 'mia', `PUT ${topic}/SEND_MESSAGE_TO_TOPIC/ThingID:{lamp}`, 204],
  ['of everybody', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID:ANY_AUTHENTICATED_USER`, 204],
  ['of anonymous', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID:ANONYMOUS_USER`, 204],
  ['all of them', 'mia', `GET ${topic}`, 200, { equals: { SUBSCRIBE_TO_TOPIC: among([user('mia'), user('tom'), { groupID: 'crew' }, { userID: 'ANY_AUTHENTICATED_USER' }, { userID: 'ANONYMOUS_USER' }]), SEND_MESSAGE_TO_TOPIC: among([user('mia'), { thingID: '{lamp}' }]) } }],
  ['removed', 'mia', `DELETE ${topic}/SUBSCRIBE_TO_TOPIC/UserID:ANY_AUTHENTICATED_USER`, 204, { type: 'application/json' }],
  ['anonymous removed', 'mia', `DELETE ${topic}/SUBSCRIBE_TO_TOPIC/UserID:ANONYMOUS_USER`, 204],
  ['a group removed', 'mia', `DELETE ${topic}/SUBSCRIBE_TO_TOPIC/GroupID:crew`, 204],
  ['a verb of buckets on a topic', 'mia', `PUT ${topic}/QUERY_OBJECTS_IN_BUCKET/UserID:{tom}`, 'INVALID_INPUT_DATA'],
  ['a verb nobody knows', 'mia', `PUT ${topic}/constructor/UserID:{tom}`, 'INVALID_INPUT_DATA'],
  ['a verb nobody knows, read', 'mia', `GET ${topic}/__proto__`, 'INVALID_INPUT_DATA|ACL_NOT_FOUND'],
  ['a subject without kind', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/{tom}`, 'INVALID_INPUT_DATA'],
  ['a subject of an unknown kind', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/RoleID:x`, 'INVALID_INPUT_DATA'],
  ['a subject that is empty', 'mia', `PUT ${topic}/SUBSCRIBE_TO_TOPIC/UserID:`, 'INVALID_INPUT_DATA|USER_NOT_FOUND'],
  ['no topic', 'mia', 'PUT /users/me/topics/none/acl/SUBSCRIBE_TO_TOPIC/UserID:{tom}', 'TOPIC_NOT_FOUND'],
  ['no topic to list', 'mia', 'GET /users/me/topics/none/acl', 'TOPIC_NOT_FOUND'],
  ['no object', 'mia', 'PUT /users/me/buckets/log/objects/none/acl/READ_EXISTING_OBJECT/UserID:{tom}', 'OBJECT_NOT_FOUND'],
  ['no bucket of that object', 'mia', 'GET /users/me/buckets/nowhere/objects/none/acl', 'BUCKET_NOT_FOUND|OBJECT_NOT_FOUND'],
  ['a bucket that a list makes', 'mia', 'PUT /users/me/buckets/fresh/acl/QUERY_OBJECTS_IN_BUCKET/UserID:{tom}', 204],
  ['a bucket that it has made', 'mia', 'GET /users/me/buckets/fresh/acl/QUERY_OBJECTS_IN_BUCKET/UserID:{tom}', 204],
  ['a bucket’s reading', 'mia', 'PUT /users/me/buckets/log/acl/READ_OBJECTS_IN_BUCKET/UserID:{tom}', 204],
])

const send = { body: { mqtt: { enabled: true } } }
const subscribe = (scope: string, name: string, kind = 'users') =>
  `PUT ${scope}/push/subscriptions/${kind}/{${name}}`
// biome-ignore format: a line a row
runTable(stage, 'what entries allow (P 2.4, 11)', [
  ['who has one verb sees the topic', 'tom', `HEAD ${theirs}`, 204],
  ['who has it subscribes', 'tom', subscribe(theirs, 'tom'), 204],
  ['who has not the other does not send', 'tom', `POST ${theirs}/push/messages`, 'UNAUTHORIZED', send],
  ['a thing sends', 'lamp', `POST ${theirs}/push/messages`, 201, send],
  ['a thing that may send sees the topic', 'lamp', `HEAD ${theirs}`, 204],
  ['a thing that may send does not subscribe', 'lamp', subscribe(theirs, 'lamp', 'things'), 'UNAUTHORIZED'],
  ['nor deletes', 'tom', `DELETE ${theirs}`, 'UNAUTHORIZED'],
  ['nor creates beside it', 'tom', 'PUT /users/{mia}/topics/mine', 'UNAUTHORIZED'],
  ['a group’s entry', 'mia', `PUT ${topic}/${entry('SEND_MESSAGE_TO_TOPIC', 'GroupID:crew')}`, 204],
  ['allows its members', 'ana', `POST ${theirs}/push/messages`, 201, send],
  ['not others', 'zoe', `POST ${theirs}/push/messages`, 'UNAUTHORIZED', send],
  ['everybody’s entry', 'mia', `PUT ${topic}/${entry('SUBSCRIBE_TO_TOPIC', 'UserID:ANY_AUTHENTICATED_USER')}`, 204],
  ['allows any user', 'zoe', subscribe(theirs, 'zoe'), 204],
  ['allows any thing', 'pump', subscribe(theirs, 'pump', 'things'), 204],
  ['not anonymous', 'anonymous', `HEAD ${theirs}`, 401],
  ['not another app’s user', 'other.stranger', `HEAD ${theirs}`, 403],
  ['messages come', 'mia', `POST ${theirs}/push/messages`, 201, { ...send, events: { zoe: [{ sender: '{mia}', senderURI: String, sourceURI: String, topic: 'news', objectScopeType: 'APP_AND_USER', objectScopeAppID: '{app}', objectScopeUserID: '{mia}', when: Number }] } }],
  ['a right that goes', 'mia', `DELETE ${topic}/${entry('SUBSCRIBE_TO_TOPIC', 'UserID:ANY_AUTHENTICATED_USER')}`, 204],
  ['takes the subscriptions that rested on it', 'mia', `POST ${theirs}/push/messages`, 201, { ...send, silent: ['zoe'] }],
  ['and only those', 'tom', `GET ${theirs}/push/subscriptions/users/{tom}`, 204],
  ['and comes back without them', 'mia', `PUT ${topic}/${entry('SUBSCRIBE_TO_TOPIC', 'UserID:{zoe}')}`, 204],
  ['which are to be made anew', 'zoe', `GET ${theirs}/push/subscriptions/users/{zoe}`, 'PUSH_SUBSCRIPTION_NOT_FOUND'],
  ['a bucket’s right to ask', 'tom', 'PUT /users/{mia}/buckets/fresh/filters/all/push/subscriptions/users/{tom}', 204],
  ['that goes', 'mia', 'DELETE /users/me/buckets/fresh/acl/QUERY_OBJECTS_IN_BUCKET/UserID:{tom}', 204],
  ['takes the subscription', 'admin', 'GET /users/{mia}/buckets/fresh/filters/all/push/subscriptions/users/{tom}', 'PUSH_SUBSCRIPTION_NOT_FOUND'],
  ['a bucket’s reading reads its objects', 'tom', 'GET /users/{mia}/buckets/log/objects/one', 200],
  ['but writes none', 'tom', 'PATCH /users/{mia}/buckets/log/objects/one', 'UNAUTHORIZED', { body: {} }],
  ['an object’s writing', 'mia', 'PUT /users/me/buckets/log/objects/one/acl/WRITE_EXISTING_OBJECT/UserID:{tom}', 204],
  ['writes it', 'tom', 'PATCH /users/{mia}/buckets/log/objects/one', 200, { body: {} }],
  ['everybody but anonymous may not read', 'zoe', 'GET /users/{mia}/buckets/log/objects/one', 'UNAUTHORIZED'],
  ['anonymous may', 'mia', 'PUT /users/me/buckets/log/objects/one/acl/READ_EXISTING_OBJECT/UserID:ANONYMOUS_USER', 204],
  ['then anonymous reads', 'anonymous', 'GET /users/{mia}/buckets/log/objects/one', 200],
])

/** Reading, adding and removing alike. */
const who = (name: string, as: string, list: string, verb: string, isAllowed: boolean): Row[] =>
  (
    [
      ['PUT', 204],
      ['GET', 204],
      ['DELETE', 204],
    ] as const
  ).map(([method, status]) => [
    `${name}: ${method}`,
    as,
    `${method} ${list}/${verb}/UserID:{zoe}`,
    isAllowed ? status : 'UNAUTHORIZED',
  ])
runTable(stage, 'who changes a list (P 2.4, 11)', [
  ...who('the admin', 'admin', theirs.concat('/acl'), 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('the user whose scope it is', 'tom', '/users/me/topics/byadmin/acl', 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('another user', 'tom', theirs.concat('/acl'), 'SEND_MESSAGE_TO_TOPIC', false),
  ...who('a user in the app', 'mia', '/topics/all/acl', 'SEND_MESSAGE_TO_TOPIC', false),
  ...who('a creator in a group', 'tom', '/groups/crew/topics/toms/acl', 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('the group’s owner', 'mia', '/groups/crew/topics/toms/acl', 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('another member', 'ana', '/groups/crew/topics/toms/acl', 'SEND_MESSAGE_TO_TOPIC', false),
  ...who('the thing', 'lamp', '/things/{lamp}/topics/news/acl', 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('the thing’s owner', 'mia', '/things/{lamp}/topics/news/acl', 'SEND_MESSAGE_TO_TOPIC', true),
  ...who('another thing', 'pump', '/things/{lamp}/topics/news/acl', 'SEND_MESSAGE_TO_TOPIC', false),
  ...who('the creator of a bucket', 'zoe', '/buckets/all/acl', 'READ_OBJECTS_IN_BUCKET', true),
  ...who('another user of a bucket', 'ana', '/buckets/all/acl', 'READ_OBJECTS_IN_BUCKET', false),
  ...who(
    'the creator of an object',
    'tom',
    '/groups/crew/buckets/log/objects/toms/acl',
    'WRITE_EXISTING_OBJECT',
    true,
  ),
  ...who(
    'another member of an object',
    'ana',
    '/groups/crew/buckets/log/objects/toms/acl',
    'WRITE_EXISTING_OBJECT',
    false,
  ),
  ...who('nobody', 'anonymous', '/buckets/all/acl', 'READ_OBJECTS_IN_BUCKET', false),
  ['the list, by another', 'tom', `GET ${theirs}/acl`, 'UNAUTHORIZED'],
  ['a verb, by another', 'tom', `GET ${theirs}/acl/SUBSCRIBE_TO_TOPIC`, 'UNAUTHORIZED'],
])
