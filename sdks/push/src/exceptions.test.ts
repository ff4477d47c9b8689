import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { create, type Namespace } from './index.ts'

const kii = create()
kii.Kii.initializeWithSite('app12345', 'key12345', 'http://127.0.0.1:9/api')
const { KiiUser, KiiGroup, KiiThing, KiiACLEntry, KiiACLAction, Kii, KiiSite } = kii

type ExceptionName = {
  [Name in keyof Namespace]: Name extends `Invalid${string}` | `${string}Exception` ? Name : never
}[keyof Namespace]

const rows: readonly [name: ExceptionName, what: string, call: () => unknown][] = [
  ['InvalidUsernameException', 'a login name of two', () => KiiUser.userWithUsername('ab', 'harbour-9')],
  ['InvalidUsernameException', 'a login name with @', () => KiiUser.userWithUsername('a@b.c', 'harbour-9')],
  ['InvalidPasswordException', 'a short password', () => KiiUser.userWithUsername('mia', 'abc')],
  ['InvalidPasswordException', 'a password of 51', () => KiiUser.userWithUsername('mia', 'a'.repeat(51))],
  ['InvalidPasswordException', 'a password with ü', () => KiiUser.userWithUsername('mia', 'häfen-9')],
  ['InvalidEmailException', 'no e-mail address', () => KiiUser.userWithEmailAddress('mia', 'harbour-9')],
  ['InvalidPhoneNumberException', 'a short number', () => KiiUser.userWithPhoneNumber('+123', 'harbour-9')],
  ['InvalidDisplayNameException', 'no display name', () => KiiUser.userWithID('u').setDisplayName('')],
  ['InvalidCountryException', 'a country of three', () => KiiUser.userWithID('u').setCountry('JPN')],
  ['InvalidArgumentException', 'an empty user ID', () => KiiUser.userWithID('')],
  ['InvalidArgumentException', 'a topic name with a slash', () => Kii.topicWithName('a/b')],
  ['InvalidArgumentException', 'a topic name of 65', () => Kii.topicWithName('a'.repeat(65))],
  ['InvalidArgumentException', 'a bucket name of one', () => Kii.bucketWithName('a')],
  ['InvalidArgumentException', 'no topic name', () => Kii.topicWithName(undefined as never)],
  ['InvalidArgumentException', 'no bucket name', () => Kii.bucketWithName(undefined as never)],
  ['InvalidArgumentException', 'no object ID', () => bucket().createObjectWithID(undefined as never)],
  ['InvalidArgumentException', 'a page of none', () => kii.KiiQuery.queryWithClause().setLimit(0)],
  ['InvalidArgumentException', 'an object ID of 101', () => bucket().createObjectWithID('a'.repeat(101))],
  ['InvalidArgumentException', 'a group name of 191', () => KiiGroup.groupWithName('a'.repeat(191))],
  ['InvalidArgumentException', 'a group ID in capitals', () => KiiGroup.groupWithID('CREW')],
  ['InvalidArgumentException', 'an empty thing ID', () => KiiThing.thingWithID('')],
  ['InvalidArgumentException', 'no token', () => Kii.authenticateAsAdminWithToken('')],
  ['InvalidArgumentException', 'a site that is gone', () => create().Kii.initialize('app', 'key')],
  ['InvalidArgumentException', 'no app ID', () => create().Kii.initializeWithSite('', 'key', KiiSite.US)],
  ['InvalidURIException', 'a URI of a topic', () => KiiUser.userWithURI('kiicloud://topics/a')],
  ['InvalidURIException', 'a URI of a bucket', () => kii.KiiObject.objectWithURI('kiicloud://buckets/abc')],
  ['InvalidACLSubject', 'a string for a subject', () => entry('mia' as never, 6)],
  ['InvalidACLAction', 'an action that is none', () => entry(new kii.KiiAnonymousUser(), 8)],
  [
    'InvalidACLGrant',
    'a grant that is none',
    () => entry(new kii.KiiAnonymousUser(), 6).setGrant(1 as never),
  ],
  ['IllegalStateException', 'a topic of nobody', () => unregistered().topicWithName('news')],
  ['IllegalStateException', 'an app ID before there is one', () => create().Kii.getAppID()],
  [
    'UnsupportedOperationException',
    'an installation by the admin',
    () => Kii.authenticateAsAdminWithToken('t').userWithID('u').pushInstallation(),
  ],
]

for (const [name, what, call] of rows) {
  test(`${what} throws ${name} (P 14.8)`, () => {
    assert.throws(call, (thrown: { message?: unknown; name?: unknown }) => {
      assert.ok(thrown instanceof kii[name])
      assert.ok(!(thrown instanceof Error))
      assert.equal(thrown.name, name)
      assert.equal(typeof thrown.message, 'string')
      return true
    })
  })
}

test('an unusable argument of an asynchronous call rejects, and nothing is sent', async () => {
  await assert.rejects(KiiUser.authenticate('', 'harbour-9'), /login name/)
  await assert.rejects(
    KiiUser.userWithID('u')
      .pushSubscription()
      .subscribe('news' as never),
    /KiiTopic/,
  )
  await assert.rejects(KiiThing.register({}), /ID of the thing/)
  await assert.rejects(bucket().createObject().refresh(), /not saved/)
})

test('actions have the numbers of the original (P 14.6)', () => {
  assert.deepEqual(Object.values(KiiACLAction), [0, 1, 2, 3, 4, 5, 6, 7])
  assert.equal(entry(new kii.KiiAnonymousUser(), KiiACLAction.KiiACLSubscribeToTopic).getAction(), 6)
})

test('two namespaces know nothing of each other (P 14)', () => {
  const other = create()
  other.Kii.initializeWithSite('other123', 'key', 'http://127.0.0.1:9/api/')
  assert.equal(other.Kii.getBaseURL(), 'http://127.0.0.1:9/api')
  assert.deepEqual([Kii.getAppID(), other.Kii.getAppID()], ['app12345', 'other123'])
  assert.notEqual(other.KiiUser, KiiUser)
  assert.ok(!(other.KiiUser.userWithID('u') instanceof KiiUser))
  assert.equal(Kii.getCurrentUser(), null)
})

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(Kii.getSDKVersion(), version)
})

function bucket() {
  return Kii.bucketWithName('notes')
}

function unregistered() {
  return KiiUser.userWithUsername('mia', 'harbour-9')
}

function entry(subject: Parameters<typeof KiiACLEntry.entryWithSubject>[0], action: number) {
  return KiiACLEntry.entryWithSubject(subject, action)
}
