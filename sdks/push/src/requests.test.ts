import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Namespace } from './index.ts'
import { Recorder, type ScriptedAnswer } from './recorder.fixture.ts'
import { version } from './version.ts'

interface Row {
  readonly call: string
  readonly run: (kii: Namespace) => Promise<unknown>
  readonly answers?: readonly ScriptedAnswer[]
  /** `T` in P 14.7: with the token of the user that is logged in; another token; `none`. By default the user's. */
  readonly token?: string
  readonly sent: readonly SentRequest[]
}

/** Line; name of the vendor type or a whole one; body. */
type SentRequest = readonly [line: string, type?: string, body?: unknown, headers?: Record<string, string>]

const created = { status: 201, body: { userID: 'u9', loginName: 'mia', _hasPassword: true } }
const token = { body: { id: 'u9', access_token: 'tok-u9', expires_in: 2_147_483_647 } }
const remoteUser = {
  body: { userID: 'u1', internalUserID: 3, loginName: 'mia', _hasPassword: true, colour: 'red', size: 1 },
}
const pseudoUser = { body: { userID: 'u1', _hasPassword: false, colour: 'red' } }
const installed = { status: 201, body: { installationID: 'i1', installationRegistrationID: 'r1' } }
const objectMade = { status: 201, headers: { etag: '"1"' }, body: { objectID: 'o1', createdAt: 5 } }
const objectFull = {
  headers: { etag: '"2"' },
  body: { _id: 'o1', _created: 5, _modified: 6, _version: '2', a: 1 },
}
const clauseOfEachType = {
  type: 'or',
  clauses: [
    {
      type: 'not',
      clause: {
        type: 'and',
        clauses: [
          { type: 'range', field: 'b', lowerLimit: 1, lowerIncluded: false },
          { type: 'range', field: 'b', upperLimit: 5, upperIncluded: true },
        ],
      },
    },
    { type: 'in', field: 'c', values: [1] },
    { type: 'prefix', field: 'd', prefix: 'x' },
  ],
}
const credentials = { username: 'mia', password: 'harbour-9' }
const me = (kii: Namespace) => kii.KiiUser.userWithID('u1')
const thing = (kii: Namespace) => kii.KiiThing.thingWithID('th.1')
const admin = (kii: Namespace) => kii.Kii.authenticateAsAdminWithToken('tok-adm')

const rows: Row[] = [
  {
    call: 'register',
    run: (kii) => kii.KiiUser.userWithUsername('mia', 'harbour-9').register(),
    answers: [created, token],
    token: 'none',
    sent: [
      ['POST /users', 'RegistrationRequest', { loginName: 'mia', password: 'harbour-9' }],
      ['POST /oauth2/token', 'application/json', credentials],
    ],
  },
  {
    call: 'register with a local phone number',
    run: (kii) => {
      const user = kii.KiiUser.userWithPhoneNumber('9012345678', 'harbour-9')
      user.setCountry('JP')
      return user.register()
    },
    answers: [created, token],
    token: 'none',
    sent: [
      [
        'POST /users',
        'RegistrationRequest',
        { phoneNumber: '9012345678', country: 'JP', password: 'harbour-9' },
      ],
      ['POST /oauth2/token', 'application/json', { username: 'PHONE:JP-9012345678', password: 'harbour-9' }],
    ],
  },
  {
    call: 'registerAsPseudoUser',
    run: (kii) => kii.KiiUser.registerAsPseudoUser(undefined, { colour: 'red' }),
    answers: [{ status: 201, body: { userID: 'u9', _accessToken: 'tok-u9', _hasPassword: false } }],
    token: 'none',
    sent: [['POST /users', 'RegistrationAndAuthorizationRequest', { colour: 'red' }]],
  },
  {
    call: 'authenticate',
    run: (kii) => kii.KiiUser.authenticate('mia', 'harbour-9'),
    answers: [token],
    token: 'none',
    sent: [['POST /oauth2/token', 'application/json', credentials]],
  },
  {
    call: 'authenticateWithToken',
    run: (kii) => kii.KiiUser.authenticateWithToken('tok-x'),
    answers: [remoteUser],
    token: 'tok-x',
    sent: [['GET /users/me']],
  },
  {
    call: 'user.refresh',
    run: (kii) => me(kii).refresh(),
    answers: [remoteUser],
    sent: [['GET /users/u1']],
  },
  {
    call: 'user.update',
    run: (kii) => {
      const user = me(kii)
      user.setDisplayName('Mia')
      return user.update({ emailAddress: 'mia@x.org' }, undefined, { size: 2 }, ['colour'])
    },
    answers: [remoteUser, { body: { modifiedAt: 7 } }],
    sent: [
      ['GET /users/u1'],
      [
        'POST /users/u1',
        'UserUpdateRequest',
        { loginName: 'mia', displayName: 'Mia', emailAddress: 'mia@x.org', size: 2 },
      ],
    ],
  },
  {
    call: 'putIdentity',
    run: (kii) => me(kii).putIdentity({ username: 'mia' }, 'harbour-9'),
    answers: [pseudoUser, { body: { modifiedAt: 7 } }],
    sent: [
      ['GET /users/u1'],
      ['POST /users/u1', 'UserUpdateRequest', { loginName: 'mia', colour: 'red', password: 'harbour-9' }],
    ],
  },
  {
    call: 'updatePassword',
    run: (kii) => me(kii).updatePassword('harbour-9', 'harbour-10'),
    sent: [
      [
        'PUT /users/u1/password',
        'ChangePasswordRequest',
        { oldPassword: 'harbour-9', newPassword: 'harbour-10' },
      ],
    ],
  },
  {
    call: 'findUserByEmail',
    run: (kii) => kii.KiiUser.findUserByEmail('m/a@x.org'),
    answers: [remoteUser],
    sent: [['GET /users/EMAIL:m%2Fa%40x.org']],
  },
  {
    call: 'memberOfGroups',
    run: (kii) => me(kii).memberOfGroups(),
    answers: [{ body: { groups: [] } }],
    sent: [['GET /groups?is_member=u1']],
  },
  {
    call: 'authenticateAsAppAdmin',
    run: (kii) => kii.Kii.authenticateAsAppAdmin('id', 'secret'),
    answers: [token],
    token: 'none',
    sent: [['POST /oauth2/token', 'application/json', { client_id: 'id', client_secret: 'secret' }]],
  },
  {
    call: 'authenticateAsThing',
    run: (kii) => kii.Kii.authenticateAsThing('lamp.1', 'secret'),
    answers: [token],
    token: 'none',
    sent: [
      ['POST /oauth2/token', 'OauthTokenRequest', { username: 'VENDOR_THING_ID:lamp.1', password: 'secret' }],
    ],
  },
  {
    call: 'authenticateAsThingWithToken',
    run: (kii) => kii.Kii.authenticateAsThingWithToken('th.1', 'tok-t'),
    sent: [],
  },
  {
    call: 'installMqtt',
    run: (kii) => me(kii).pushInstallation().installMqtt(false),
    answers: [installed],
    sent: [
      ['POST /installations', 'InstallationCreationRequest', { deviceType: 'MQTT', development: false }],
    ],
  },
  {
    call: 'installMqtt of a thing',
    run: async (kii) =>
      (await kii.Kii.authenticateAsThingWithToken('th.1', 'tok-t')).pushInstallation().installMqtt(true),
    answers: [installed],
    token: 'tok-t',
    sent: [['POST /installations', 'InstallationCreationRequest', { deviceType: 'MQTT', development: true }]],
  },
  {
    call: 'installGcm',
    run: (kii) => me(kii).pushInstallation().installGcm('vendor-token', false),
    answers: [installed],
    sent: [
      [
        'POST /installations',
        'InstallationCreationRequest',
        { deviceType: 'ANDROID', development: false, installationRegistrationID: 'vendor-token' },
      ],
    ],
  },
  {
    call: 'getMqttEndpoint',
    run: (kii) => me(kii).pushInstallation().getMqttEndpoint('i1'),
    answers: [{ body: { installationID: 'i1' } }],
    sent: [['GET /installations/i1/mqtt-endpoint']],
  },
  {
    call: 'uninstallByInstallationID',
    run: (kii) => me(kii).pushInstallation().uninstallByInstallationID('i1'),
    sent: [['DELETE /installations/i1']],
  },
  {
    call: 'uninstall',
    run: (kii) => me(kii).pushInstallation().uninstall('r1', 'MQTT'),
    sent: [['DELETE /installations/MQTT:r1']],
  },
  {
    call: 'topic: exists, save, deleteTopic',
    run: async (kii) => {
      const topic = kii.Kii.topicWithName('news')
      await topic.exists()
      await topic.save()
      await topic.deleteTopic()
    },
    sent: [['HEAD /topics/news'], ['PUT /topics/news'], ['DELETE /topics/news']],
  },
  {
    call: 'topic.sendMessage of a user',
    run: (kii) =>
      me(kii)
        .topicWithName('news')
        .sendMessage({ data: { a: 1 }, mqtt: { enabled: true } }),
    answers: [{ status: 201, body: { pushMessageID: 'm1' } }],
    sent: [
      [
        'POST /users/u1/topics/news/push/messages',
        'SendPushMessageRequest',
        { data: { a: 1 }, mqtt: { enabled: true } },
      ],
    ],
  },
  {
    call: 'listTopics of app and group',
    run: async (kii) => {
      await kii.Kii.listTopics(undefined, 'a b')
      await kii.KiiGroup.groupWithID('g1').listTopics()
    },
    answers: [{ body: { topics: [] } }, { body: { topics: [{ topicID: 't1' }], paginationKey: 'x' } }],
    sent: [['GET /topics?paginationKey=a%20b'], ['GET /groups/g1/topics']],
  },
  {
    call: 'subscription of a user to a topic',
    run: async (kii) => {
      const subscription = me(kii).pushSubscription()
      const topic = kii.Kii.topicWithName('news')
      await subscription.subscribe(topic)
      await subscription.isSubscribed(topic)
      await subscription.unsubscribe(topic)
    },
    sent: [
      ['PUT /topics/news/push/subscriptions/users/u1'],
      ['GET /topics/news/push/subscriptions/users/u1'],
      ['DELETE /topics/news/push/subscriptions/users/u1'],
    ],
  },
  {
    call: 'subscription of a thing to a bucket, by its owner',
    run: (kii) => thing(kii).pushSubscription().subscribe(thing(kii).bucketWithName('readings')),
    sent: [['PUT /things/th.1/buckets/readings/filters/all/push/subscriptions/things/th.1']],
  },
  {
    call: 'subscription of a user, by the admin',
    run: (kii) => admin(kii).userWithID('u2').pushSubscription().subscribe(admin(kii).topicWithName('news')),
    token: 'tok-adm',
    sent: [['PUT /topics/news/push/subscriptions/users/u2']],
  },
  {
    call: 'acl.listACLEntries',
    run: (kii) => kii.Kii.topicWithName('news').acl().listACLEntries(),
    answers: [{ body: { SUBSCRIBE_TO_TOPIC: [{ userID: 'u1' }] } }],
    sent: [['GET /topics/news/acl']],
  },
  {
    call: 'acl.save',
    run: (kii) => {
      const acl = kii.Kii.topicWithName('news').acl()
      const { KiiACLSubscribeToTopic, KiiACLSendMessageToTopic } = kii.KiiACLAction
      const everybody = new kii.KiiAnyAuthenticatedUser()
      const revoked = kii.KiiACLEntry.entryWithSubject(everybody, KiiACLSubscribeToTopic)
      revoked.setGrant(false)
      acl.putACLEntry(kii.KiiACLEntry.entryWithSubject(me(kii), KiiACLSendMessageToTopic))
      acl.putACLEntry(revoked)
      return acl.save()
    },
    sent: [
      ['PUT /topics/news/acl/SEND_MESSAGE_TO_TOPIC/UserID:u1'],
      ['DELETE /topics/news/acl/SUBSCRIBE_TO_TOPIC/UserID:ANY_AUTHENTICATED_USER'],
    ],
  },
  {
    call: 'group.save',
    run: async (kii) => {
      const group = kii.KiiGroup.groupWithNameAndMembers('crew', [kii.KiiUser.userWithID('u2')])
      await group.save()
      group.removeUser(kii.KiiUser.userWithID('u2'))
      await group.save()
    },
    answers: [{ status: 201, body: { groupID: 'g1', notFoundUsers: [] } }],
    sent: [
      ['POST /groups', 'GroupCreationRequest', { name: 'crew', owner: 'u1' }],
      ['PUT /groups/g1/members/u2'],
      ['DELETE /groups/g1/members/u2'],
    ],
  },
  {
    call: 'registerGroupWithID',
    run: (kii) => kii.KiiGroup.registerGroupWithID('g1', 'crew', [kii.KiiUser.userWithID('u2')]),
    answers: [{ status: 201, body: { groupID: 'g1', notFoundUsers: [] } }],
    sent: [['PUT /groups/g1', 'GroupCreationRequest', { name: 'crew', owner: 'u1', members: ['u2'] }]],
  },
  {
    call: 'changeGroupName',
    run: (kii) => kii.KiiGroup.groupWithID('g1').changeGroupName('fleet'),
    sent: [['PUT /groups/g1/name', 'text/plain', 'fleet']],
  },
  {
    call: 'object.save, first and later',
    run: async (kii) => {
      const object = kii.Kii.bucketWithName('notes').createObject()
      object.set('a', 1)
      object.set('b', 2)
      await object.save()
      object.set('b', 3)
      await object.save()
      await object.save(undefined, false)
    },
    answers: [objectMade, objectFull, objectFull],
    sent: [
      ['POST /buckets/notes/objects', 'application/json', { a: 1, b: 2 }],
      ['POST /buckets/notes/objects/o1', 'application/json', { b: 3 }, { 'x-http-method-override': 'PATCH' }],
      [
        'POST /buckets/notes/objects/o1',
        'application/json',
        {},
        { 'x-http-method-override': 'PATCH', 'if-match': '"2"' },
      ],
    ],
  },
  {
    call: 'object.save with a type, and with an ID that must be new',
    run: async (kii) => {
      await kii.Kii.bucketWithName('notes').createObjectWithType('note').save()
      await kii.Kii.bucketWithName('notes').createObjectWithID('o1').save(undefined, false)
    },
    answers: [objectMade, { ...objectFull, status: 201 }],
    sent: [
      ['POST /buckets/notes/objects', 'application/vnd.app12345.note+json', {}],
      [
        'POST /buckets/notes/objects/o1',
        'application/json',
        {},
        { 'x-http-method-override': 'PATCH', 'if-none-match': '*' },
      ],
    ],
  },
  {
    call: 'object.saveAllFields with an ID',
    run: (kii) => {
      const object = kii.KiiObject.objectWithURI('kiicloud://users/u1/buckets/notes/objects/o1')
      object.set('a', 1)
      object.set('b', 2)
      object.remove('b')
      return object.saveAllFields()
    },
    answers: [{ headers: { etag: '"3"' }, body: { createdAt: 5, modifiedAt: 8 } }],
    sent: [['PUT /users/u1/buckets/notes/objects/o1', 'application/json', { a: 1 }]],
  },
  {
    call: 'executeQuery, two pages',
    run: async (kii) => {
      const query = kii.KiiQuery.queryWithClause(kii.KiiClause.equals('a', 1))
      query.setLimit(1)
      query.sortByDesc('a')
      const bucket = kii.Kii.bucketWithName('notes')
      const [, objects, next] = await bucket.executeQuery(query)
      assert.equal(objects[0]?.objectURI(), 'kiicloud://buckets/notes/objects/o1')
      const [, , last] = await bucket.executeQuery(next)
      assert.equal(last, null)
    },
    answers: [{ body: { results: [objectFull.body], nextPaginationKey: 'p2' } }, { body: { results: [] } }],
    sent: [
      ['POST /buckets/notes/query', 'QueryRequest', queryBody({})],
      ['POST /buckets/notes/query', 'QueryRequest', queryBody({ paginationKey: 'p2' })],
    ],
  },
  {
    call: 'executeQuery, by a clause of each type',
    run: (kii) => {
      const { KiiClause, KiiQuery } = kii
      const range = KiiClause.and(KiiClause.greaterThan('b', 1), KiiClause.lessThanOrEqual('b', 5))
      const clause = KiiClause.or(
        KiiClause.not(range),
        KiiClause.inClause('c', [1]),
        KiiClause.startsWith('d', 'x'),
      )
      return kii.Kii.bucketWithName('notes').executeQuery(KiiQuery.queryWithClause(clause))
    },
    answers: [{ body: { results: [] } }],
    sent: [['POST /buckets/notes/query', 'QueryRequest', { bucketQuery: { clause: clauseOfEachType } }]],
  },
  {
    call: 'KiiThing.register',
    run: (kii) => kii.KiiThing.register({ _vendorThingID: 'lamp.1', _password: 'secret', room: 4 }),
    answers: [{ status: 201, body: { _thingID: 'th.1', _vendorThingID: 'lamp.1', _accessToken: 'tok-t' } }],
    token: 'none',
    sent: [
      [
        'POST /things',
        'ThingRegistrationAndAuthorizationRequest',
        { _vendorThingID: 'lamp.1', _password: 'secret', room: 4 },
      ],
    ],
  },
  {
    call: 'loadWithVendorThingID',
    run: (kii) => kii.KiiThing.loadWithVendorThingID('lamp.1'),
    answers: [{ body: { _thingID: 'th.1' } }],
    sent: [['GET /things/VENDOR_THING_ID:lamp.1']],
  },
  {
    call: 'thing.update',
    run: (kii) => {
      const lamp = thing(kii)
      lamp.fields.room = 5
      return lamp.update()
    },
    answers: [{ body: { _thingID: 'th.1', _vendorThingID: 'lamp.1', _thingType: 'lamp', room: 4 } }],
    sent: [
      ['GET /things/th.1'],
      ['PATCH /things/th.1', 'ThingUpdateRequest', { _thingType: 'lamp', room: 5 }],
    ],
  },
  {
    call: 'thing.disable, updatePassword by the admin',
    run: async (kii) => {
      await admin(kii).thingWithID('th.1').disable()
      await admin(kii).thingWithID('th.1').updatePassword('other')
    },
    token: 'tok-adm',
    sent: [
      ['PUT /things/th.1/status', 'ThingStatusUpdateRequest', { disabled: true }],
      ['PUT /things/th.1/password', 'ChangeThingPasswordRequest', { newPassword: 'other' }],
    ],
  },
  {
    call: 'registerOwner, isOwner, unregisterOwner',
    run: async (kii) => {
      await thing(kii).registerOwner(me(kii))
      await thing(kii).isOwner(kii.KiiGroup.groupWithID('g1'))
      await thing(kii).unregisterOwner(me(kii))
    },
    sent: [
      ['PUT /things/th.1/ownership/user:u1'],
      ['HEAD /things/th.1/ownership/group:g1'],
      ['DELETE /things/th.1/ownership/user:u1'],
    ],
  },
  {
    call: 'registerOwnerWithVendorThingIDAndPassword',
    run: (kii) => kii.KiiThing.registerOwnerWithVendorThingIDAndPassword('lamp.1', me(kii), 'secret'),
    sent: [
      [
        'POST /things/VENDOR_THING_ID:lamp.1/ownership',
        'ThingOwnershipRequest',
        { userID: 'u1', thingPassword: 'secret' },
      ],
    ],
  },
]

suite('requests that go out (P 14.7)', () => {
  let recorder: Recorder
  before(async () => {
    recorder = await Recorder.open()
  })
  after(() => recorder.close())
  beforeEach(() => recorder.logIn())

  for (const { call, run, answers = [], token = 'tok-u1', sent } of rows) {
    test(call, async () => {
      recorder.script(...answers)
      await run(recorder.kii)
      assert.deepEqual(
        recorder.requests.map(({ line, body }) => ({ line, body })),
        sent.map(([line, , body]) => ({ line, body })),
      )
      for (const [index, { url, headers }] of recorder.requests.entries()) {
        const [, type, , more = {}] = sent[index] ?? []
        assert.match(url, /[?&]disable_cache=\d+$/)
        assert.equal(headers['x-kii-appid'], 'app12345')
        assert.equal(headers['x-kii-appkey'], 'key12345')
        assert.equal(headers['x-kii-sdk'], `sn=pillion;sv=${version}`)
        assert.equal(headers.authorization, token === 'none' ? undefined : `Bearer ${token}`)
        const expectedType =
          type === undefined || type.includes('/') ? type : `application/vnd.kii.${type}+json`
        assert.equal(headers['content-type'], expectedType)
        for (const name of ['x-http-method-override', 'if-match', 'if-none-match'])
          assert.equal(headers[name], more[name], name)
      }
    })
  }

  test('log-ins ask for the life time that the app set, and additional headers go with every request', async () => {
    const { Kii, KiiUser } = recorder.kii
    Kii.setAccessTokenExpiration(60)
    Kii.setAdditionalHeaders({ 'x-trace': 'abc' })
    recorder.script(token)
    const before = Date.now()
    await KiiUser.authenticate('mia', 'harbour-9')
    Kii.setAccessTokenExpiration(0)
    Kii.setAdditionalHeaders(null)
    const [request] = recorder.requests
    assert.ok(request)
    const { expiresAt } = request.body as { expiresAt: number }
    assert.ok(expiresAt >= before + 60_000 && expiresAt <= Date.now() + 60_000)
    assert.equal(request.headers['x-trace'], 'abc')
  })

  test('an endpoint that is not ready is asked for three times, a second apart (P 6.3)', async () => {
    const notReady = {
      status: 503,
      body: { errorCode: 'MQTT_ENDPOINT_NOT_READY', message: 'not yet', retryAfter: 1 },
    }
    const installation = me(recorder.kii).pushInstallation()
    recorder.script(notReady, notReady, { body: { installationID: 'i1' } })
    assert.deepEqual(await installation.getMqttEndpoint('i1'), { installationID: 'i1' })
    assert.deepEqual(recorder.sleeps, [1000, 1000])

    recorder.script(notReady, notReady, notReady, notReady)
    await assert.rejects(installation.getMqttEndpoint('i1'), {
      message:
        'get mqtt endpoint failed. statusCode: 503 error code: MQTT_ENDPOINT_NOT_READY message: not yet',
    })
    assert.equal(recorder.requests.length, 3)

    recorder.script({ status: 500, body: { errorCode: 'UNDEFINED_ERROR', message: 'broken' } })
    await assert.rejects(installation.getMqttEndpoint('i1'))
    assert.equal(recorder.requests.length, 1)
    assert.deepEqual(recorder.sleeps, [])
  })

  test('wrong arguments of an installation reject with it as target, and nothing is sent (P 14.4)', async () => {
    const installation = me(recorder.kii).pushInstallation()
    const wrong: (() => Promise<unknown>)[] = [
      () => installation.installMqtt('true' as unknown as boolean),
      () => installation.installGcm('', true),
      () => installation.installApns('token', undefined as unknown as boolean),
      () => installation.getMqttEndpoint(''),
      () => installation.uninstall('r1', 'TOASTER'),
      () => installation.uninstall('', 'MQTT'),
      () => installation.uninstallByInstallationID(undefined as unknown as string),
      () => installation.uninstallByInstallationID('..'),
    ]
    for (const call of wrong) {
      await assert.rejects(call, (error: { target?: unknown }) => {
        assert.ok(error instanceof Error)
        return error.target === installation
      })
    }
    assert.deepEqual(recorder.lines, [])
  })
})

function queryBody(more: object): object {
  const bucketQuery = { clause: { type: 'eq', field: 'a', value: 1 }, orderBy: 'a', descending: true }
  return { bucketQuery, bestEffortLimit: 1, ...more }
}
