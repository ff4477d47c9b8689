import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Row, runRow } from './scenario.ts'
import { Stage } from './stage.ts'

/** Apps that answer each push with a push are their own affair, but not at everybody's cost. */
describe('whoever asks too often is told to come back (P 1.5)', () => {
  const many = (stage: Stage, count: number, row: Row) =>
    Promise.all(Array.from({ length: count }, () => runRow(stage, row)))
  const send = { body: { data: { n: 1 }, mqtt: { enabled: true } } }
  const heldBack = (as: string, request: string, rest = {}): Row => [
    'held back',
    as,
    request,
    'TOO_MANY_REQUESTS',
    { ...rest, header: { 'retry-after': (text: string) => Number(text) >= 1 } },
  ]

  test('a user, by its sends and writes; others go on (P 1.5)', async () => {
    const stage = await Stage.open(
      { pseudoUsers: ['mia', 'tom'], things: ['lamp'] },
      { 'limits.pushWritesPerPrincipalMax': 6 },
    )
    for (const path of ['/users/{mia}', '/users/{tom}', '/things/{lamp}'])
      await stage.must('admin', 'PUT', stage.fill(`${path}/topics/news`))
    const toOwn = 'POST /users/me/topics/news/push/messages'
    await many(stage, 3, ['sends', 'mia', toOwn, 201, send])
    await many(stage, 3, ['writes', 'mia', 'POST /users/me/buckets/log/objects', 201, { body: {} }])
    await runRow(stage, heldBack('mia', toOwn, send))
    await runRow(stage, heldBack('mia', 'PUT /users/me/buckets/log/objects/one', { body: {} }))
    await runRow(stage, ['reads', 'mia', 'GET /users/me', 200])
    await runRow(stage, ['sends', 'tom', toOwn, 201, send])
    await many(stage, 6, ['sends', 'lamp', 'POST /things/{lamp}/topics/news/push/messages', 201, send])
    await runRow(stage, heldBack('lamp', 'POST /things/{lamp}/topics/news/push/messages', send))
    const { length } = await many(stage, 10, ['sends', 'admin', 'POST /users/{mia}/push/messages', 201, send])
    assert.equal(length, 10, 'the admin has no bound but the app’s')
  })

  test('an app, by those of all its users; other apps go on (P 1.5)', async () => {
    const stage = await Stage.open({ pseudoUsers: ['mia', 'tom'] }, { 'limits.pushWritesPerAppMax': 6 })
    await stage.addStrangers()
    for (const name of ['mia', 'tom'])
      await many(stage, 3, ['writes', name, 'POST /users/me/buckets/log/objects', 201, { body: {} }])
    await runRow(stage, heldBack('tom', 'POST /users/me/buckets/log/objects', { body: {} }))
    await runRow(stage, [
      'writes',
      'other.stranger',
      'POST /api/apps/{other.app}/users/me/buckets/log/objects',
      201,
      { body: {} },
    ])
  })

  test('an address, by its registrations; other addresses go on (P 1.5)', async () => {
    const stage = await Stage.open({}, { 'limits.pushRegistrationsPerAddressMax': 3 })
    const user = { body: {}, type: 'RegistrationAndAuthorizationRequest' }
    await many(stage, 3, ['registers', 'anonymous', 'POST /users', 201, user])
    await runRow(stage, heldBack('anonymous', 'POST /users', user))
    await runRow(
      stage,
      heldBack('anonymous', 'POST /things', { body: { _vendorThingID: 'lamp', _password: 'bright-1' } }),
    )
    await runRow(stage, [
      'registers',
      'anonymous',
      'POST /users',
      201,
      { ...user, localAddress: '127.0.0.2' },
    ])
  })
})
