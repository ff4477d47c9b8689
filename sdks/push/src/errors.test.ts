import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { pushErrors } from '../../../packages/push/src/push-error.ts'
import { statusOfCode } from './error-codes.ts'
import type { Namespace } from './index.ts'
import { Recorder } from './recorder.fixture.ts'

const refused = { status: 401, body: { errorCode: 'UNAUTHORIZED', message: 'not yours: really' } }

interface Row {
  readonly call: string
  readonly run: (kii: Namespace, callbacks: object) => Promise<unknown>
  readonly message: string
  /** How many arguments failure callbacks get, and where the text is. */
  readonly failure: readonly [count: number, text: number]
  readonly hasTarget?: boolean
}

const byError = [1, 0] as const
const byText = [2, 1] as const
const action = (name: string) =>
  `${name} failed. statusCode: 401 error code: UNAUTHORIZED message: not yours: really`
const userAction = (name: string) =>
  `${name} failed. statusCode: 401 error code: UNAUTHORIZED error message: not yours: really`
const plain = 'UNAUTHORIZED: not yours: really'
const user = (kii: Namespace) => kii.KiiUser.userWithID('u1')
const thing = (kii: Namespace) => kii.KiiThing.thingWithID('th.1')
const topic = (kii: Namespace) => kii.Kii.topicWithName('news')
const bucket = (kii: Namespace) => kii.Kii.bucketWithName('notes')

const rows: Row[] = [
  {
    call: 'installMqtt',
    run: (kii, cb) => user(kii).pushInstallation().installMqtt(true, cb),
    message: action('install push'),
    failure: byError,
  },
  {
    call: 'getMqttEndpoint',
    run: (kii, cb) => user(kii).pushInstallation().getMqttEndpoint('i1', cb),
    message: action('get mqtt endpoint'),
    failure: byError,
  },
  {
    call: 'uninstall',
    run: (kii, cb) => user(kii).pushInstallation().uninstall('r1', 'MQTT', cb),
    message: action('uninstall push'),
    failure: byError,
  },
  {
    call: 'topic.save',
    run: (kii, cb) => topic(kii).save(cb),
    message: action('save topic'),
    failure: byError,
  },
  {
    call: 'topic.sendMessage',
    run: (kii, cb) => topic(kii).sendMessage({}, cb),
    message: action('send messages'),
    failure: byError,
  },
  {
    call: 'topic.deleteTopic',
    run: (kii, cb) => topic(kii).deleteTopic(cb),
    message: action('delete topic'),
    failure: byError,
  },
  {
    call: 'user.listTopics',
    run: (kii, cb) => user(kii).listTopics(cb),
    message: action('list topics'),
    failure: byError,
  },
  {
    call: 'Kii.listTopics',
    run: (kii, cb) => kii.Kii.listTopics(cb),
    message: action('list topics'),
    failure: byError,
    hasTarget: false,
  },
  {
    call: 'subscribe',
    run: (kii, cb) => user(kii).pushSubscription().subscribe(topic(kii), cb),
    message: action('subscribe'),
    failure: byError,
  },
  {
    call: 'unsubscribe',
    run: (kii, cb) => user(kii).pushSubscription().unsubscribe(topic(kii), cb),
    message: action('unsubscribe'),
    failure: byError,
  },
  {
    call: 'isSubscribed',
    run: (kii, cb) => user(kii).pushSubscription().isSubscribed(topic(kii), cb),
    message: action('Check is subscribed'),
    failure: byError,
  },
  {
    call: 'KiiThing.register',
    run: (kii, cb) => kii.KiiThing.register({ _vendorThingID: 'v', _password: 'secret' }, cb),
    message: action('register thing'),
    failure: byError,
    hasTarget: false,
  },
  {
    call: 'KiiThing.loadWithThingID',
    run: (kii, cb) => kii.KiiThing.loadWithThingID('th.1', cb),
    message: action('load thing'),
    failure: byError,
    hasTarget: false,
  },
  {
    call: 'thing.refresh',
    run: (kii, cb) => thing(kii).refresh(cb),
    message: action('refresh thing'),
    failure: byError,
  },
  {
    call: 'thing.update',
    run: (kii, cb) => thing(kii).update(cb),
    message: action('update thing'),
    failure: byError,
  },
  {
    call: 'thing.deleteThing',
    run: (kii, cb) => thing(kii).deleteThing(cb),
    message: action('delete thing'),
    failure: byError,
  },
  {
    call: 'thing.registerOwner',
    run: (kii, cb) => thing(kii).registerOwner(user(kii), cb),
    message: action('register owner'),
    failure: byError,
  },
  {
    call: 'thing.unregisterOwner',
    run: (kii, cb) => thing(kii).unregisterOwner(user(kii), cb),
    message: action('unregister owner'),
    failure: byError,
  },
  {
    call: 'authenticateAsThing',
    run: (kii, cb) => kii.Kii.authenticateAsThing('lamp.1', 'secret', cb),
    message: action('authenticate as thing'),
    failure: byError,
    hasTarget: false,
  },
  {
    call: 'user.update',
    run: (kii, cb) => user(kii).update(null, cb),
    message: userAction('update user'),
    failure: byText,
  },
  {
    call: 'registerAsPseudoUser',
    run: (kii, cb) => kii.KiiUser.registerAsPseudoUser(cb),
    message: userAction('register pseudo user'),
    failure: byText,
    hasTarget: false,
  },
  {
    call: 'putIdentity',
    run: (kii, cb) => user(kii).putIdentity({ username: 'mia' }, 'harbour-9', cb),
    message: userAction('put identity'),
    failure: byText,
  },
  {
    call: 'register',
    run: (kii, cb) => kii.KiiUser.userWithUsername('mia', 'harbour-9').register(cb),
    message: plain,
    failure: byText,
  },
  { call: 'user.refresh', run: (kii, cb) => user(kii).refresh(cb), message: plain, failure: byText },
  {
    call: 'group.refresh',
    run: (kii, cb) => kii.KiiGroup.groupWithID('g').refresh(cb),
    message: plain,
    failure: byText,
  },
  {
    call: 'object.save',
    run: (kii, cb) => bucket(kii).createObject().save(cb),
    message: plain,
    failure: byText,
  },
  {
    call: 'bucket.executeQuery',
    run: (kii, cb) => bucket(kii).executeQuery(null, cb),
    message: plain,
    failure: byText,
  },
  {
    call: 'acl.listACLEntries',
    run: (kii, cb) => topic(kii).acl().listACLEntries(cb),
    message: plain,
    failure: byText,
  },
]

suite('errors given to apps (P 14.1)', () => {
  let recorder: Recorder
  before(async () => {
    recorder = await Recorder.open()
  })
  after(() => recorder.close())
  beforeEach(() => recorder.logIn())

  for (const { call, run, message, failure, hasTarget = true } of rows) {
    test(`${call} tells callback and promise the same`, async () => {
      recorder.script(refused)
      const called = Promise.withResolvers<unknown[]>()
      const promise = run(recorder.kii, { failure: (...values: unknown[]) => called.resolve(values) })
      const values = await called.promise
      const [count, text] = failure
      assert.equal(values.length, count)
      assert.equal(text === 0 ? (values[0] as Error).message : values[text], message)
      await assert.rejects(promise, (error: Error & { target?: unknown }) => {
        assert.equal(error.message, message)
        assert.equal('target' in error, hasTarget)
        if (text === 0) assert.equal(error, values[0])
        else if (hasTarget) assert.equal(error.target, values[0])
        return true
      })
      assert.deepEqual(recorder.kii.KiiErrorParser.parse(message), {
        status: 401,
        code: 'UNAUTHORIZED',
        message: 'not yours: really',
      })
    })
  }

  test('saving a group also tells whom it has not added and not removed', async () => {
    const { KiiGroup, KiiUser } = recorder.kii
    const [a, b, c] = ['ua', 'ub', 'uc'].map((id) => KiiUser.userWithID(id))
    assert.ok(a && b && c)
    const group = KiiGroup.groupWithNameAndMembers('crew', [a, b])
    group.removeUser(c)
    recorder.script({ status: 201, body: { groupID: 'g1' } }, { status: 204 }, refused)
    const called = Promise.withResolvers<unknown[]>()
    const promise = group.save({ failure: (...values) => called.resolve(values) })
    assert.deepEqual(await called.promise, [group, plain, [b], [c]])
    await assert.rejects(promise, { target: group, addMembersArray: [b], removeMembersArray: [c] })
    // Saving again goes on where it stopped.
    recorder.script()
    await group.save()
    assert.deepEqual(recorder.lines, ['PUT /groups/g1/members/ub', 'DELETE /groups/g1/members/uc'])
  })

  test('the log-in of the admin tells text and status', async () => {
    const body = { errorCode: 'invalid_client', error: 'invalid_client', error_description: 'wrong secret' }
    recorder.script({ status: 400, body })
    const called = Promise.withResolvers<unknown[]>()
    const promise = recorder.kii.Kii.authenticateAsAppAdmin('id', 'wrong', {
      failure: (...values) => called.resolve(values),
    })
    assert.deepEqual(await called.promise, ['invalid_client: wrong secret', 400])
    await assert.rejects(promise, { message: 'invalid_client: wrong secret' })
  })

  test('a callback that throws does not turn success into failure', async (t) => {
    const thrown = Promise.withResolvers<unknown>()
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', thrown.resolve)
    t.after(() => {
      for (const listener of listeners) process.on('uncaughtException', listener)
    })
    let failures = 0
    const saved = await topic(recorder.kii).save({
      success: () => {
        throw new Error('of the app')
      },
      failure: () => {
        failures += 1
      },
    })
    assert.equal(saved.getName(), 'news')
    assert.match(String(await thrown.promise), /of the app/)
    assert.equal(failures, 0)
  })

  test('with callbacks, a rejection that nobody looks at is none', async (t) => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    t.after(() => process.off('unhandledRejection', note))
    recorder.script(refused)
    await new Promise((resolve) => topic(recorder.kii).save({ failure: resolve }))
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(unhandled, [])
  })

  test('arrays arrive as several arguments of the callback', async () => {
    const called = Promise.withResolvers<unknown[]>()
    const subscription = user(recorder.kii).pushSubscription()
    const news = topic(recorder.kii)
    const promise = subscription.isSubscribed(news, { success: (...values) => called.resolve(values) })
    assert.deepEqual(await called.promise, [subscription, news, true])
    assert.deepEqual(await promise, [subscription, news, true])
  })
})

const parsed: [text: unknown, status: number, code: string | null, message: string][] = [
  ['TOPIC_NOT_FOUND: no topic news: in this scope', 404, 'TOPIC_NOT_FOUND', 'no topic news: in this scope'],
  ['invalid_grant: Unknown user', 400, 'invalid_grant', 'Unknown user'],
  ['SOMETHING_NEW: what is this', -2, 'SOMETHING_NEW', 'what is this'],
  ['what is this', -1, null, 'what is this'],
  ['0 : http://127.0.0.1/api/apps/a/users', 0, null, 'Network Error'],
  ['429 : http://127.0.0.1/api/apps/a/users', 429, 'TOO_MANY_REQUESTS', 'Too many requests'],
  ['save topic failed. statusCode: 0', 0, null, 'Network Error'],
  ['save topic failed. statusCode: 401', 401, null, 'save topic failed. statusCode: 401'],
  [{ message: 'USER_NOT_FOUND: nobody' }, 404, 'USER_NOT_FOUND', 'nobody'],
  [undefined, -1, null, 'undefined'],
  ['500 : http://127.0.0.1/api/apps/a/users', 500, null, '500 : http://127.0.0.1/api/apps/a/users'],
  [new Error('USER_NOT_FOUND: nobody'), 404, 'USER_NOT_FOUND', 'nobody'],
]
suite('KiiErrorParser (P 14.1)', () => {
  let recorder: Recorder
  before(async () => {
    recorder = await Recorder.open()
  })
  after(() => recorder.close())

  for (const [text, status, code, message] of parsed) {
    test(`parses ${text instanceof Error ? text : (JSON.stringify(text) ?? text)}`, () => {
      assert.deepEqual(recorder.kii.KiiErrorParser.parse(text), { status, code, message })
    })
  }

  test('an answer without a usable body is told by status and address', async () => {
    recorder.script({ status: 502, body: '<html>bad gateway</html>' }, { status: 200, body: 'not JSON' })
    const message = (status: number) => `${status} : ${recorder.site}/apps/app12345/users/u1`
    await assert.rejects(recorder.kii.KiiUser.userWithID('u1').refresh(), { message: message(502) })
    await assert.rejects(recorder.kii.KiiUser.userWithID('u1').refresh(), { message: message(200) })
  })

  test('knows every code of the server with its status (P 15)', () => {
    const ofServer = Object.entries(pushErrors).map(([code, { status }]) => [code, status])
    assert.deepEqual(statusOfCode, Object.fromEntries(ofServer))
  })
})
