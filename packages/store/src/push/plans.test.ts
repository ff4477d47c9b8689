import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import type { PushStore } from '@pillion/push'
import { Kysely } from 'kysely'
import {
  addTarget,
  appID,
  group,
  hash,
  object,
  pushApp,
  target,
} from '../../../push/src/ports/push-store.fixture.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { sqliteColumnTypes } from '../sqlite/column-types.ts'
import { NodeSqliteDialect } from '../sqlite/dialect.ts'
import { NodeSqliteDatabase } from '../sqlite/node-sqlite-database.ts'
import { KyselyPushStore } from './push-store.ts'

/** node:sqlite blocks the event loop: what is asked at every request, or of a million rows, must find them by an index. */
const calls: Record<string, (store: PushStore) => Promise<unknown>> = {
  'find an app': (store) => store.apps.findApp(appID),
  'find a token': (store) => store.tokens.findToken(appID, hash(1)),
  'remove expired tokens': (store) => store.tokens.removeExpired(1, 100),
  'remove the tokens of a user': (store) => store.tokens.removeTokens(appID, { kind: 'user', id: 'mia' }),
  'find a user by its address': (store) => store.users.findUser(appID, { emailAddress: 'm@x' }),
  'find a thing by its vendor id': (store) => store.things.findThing(appID, { vendorThingID: 'v' }),
  'set all things offline': (store) => store.things.setAllOffline(1),
  'list owners': (store) => store.owners.listOwners(appID, 'th.1'),
  'list the groups of a member': (store) => store.groups.listGroups(appID, { member: 'mia' }),
  'list the groups of an owner': (store) => store.groups.listGroups(appID, { owner: 'mia' }),
  'find a target': (store) => store.targets.findTarget(target('news')),
  'list targets': (store) => store.targets.listTargets(target(''), 'news', 50),
  'add an object': (store) => store.objects.addObject(1, object('new'), { perBucketMax: 10 }),
  'find an object': (store) => store.objects.findObject(1, 'o'),
  'page objects': (store) => store.objects.pageObjects(1, 'o', 250),
  'find the last position': (store) => store.subscriptions.lastPosition(1),
  'page receivers': (store) => store.subscriptions.pageReceivers(1, page),
  'page subscriptions': (store) => store.subscriptions.pageSubscriptions(1, 5, 250),
  'list what a subject is subscribed to': (store) => store.subscriptions.listSubscriptions(appID, 'user:mia'),
  'find an installation by its MQTT topic': (store) => store.installations.findByMqttTopic('topic'),
  'remove a target': (store) => store.targets.removeTarget(1).then(() => store.targets.sweep()),
  'remove a group': (store) => store.groups.removeGroup(appID, 'crew'),
  'remove a user': (store) => store.users.removeUser(appID, 'mia'),
  'remove a thing': (store) => store.things.removeThing(appID, 'th.1'),
  'remove an app': (store) => store.apps.removeApp(appID),
}
const page = { after: 5, upTo: 500, development: true, production: true, limit: 250 }

const database = new DatabaseSync(':memory:')
const texts = new Set<string>()
const db = new Kysely<Database>({
  dialect: new NodeSqliteDialect(new NodeSqliteDatabase(database)),
  log: ({ query }) => void texts.add(query.sql),
})
const store = new KyselyPushStore(db)

before(async () => {
  await migrate(db, sqliteColumnTypes, migrations)
  await store.apps.addApp(pushApp())
  await addTarget(store, target('news'))
  await store.groups.addGroup(group('crew'), ['mia'])
})
after(() => store.close().then(() => db.destroy()))

for (const [name, call] of Object.entries(calls)) {
  test(`reads no table from end to end, and sorts nothing, to ${name}`, async () => {
    texts.clear()
    await call(store)
    const asked = [...texts].filter((text) => /\bpush_/.test(text))
    assert.notEqual(asked.length, 0)
    for (const text of asked) {
      // Notes of removed targets are read in any order: whatever is there is to be done.
      const slow = explain(text).filter((step) => /^SCAN (?!push_removed_target)|TEMP B-TREE/.test(step))
      assert.deepEqual(slow, [], text)
    }
  })
}

function explain(text: string): string[] {
  const parameters = (text.match(/\?/g) ?? []).map(() => null)
  const rows = database.prepare(`explain query plan ${text}`).all(...parameters)
  return rows.map(({ detail }) => String(detail))
}
