import { type Row, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe', 'ben', 'kim'], things: ['lamp'] })
const must = (as: string, method: string, path: string, body?: object) =>
  stage.must(as, method, stage.fill(path), body === undefined ? {} : { body: stage.fill(body) })
await must('mia', 'PUT', '/groups/team', { name: 'Team', members: ['{tom}', '{ana}', '{zoe}'] })
await must('kim', 'PUT', '/groups/kims', { name: 'Kim’s', members: ['{ben}'] })
await must('mia', 'PUT', '/users/me/topics/news')
await must('mia', 'PUT', '/users/me/topics/private')
for (const group of ['team', 'kims'])
  await must('mia', 'PUT', `/users/me/topics/news/acl/SUBSCRIBE_TO_TOPIC/GroupID:${group}`)
await must('admin', 'PUT', '/things/{lamp}/ownership/group:team')
await must('lamp', 'PUT', '/things/{lamp}/topics/ring')
await must('lamp', 'PUT', '/things/{lamp}/buckets/log/objects/one', {})
await must('mia', 'PUT', '/groups/team/topics/chat')

const targets = {
  news: '/users/{mia}/topics/news',
  private: '/users/{mia}/topics/private',
  ring: '/things/{lamp}/topics/ring',
  log: '/things/{lamp}/buckets/log/filters/all',
  chat: '/groups/team/topics/chat',
}
type Target = keyof typeof targets
const subscribed = (name: string, ...to: Target[]): Row[] =>
  to.map((target) => [
    `${name} subscribes to ${target}`,
    name,
    `PUT ${targets[target]}/push/subscriptions/users/me`,
    204,
  ])
const check = (name: string, target: Target) => `GET ${targets[target]}/push/subscriptions/users/{${name}}`
const stays = (name: string, ...to: Target[]): Row[] =>
  to.map((target) => [`${name} stays subscribed to ${target}`, 'admin', check(name, target), 204])
const gone = (name: string, ...to: Target[]): Row[] =>
  to.map((target) => [
    `${name} is not subscribed to ${target} any more`,
    'admin',
    check(name, target),
    'PUSH_SUBSCRIPTION_NOT_FOUND',
  ])

// biome-ignore format: a line a row
runTable(stage, 'a right that goes takes the subscriptions that rested on it (P 5, 11, 17 row 19)', [
  ...subscribed('tom', 'news', 'ring', 'log', 'chat'),
  ...subscribed('ana', 'news', 'ring', 'log', 'chat'),
  ...subscribed('zoe', 'news', 'chat'),
  ...subscribed('ben', 'news'),
  ['the admin subscribes zoe, who has no right to it', 'admin', `PUT ${targets.private}/push/subscriptions/users/{zoe}`, 204],
  ['a member is removed', 'mia', 'DELETE /groups/team/members/{tom}', 204],
  ...gone('tom', 'news', 'ring', 'log'),
  ['a member is put back', 'mia', 'PUT /groups/team/members/{tom}', 204],
  ...gone('tom', 'news', 'ring', 'log', 'chat'),
  ...stays('ana', 'news', 'ring', 'log', 'chat'),
  ['a group owns the thing no more', 'admin', 'DELETE /things/{lamp}/ownership/group:team', 204],
  ...gone('ana', 'ring', 'log'),
  ...stays('ana', 'news', 'chat'),
  ['the group is given away', 'mia', 'PUT /groups/team/owner', 204, { body: { owner: '{ana}' } }],
  ...stays('ana', 'news', 'chat'),
  ['an entry of its own', 'mia', 'PUT /users/me/topics/news/acl/SUBSCRIBE_TO_TOPIC/UserID:{ana}', 204],
  ['the group goes', 'ana', 'DELETE /groups/team', 204],
  ...gone('zoe', 'news'),
  ...stays('ana', 'news'),
  ...stays('ben', 'news'),
  ['a group goes with its owner', 'kim', 'DELETE /users/me', 204],
  ...gone('ben', 'news'),
  ['an entry goes', 'mia', 'DELETE /users/me/topics/news/acl/SUBSCRIBE_TO_TOPIC/UserID:{ana}', 204],
  ...gone('ana', 'news'),
  ...stays('zoe', 'private'),
])
