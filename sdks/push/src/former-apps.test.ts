import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { Recorder } from './recorder.fixture.ts'

const refused = { status: 404, body: { errorCode: 'USER_NOT_FOUND', message: 'nobody' } }
const issued = { body: { id: 'u1', access_token: 'tok-u1', expires_in: 3600 } }

/** Calls with callbacks, and answers what these got. */
async function argumentsOf(run: (callbacks: object) => Promise<unknown>): Promise<unknown[]> {
  const called = Promise.withResolvers<unknown[]>()
  const resolve = (...values: unknown[]) => called.resolve(values)
  await run({ success: resolve, failure: resolve }).catch(() => undefined)
  return called.promise
}

suite('what apps written for the original rely on (P 14)', () => {
  let recorder: Recorder
  before(async () => {
    recorder = await Recorder.open()
  })
  after(() => recorder.close())
  beforeEach(() => recorder.logIn())

  test('who has logged in has the name, address or number that was given', async () => {
    const { KiiUser } = recorder.kii
    const rows = [
      ['mia', 'mia', undefined, undefined],
      ['mia@x.org', undefined, 'mia@x.org', undefined],
      ['EMAIL:mia@x.org', undefined, 'mia@x.org', undefined],
      ['+819012345678', undefined, undefined, '+819012345678'],
      ['PHONE:+819012345678', undefined, undefined, '+819012345678'],
      ['PHONE:JP-09012345678', undefined, undefined, undefined],
    ] as const
    for (const [identifier, ...known] of rows) {
      recorder.script(issued)
      const user = await KiiUser.authenticate(identifier, 'harbour-9')
      assert.deepEqual([user.getUsername(), user.getEmailAddress(), user.getPhoneNumber()], known, identifier)
    }
  })

  test('spaces around a login name and an e-mail address are left out', () => {
    const { KiiUser } = recorder.kii
    assert.equal(KiiUser.userWithUsername(' mia ', 'harbour-9').getUsername(), 'mia')
    assert.equal(KiiUser.userWithEmailAddress(' mia@x.org ', 'harbour-9').getEmailAddress(), 'mia@x.org')
  })

  test('a country may be written in small letters', () => {
    const user = recorder.kii.KiiUser.userWithID('u')
    user.setCountry('jp')
    assert.equal(user.getCountry(), 'jp')
  })

  test('the token object has the token and its end, and nothing else (P 14.3)', async () => {
    recorder.script({ status: 201, body: { userID: 'u1' } }, issued)
    const user = await recorder.kii.KiiUser.userWithUsername('mia', 'harbour-9').register()
    assert.deepEqual(Object.keys(user.getAccessTokenObject() ?? {}), ['access_token', 'expires_at'])
  })

  test('a field set to null is null', () => {
    const user = recorder.kii.KiiUser.userWithID('u')
    user.set('colour', null)
    assert.equal(user.get('colour'), null)
  })

  test('setting a field that only the server sets is ignored', () => {
    const user = recorder.kii.KiiUser.userWithID('u')
    const object = recorder.kii.Kii.bucketWithName('notes').createObject()
    for (const name of ['_id', '_version', '']) {
      user.set(name, 1)
      object.set(name, 1)
      assert.deepEqual([user.get(name), object.get(name)], [undefined, undefined])
    }
    user.set('userID', 'somebody else')
    assert.equal(user.getID(), 'u')
    assert.deepEqual(object.getKeys(), [])
  })

  test('the life of tokens is asked for by users, not by things and the admin (P 14.7)', async () => {
    const { Kii, KiiUser } = recorder.kii
    Kii.setAccessTokenExpiration(60)
    recorder.script(issued, issued, issued)
    await KiiUser.authenticate('mia', 'harbour-9')
    await Kii.authenticateAsThing('lamp.1', 'secret')
    await Kii.authenticateAsAppAdmin('id', 'secret')
    Kii.setAccessTokenExpiration(0)
    const asked = recorder.requests.map(({ body }) => 'expiresAt' in (body as object))
    assert.deepEqual(asked, [true, false, false])
  })

  test('a life of tokens that is no number of seconds is refused', () => {
    const { Kii, InvalidArgumentException } = recorder.kii
    for (const seconds of [-1, Number.NaN, undefined, null, 'soon'])
      assert.throws(() => Kii.setAccessTokenExpiration(seconds as number), InvalidArgumentException)
    assert.equal(Kii.getAccessTokenExpiration(), 0)
  })

  test('a token is taken over with a Date as its end or none', async () => {
    await assert.rejects(recorder.kii.KiiUser.authenticateWithToken('tok', null, 'soon' as never), /Date/)
    assert.deepEqual(recorder.lines, [])
  })

  test('finding a user in vain tells the text alone', async () => {
    recorder.script(refused)
    const values = await argumentsOf((callbacks) => recorder.kii.KiiUser.findUserByUsername('tom', callbacks))
    assert.deepEqual(values, [
      'find user failed. statusCode: 404 error code: USER_NOT_FOUND error message: nobody',
    ])
  })

  test('the admin finds users together with itself', async () => {
    const admin = recorder.kii.Kii.authenticateAsAdminWithToken('tok-adm')
    const body = { userID: 'u2', loginName: 'tom' }
    recorder.script({ body }, { body }, refused)
    const [context, user] = await admin.findUserByUsername('tom')
    assert.deepEqual([context, user.getUsername()], [admin, 'tom'])
    const found = await argumentsOf((callbacks) => admin.findUserByEmail('tom@x.org', callbacks))
    assert.deepEqual([found.length, found[0]], [2, admin])
    const missed = await argumentsOf((callbacks) => admin.findUserByPhone('+819012345678', callbacks))
    assert.equal(missed[0], admin)
    assert.match(String(missed[1]), /USER_NOT_FOUND/)
    assert.deepEqual(recorder.lines, [
      'GET /users/LOGIN_NAME:tom',
      'GET /users/EMAIL:tom%40x.org',
      'GET /users/PHONE:%2B819012345678',
    ])
  })

  test('registering a group in vain tells its members, too', async () => {
    const { KiiGroup, KiiUser } = recorder.kii
    const members = [KiiUser.userWithID('u2')]
    recorder.script({ status: 409, body: { errorCode: 'GROUP_ALREADY_EXISTS', message: 'taken' } })
    const values = await argumentsOf((callbacks) =>
      KiiGroup.registerGroupWithID('crew', 'Crew', members, callbacks),
    )
    assert.deepEqual(values.slice(1), ['GROUP_ALREADY_EXISTS: taken', members, []])
  })

  test('a group of the admin may have no owner', async () => {
    const group = recorder.kii.Kii.authenticateAsAdminWithToken('tok-adm').groupWithID('crew')
    recorder.script({ body: { groupID: 'crew', name: 'Crew' } })
    assert.deepEqual(await group.getOwner(), [group, null])
  })

  test('the fields of a thing are those that apps set; the others have methods of their own', async () => {
    const { KiiThing } = recorder.kii
    const own = { _thingType: 'lamp', room: 4 }
    const kept = { _thingID: 'th.1', _vendorThingID: 'lamp.1', _created: 7, _disabled: false, _online: true }
    recorder.script({ body: { ...kept, ...own } }, { body: { ...kept, ...own } })
    const thing = await KiiThing.loadWithThingID('th.1')
    assert.deepEqual(thing.fields, own)
    thing.fields = { room: 5 }
    await thing.update()
    assert.deepEqual(thing.fields, { _thingType: 'lamp', room: 5 })
    assert.deepEqual(
      [
        thing.getThingID(),
        thing.getVendorThingID(),
        thing.getCreated(),
        thing.getDisabled(),
        thing.isOnline(),
      ],
      ['th.1', 'lamp.1', new Date(7), false, true],
    )
  })

  test('what a bucket gave before its group was saved works afterwards', async () => {
    const group = recorder.kii.Kii.groupWithName('Crew')
    const bucket = group.bucketWithName('notes')
    const object = bucket.createObject()
    const acl = bucket.acl()
    await assert.rejects(object.save(), /not saved yet/)
    const created = { status: 201, body: { objectID: 'o1', createdAt: 1 } }
    recorder.script({ status: 201, body: { groupID: 'g1' } }, created, { body: {} })
    await group.save()
    await object.save()
    await acl.listACLEntries()
    assert.deepEqual(recorder.lines.slice(1), [
      'POST /groups/g1/buckets/notes/objects',
      'GET /groups/g1/buckets/notes/acl',
    ])
    assert.equal(object.objectURI(), 'kiicloud://groups/g1/buckets/notes/objects/o1')
  })

  test('a message may be built of data that JSON leaves out', () => {
    const { KiiPushMessageBuilder } = recorder.kii
    const message = new KiiPushMessageBuilder({ text: 'hi', log: () => undefined }).build()
    assert.deepEqual(JSON.parse(JSON.stringify(message)).data, { text: 'hi' })
  })

  test('a first-family error without a usable body tells the status', async () => {
    recorder.script({ status: 401 }, { status: 502, body: '<html>' })
    const topic = recorder.kii.Kii.topicWithName('news')
    await assert.rejects(topic.exists(), { message: 'check topic failed. statusCode: 401' })
    await assert.rejects(topic.save(), { message: 'save topic failed. statusCode: 502' })
  })

  test('too many requests have their code, with a body and without', async () => {
    const { KiiErrorParser, KiiUser } = recorder.kii
    const body = { errorCode: 'TOO_MANY_REQUESTS', message: 'slow down' }
    const user = KiiUser.userWithID('u1')
    recorder.script({ status: 429, body }, { status: 429 }, { status: 429, body })
    const codes = []
    for (const call of [() => user.refresh(), () => user.refresh(), () => user.topicWithName('a').save()]) {
      const error = await call().catch((error: unknown) => error)
      const { status, code } = KiiErrorParser.parse(error)
      codes.push([status, code])
    }
    assert.deepEqual(codes, Array(3).fill([429, 'TOO_MANY_REQUESTS']))
  })
})
