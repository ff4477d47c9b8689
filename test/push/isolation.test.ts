import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runRow } from './scenario.ts'
import { Stage } from './stage.ts'

/**
 * Every operation that the server itself lists, asked by everybody who has no business there. A route that is added later
 * is tested without further ado, or fails here until what it allows to others is written down below.
 */
const stage = await Stage.open({ pseudoUsers: ['mia', 'tom'], things: ['lamp', 'pump'] })
await stage.addStrangers()
const scopes = ['', '/users/{mia}', '/groups/crew', '/things/{lamp}']
const kept: Record<string, unknown> = {}
await furnish()

interface Operation {
  readonly method: string
  /** Below `/apps/{appID}`, as in /openapi.json; with `/api` in front where it is not below an app. */
  readonly path: string
}
const operations = await listOperations()

const isOpen = ['POST /users', 'POST /oauth2/token', 'POST /api/oauth2/token']
/** 400 = allowed so far, and then the empty body is refused. */
const bad = 'INVALID_INPUT_DATA|MISSING_DATA|invalid_request'
/** `POST …/subscriptions/users` and its like, by scope: the caller subscribes itself. */
const selfIn = (scope: string, kind: string, expected: string) =>
  Object.fromEntries(
    ['/topics/{topic}', '/buckets/{bucket}/filters/{filter}'].flatMap((target) =>
      ['POST', 'PUT'].map((method) => [`${method} ${scope}${target}/push/subscriptions/${kind}`, expected]),
    ),
  )
/** Of the other kind: P 7.3 answers 400, P 2.3 looks at rights first, so either will do where there is none. */
const otherKind = (kind: string) =>
  Object.assign(
    selfIn('', kind, bad),
    ...['/users/{user}', '/groups/{group}', '/things/{thing}'].map((scope) =>
      selfIn(scope, kind, `${bad}|UNAUTHORIZED`),
    ),
  )
const readsInApp = {
  'GET /buckets/{bucket}/objects/{object}': 200,
  'HEAD /buckets/{bucket}/objects/{object}': 204,
  'POST /buckets/{bucket}/query': bad,
}
const anyoneInApp = {
  ...readsInApp,
  'GET /users/{user}': 200,
  'HEAD /users/{user}': 200,
  'GET /topics': 200,
  'HEAD /topics': 200,
  'GET /topics/{topic}': 204,
  'HEAD /topics/{topic}': 204,
  'GET /installations': 200,
  'HEAD /installations': 200,
  'POST /installations': bad,
  'POST /things': bad,
  'POST /buckets/{bucket}/objects': 201,
  'DELETE /buckets/{bucket}': '204|BUCKET_NOT_FOUND',
}
/** What others than those concerned may do all the same (P 2.4, 7.4, 10.3). */
const allowed: Readonly<Record<string, Readonly<Record<string, number | string>>>> = {
  nobody: {},
  anonymous: { ...Object.fromEntries(isOpen.map((each) => [each, bad])), 'POST /things': bad, ...readsInApp },
  tom: {
    ...Object.fromEntries(isOpen.map((each) => [each, bad])),
    ...anyoneInApp,
    ...selfIn('', 'users', '204|409'),
    ...otherKind('things'),
    'POST /groups': bad,
    'PUT /groups/{group}': bad.concat('|GROUP_ALREADY_EXISTS'),
    'POST /things/{thing}/ownership': bad,
  },
  pump: {
    ...Object.fromEntries(isOpen.map((each) => [each, bad])),
    ...anyoneInApp,
    ...selfIn('', 'things', '204|409'),
    ...otherKind('users'),
  },
}
const unused = new Set(
  Object.entries(allowed).flatMap(([as, lines]) => Object.keys(lines).map((line) => `${as}: ${line}`)),
)

describe('who has no business there is refused (P 2.3, 2.4)', () => {
  assert.ok(operations.length > 200, `${operations.length} operations`)
  for (const { method, path } of operations) {
    const line = `${method} ${path}`
    test(`${line} (P 2.3)`, async () => {
      const request = `${method} ${fillParameters(path)}`
      const rest = ['GET', 'HEAD', 'DELETE'].includes(method) ? {} : { body: {} }
      for (const as of ['other.stranger', 'other.gadget', 'other.admin', 'impostor'])
        await runRow(stage, [line, as, request, isOpen.includes(line) ? bad : 'WRONG_TOKEN', rest])
      for (const [as, exceptions] of Object.entries(allowed)) {
        unused.delete(`${as}: ${line}`)
        await runRow(stage, [line, as, request, exceptions[line] ?? 'UNAUTHORIZED', rest])
      }
      await askInTheirApp(line, request, rest)
    })
  }
  test('and nothing else was allowed above', () => assert.deepEqual([...unused], []))
  test('and nothing has changed for those it belongs to', async () => assert.deepEqual(await readAll(), kept))
})

/** In its own app, by the ids of this one: nothing of that name is there, not even for its admin. */
async function askInTheirApp(line: string, request: string, rest: object): Promise<void> {
  if (!/\{(user|thing|group|installation)\}/.test(line) || line === 'PUT /groups/{group}') return
  const theirs = request.replace(' ', ' /api/apps/{other.app}')
  const codes = 'USER_NOT_FOUND|THING_NOT_FOUND|GROUP_NOT_FOUND|INSTALLATION_NOT_FOUND'
  for (const as of ['other.stranger', 'other.gadget', 'other.admin'])
    await runRow(stage, [line, as, theirs, codes, rest])
}

async function listOperations(): Promise<Operation[]> {
  const response = await fetch(`${stage.server.httpUrl}/openapi.json`)
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> }
  const all = Object.entries(paths).flatMap(([path, { ...methods }]) => {
    // HEAD goes wherever GET goes, listed or not (P 1.1).
    if (methods.get !== undefined) methods.head = methods.get
    const below = path.replace('/api/apps/{appID}', '')
    return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: below }))
  })
  // Anybody may drop the app's bucket, so that comes last.
  const isDrop = ({ method, path }: Operation) => method === 'DELETE' && path === '/buckets/{bucket}'
  return [...all.filter((each) => !isDrop(each)), ...all.filter(isDrop)]
}

function fillParameters(path: string): string {
  const verb = path.includes('{object}')
    ? 'READ_EXISTING_OBJECT'
    : path.includes('{bucket}')
      ? 'QUERY_OBJECTS_IN_BUCKET'
      : 'SUBSCRIBE_TO_TOPIC'
  const subject = path.includes('/acl/')
    ? 'UserID:{mia}'
    : path.endsWith('things/{subject}')
      ? '{lamp}'
      : '{mia}'
  const names: Readonly<Record<string, string>> = {
    ...{
      user: '{mia}',
      thing: '{lamp}',
      group: 'crew',
      installation: '{mia.installation}',
      owner: 'user:{mia}',
    },
    ...{ topic: 'news', bucket: 'log', object: 'one', filter: 'all', verb, subject },
  }
  const filled = path.replace(
    /\{(\w+)\}/g,
    (_, name) => names[name] ?? assert.fail(`a new parameter: ${name}`),
  )
  return path === '/groups' ? `${filled}?is_member={mia}` : filled
}

/** Something at every address, all of it Mia's or her thing's. */
async function furnish(): Promise<void> {
  await stage.endpointOf('mia')
  await must('mia', 'PUT', '/groups/crew', { name: 'Crew' })
  await must('mia', 'PUT', '/things/{lamp}/ownership/user:{mia}')
  for (const scope of scopes) {
    await must(scope === '' ? 'admin' : 'mia', 'PUT', `${scope}/topics/news`)
    await must('mia', 'PUT', `${scope}/buckets/log/objects/one`, { kept: true })
    for (const target of ['topics/news', 'buckets/log/filters/all']) {
      await must('admin', 'PUT', `${scope}/${target}/push/subscriptions/users/{mia}`)
      await must('admin', 'PUT', `${scope}/${target}/push/subscriptions/things/{lamp}`)
    }
    for (const list of [
      'topics/news/acl/SUBSCRIBE_TO_TOPIC',
      'buckets/log/acl/QUERY_OBJECTS_IN_BUCKET',
      'buckets/log/objects/one/acl/READ_EXISTING_OBJECT',
    ])
      await must('admin', 'PUT', `${scope}/${list}/UserID:{mia}`)
  }
  Object.assign(kept, await readAll())
}

async function readAll(): Promise<Record<string, unknown>> {
  const paths = [
    '/users/{mia}',
    '/things/{lamp}',
    '/things/{lamp}/ownership',
    '/groups/crew',
    '/groups/crew/members',
    '/installations?userID={mia}',
    '/topics',
    '/topics/news/acl',
  ]
  for (const scope of scopes.slice(1)) {
    paths.push(`${scope}/topics`, `${scope}/topics/news/acl`, `${scope}/buckets/log/acl`)
    paths.push(`${scope}/buckets/log/objects/one`, `${scope}/buckets/log/objects/one/acl`)
    for (const target of ['topics/news', 'buckets/log/filters/all'])
      for (const subject of ['users/{mia}', 'things/{lamp}'])
        paths.push(`${scope}/${target}/push/subscriptions/${subject}`)
  }
  const found: Record<string, unknown> = {}
  for (const path of paths) found[path] = await must('admin', 'GET', path)
  return found
}

function must(as: string, method: string, path: string, body?: object): Promise<unknown> {
  return stage.must<unknown>(as, method, stage.fill(path), body === undefined ? {} : { body })
}
