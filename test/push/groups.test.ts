import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe'], things: ['lamp'] })
await stage.addStrangers()
for (const name of ['tom', 'ana']) await stage.connect(name)
const create = { type: 'GroupCreationRequest' }
const made = (notFoundUsers: unknown[] = []) => ({
  ...create,
  equals: { groupID: /^[a-z0-9_.-]{1,30}$/, notFoundUsers },
})
const group = (groupID: unknown, name: string, owner: unknown = '{mia}') => ({ groupID, name, owner })

// biome-ignore format: a line a row
runTable(stage, 'creating (P 5)', [
  ['by its owner', 'mia', 'POST /groups', 201, { body: { name: 'Crew', owner: '{mia}' }, ...made(), save: { crew: 'groupID' }, header: { location: /\/groups\/[a-z0-9_.-]+$/ } }],
  ['owner missing: the caller', 'mia', 'POST /groups', 201, { body: { name: 'Own' }, ...made(), save: { own: 'groupID' } }],
  ['has that owner', 'mia', 'GET /groups/{own}', 200, { json: group('{own}', 'Own') }],
  ['with members, of whom some are unknown', 'mia', 'POST /groups', 201, { body: { name: 'All', members: ['{tom}', 'none', '{other.stranger}'] }, ...made(['none', '{other.stranger}']), save: { all: 'groupID' } }],
  ['has the others', 'tom', 'GET /groups/{all}/members', 200, { json: { members: (all: unknown[]) => all.length === 2 } }],
  ['by the admin, for a user', 'admin', 'POST /groups', 201, { body: { name: 'For', owner: '{tom}' }, ...made() }],
  ['by the admin, without owner', 'admin', 'POST /groups', 201, { body: { name: 'No' }, ...made(), save: { unowned: 'groupID' } }],
  ['has no owner then', 'admin', 'GET /groups/{unowned}', 200, { json: { name: 'No', owner: undefined } }],
  ['with an id', 'mia', 'PUT /groups/a_group.1-x', 201, { body: { name: 'x'.repeat(190), owner: '{mia}' }, ...create, equals: { groupID: 'a_group.1-x', notFoundUsers: [] } }],
  ['with a used id', 'mia', 'PUT /groups/a_group.1-x', 'GROUP_ALREADY_EXISTS', { body: { name: 'Again', owner: '{mia}' }, ...create, json: { groupID: 'a_group.1-x', appID: '{app}' } }],
  ['with an id that another has used', 'tom', 'PUT /groups/a_group.1-x', 'GROUP_ALREADY_EXISTS', { body: { name: 'Again', owner: '{tom}' } }],
  ['with an id of 30', 'mia', `PUT /groups/${'x'.repeat(30)}`, 201, { body: { name: 'Long' } }],
  ['with an id of 31', 'mia', `PUT /groups/${'x'.repeat(31)}`, 'INVALID_INPUT_DATA', { body: { name: 'Long' } }],
  ['with a bad id', 'mia', 'PUT /groups/Crew', 'INVALID_INPUT_DATA', { body: { name: 'Case' } }],
  ['with another owner', 'mia', 'POST /groups', 'UNAUTHORIZED', { body: { name: 'Not', owner: '{tom}' } }],
  ['for an unknown owner', 'admin', 'POST /groups', 'USER_NOT_FOUND|INVALID_INPUT_DATA', { body: { name: 'Not', owner: 'none' } }],
  ['by a thing', 'lamp', 'POST /groups', 'UNAUTHORIZED', { body: { name: 'Not' } }],
  ['by nobody', 'anonymous', 'POST /groups', 'UNAUTHORIZED', { body: { name: 'Not' } }],
  ['without name', 'mia', 'POST /groups', 'INVALID_INPUT_DATA|MISSING_DATA', { body: { owner: '{mia}' } }],
  ['with an empty name', 'mia', 'POST /groups', 'INVALID_INPUT_DATA', { body: { name: '' } }],
  ['with a name of 191', 'mia', 'POST /groups', 'INVALID_INPUT_DATA', { body: { name: 'x'.repeat(191) } }],
  ['with a number as name', 'mia', 'POST /groups', 'INVALID_INPUT_DATA', { body: { name: 7 } }],
  ['with a text as members', 'mia', 'POST /groups', 'INVALID_INPUT_DATA', { body: { name: 'Not', members: '{tom}' } }],
  ['with numbers as members', 'mia', 'POST /groups', 'INVALID_INPUT_DATA', { body: { name: 'Not', members: [7] } }],
])

// biome-ignore format: a line a row
runTable(stage, 'reading and members (P 5)', [
  ['a member is put', 'mia', 'PUT /groups/{crew}/members/{tom}', 204, { type: 'application/json' }],
  ['a member is put again', 'mia', 'PUT /groups/{crew}/members/{tom}', 204],
  ['by the admin', 'admin', 'PUT /groups/{crew}/members/{ana}', 204],
  ['not by a member', 'tom', 'PUT /groups/{crew}/members/{zoe}', 'UNAUTHORIZED'],
  ['not by a stranger', 'zoe', 'PUT /groups/{crew}/members/{zoe}', 'UNAUTHORIZED'],
  ['not an unknown one', 'mia', 'PUT /groups/{crew}/members/none', 'USER_NOT_FOUND', { json: { value: 'none' } }],
  ['not one of another app', 'mia', 'PUT /groups/{crew}/members/{other.stranger}', 'USER_NOT_FOUND'],
  ['not into an unknown group', 'mia', 'PUT /groups/none/members/{tom}', 'GROUP_NOT_FOUND', { json: { groupID: 'none', appID: '{app}' } }],
  ['the group, by its owner', 'mia', 'GET /groups/{crew}', 200, { equals: { ...group('{crew}', 'Crew'), createdAt: Number, modifiedAt: Number } }],
  ['the group, by a member', 'tom', 'GET /groups/{crew}', 200],
  ['the group, by the admin', 'admin', 'GET /groups/{crew}', 200],
  ['the group, not by a stranger', 'zoe', 'GET /groups/{crew}', 'UNAUTHORIZED'],
  ['the group, not by nobody', 'anonymous', 'GET /groups/{crew}', 'UNAUTHORIZED'],
  ['an unknown group', 'mia', 'GET /groups/none', 'GROUP_NOT_FOUND', { json: { groupID: 'none', appID: '{app}' } }],
  ['its members, by a member', 'tom', 'GET /groups/{crew}/members', 200, { json: { members: (all: { userID: string }[]) => ['mia', 'tom', 'ana'].every((name) => all.some(({ userID }) => userID === stage.fill(`{${name}}`))) && all.length === 3 } }],
  ['its members, not by a stranger', 'zoe', 'GET /groups/{crew}/members', 'UNAUTHORIZED'],
  ['a member leaves', 'ana', 'DELETE /groups/{crew}/members/{ana}', 204],
  ['and has no right any more', 'ana', 'GET /groups/{crew}', 'UNAUTHORIZED'],
  ['a member removes no other', 'tom', 'DELETE /groups/{crew}/members/{mia}', 'UNAUTHORIZED'],
  ['who is none is not removed', 'mia', 'DELETE /groups/{crew}/members/{ana}', 404],
  ['an unknown one is not removed', 'mia', 'DELETE /groups/{crew}/members/none', 404],
])

// biome-ignore format: a line a row
runTable(stage, 'lists (P 5)', [
  ['that one is in', 'tom', 'GET /groups?is_member={tom}', 200, { json: { groups: (all: { name: string }[]) => all.map(({ name }) => name).sort().join() === 'All,Crew,For' } }],
  ['with a slash before the query', 'tom', 'GET /groups/?is_member={tom}', 200, { json: { groups: (all: unknown[]) => all.length === 3 } }],
  ['that one owns', 'tom', 'GET /groups?owner={tom}', 200, { equals: { groups: [group(String, 'For', '{tom}')] } }],
  ['none', 'zoe', 'GET /groups?is_member={zoe}', 200, { equals: { groups: [] } }],
  ['not somebody else’s', 'tom', 'GET /groups?is_member={mia}', 'UNAUTHORIZED'],
  ['not what somebody else owns', 'tom', 'GET /groups?owner={mia}', 'UNAUTHORIZED'],
  ['anybody’s, by the admin', 'admin', 'GET /groups/?is_member={tom}&disable_cache=1', 200, { json: { groups: (all: unknown[]) => all.length === 3 } }],
  ['not by nobody', 'anonymous', 'GET /groups?is_member={tom}', 'UNAUTHORIZED'],
])

const text = { type: 'text/plain' }
const owner = (name: unknown) => ({ body: { owner: name }, type: 'GroupOwnerChangeRequest' })
// biome-ignore format: a line a row
runTable(stage, 'name and owner (P 5)', [
  ['renamed', 'mia', 'PUT /groups/{crew}/name', 204, { raw: 'Crew 2 – “100 %”', ...text }],
  ['has that name', 'mia', 'GET /groups/{crew}', 200, { json: { name: 'Crew 2 – “100 %”' } }],
  ['by the admin', 'admin', 'PUT /groups/{crew}/name', 204, { raw: 'Crew 3', type: 'text/plain; charset=UTF-8' }],
  ['not by a member', 'tom', 'PUT /groups/{crew}/name', 'UNAUTHORIZED', { raw: 'Mine', ...text }],
  ['not to nothing', 'mia', 'PUT /groups/{crew}/name', 'INVALID_INPUT_DATA|MISSING_DATA', { raw: '', ...text }],
  ['not to a name of 191', 'mia', 'PUT /groups/{crew}/name', 'INVALID_INPUT_DATA', { raw: 'x'.repeat(191), ...text }],
  ['not of none', 'mia', 'PUT /groups/none/name', 'GROUP_NOT_FOUND', { raw: 'x', ...text }],
  ['not given away by a member', 'tom', 'PUT /groups/{crew}/owner', 'UNAUTHORIZED', owner('{tom}')],
  ['not to nobody', 'mia', 'PUT /groups/{crew}/owner', 'USER_NOT_FOUND', owner('none')],
  ['not to a number', 'mia', 'PUT /groups/{crew}/owner', 'INVALID_INPUT_DATA', owner(7)],
  ['given away', 'mia', 'PUT /groups/{crew}/owner', 204, owner('{ana}')],
  ['whose owner is a member', 'ana', 'GET /groups/{crew}', 200, { json: { name: 'Crew 3', owner: '{ana}' } }],
  ['whose former owner may not any more', 'mia', 'PUT /groups/{crew}/name', 'UNAUTHORIZED', { raw: 'Mine', ...text }],
])

const subscribe = (kind: string, name: string) =>
  `PUT /groups/{all}/${kind}/push/subscriptions/users/{${name}}`
const message = {
  body: {
    data: { n: 1 },
    mqtt: { enabled: true },
    sendWhen: false,
    sendObjectScope: false,
    sendSender: false,
  },
}
const got = { n: 1, sourceURI: 'kiicloud://groups/{all}/topics/news', topic: 'news' }
// biome-ignore format: a line a row
runTable(stage, 'a member that is removed (P 5)', [
  ['another member', 'mia', 'PUT /groups/{all}/members/{ana}', 204],
  ['has a topic', 'mia', 'PUT /groups/{all}/topics/news', 204],
  ['is subscribed', 'tom', subscribe('topics/news', 'tom'), 204],
  ['has a bucket', 'mia', 'PUT /groups/{all}/buckets/log/objects/one', 201, { body: {} }],
  ['is subscribed to the bucket', 'tom', subscribe('buckets/log/filters/all', 'tom'), 204],
  ['one more is', 'ana', subscribe('topics/news', 'ana'), 204],
  ['one more has an entry of its own', 'mia', 'PUT /groups/{all}/topics/news/acl/SUBSCRIBE_TO_TOPIC/UserID:{ana}', 204],
  ['both get messages', 'mia', 'POST /groups/{all}/topics/news/push/messages', 201, { ...message, events: { tom: [got], ana: [got] } }],
  ['goes', 'mia', 'DELETE /groups/{all}/members/{tom}', 204],
  ['goes, too', 'mia', 'DELETE /groups/{all}/members/{ana}', 204],
  ['only its own entry keeps a subscription', 'mia', 'POST /groups/{all}/topics/news/push/messages', 201, { ...message, events: { ana: [got] }, silent: ['tom'] }],
  ['gets no events of the bucket', 'mia', 'POST /groups/{all}/buckets/log/objects', 201, { body: {}, silent: ['tom', 'ana'] }],
  ['may not subscribe', 'tom', subscribe('topics/news', 'tom'), 'UNAUTHORIZED'],
  ['comes back', 'mia', 'PUT /groups/{all}/members/{tom}', 204],
  ['is not subscribed', 'tom', 'GET /groups/{all}/topics/news/push/subscriptions/users/{tom}', 'PUSH_SUBSCRIPTION_NOT_FOUND'],
])

// biome-ignore format: a line a row
runTable(stage, 'deleting (P 5)', [
  ['not by a member', 'tom', 'DELETE /groups/{all}', 'UNAUTHORIZED'],
  ['by its owner', 'mia', 'DELETE /groups/{all}', 204],
  ['is gone', 'mia', 'GET /groups/{all}', 'GROUP_NOT_FOUND'],
  ['its topics are gone', 'admin', 'GET /groups/{all}/topics', 'GROUP_NOT_FOUND'],
  ['by the admin', 'admin', 'DELETE /groups/{crew}', 204],
  ['none', 'admin', 'DELETE /groups/{crew}', 'GROUP_NOT_FOUND'],
  ['a new one of that id has nothing of it', 'tom', 'PUT /groups/{all}', 201, { body: { name: 'New' } }],
  ['no topics', 'tom', 'GET /groups/{all}/topics', 200, { equals: { topics: [] } }],
])
