import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessage } from './received-message.ts'

const rows: readonly [what: string, kind: string | undefined, payload: unknown][] = [
  ['a push to user', 'user', { sourceURI: 'kiicloud://topics/news', topic: 'news' }],
  [
    'one of a group',
    'user',
    { sourceURI: 'kiicloud://groups/g1/topics/news', objectScopeType: 'APP_AND_GROUP' },
  ],
  ['one with topic and scope off', 'user', { sourceURI: 'kiicloud://users/u1/topics/news' }],
  ['a push to app', 'app', { sourceURI: 'kiicloud://buckets/b1/objects/o1', bucketID: 'b1' }],
  ['a bucket that was deleted', 'app', { sourceURI: 'kiicloud://things/th.1/buckets/b1', bucketID: 'b1' }],
  ['a direct push', 'direct', { sourceURI: 'kiicloud://users/u1' }],
  [
    'a direct push of an app with members like those',
    'direct',
    { sourceURI: 'kiicloud://users/u1', topic: 'x', bucketID: 'y' },
  ],
  [
    'a push to user of an app with a bucketID',
    'user',
    { sourceURI: 'kiicloud://topics/news', bucketID: 'y' },
  ],
  ['a push to app without sourceURI', 'app', { bucketID: 'b1' }],
  ['a push to user without sourceURI', 'user', { objectScopeType: 'APP' }],
  ['nothing at all', 'direct', {}],
  ['an array', undefined, []],
  ['null', undefined, null],
]

for (const [what, kind, payload] of rows) {
  test(`${what} is ${kind ?? 'no message'} (P 12.4)`, () => {
    assert.deepEqual(readMessage(JSON.stringify(payload)), kind && { kind, payload })
  })
}

test('what is not JSON is no message', () => {
  assert.equal(readMessage('{"text":'), undefined)
})
