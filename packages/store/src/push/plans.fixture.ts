import type { PushStore } from '@pillion/push'
import {
  addTarget,
  appID,
  group,
  hash,
  installation,
  object,
  pushApp,
  target,
  thing,
  token,
  user,
} from '../../../push/src/ports/push-store.fixture.ts'

/** What is asked at every request, or of a million rows, must find them by an index: node:sqlite blocks the event loop. */
const scan = { search: 'a', after: undefined, countMax: 10, rowsMax: 1 }

export const planCalls: Record<string, (store: PushStore) => Promise<unknown>> = {
  'find an app': (store) => store.apps.findApp(appID),
  'find a token': (store) => store.tokens.findToken(appID, hash(1)),
  'remove expired tokens': (store) => store.tokens.removeExpired(1, 100),
  'remove the tokens of a user': (store) => store.tokens.removeTokens(appID, { kind: 'user', id: 'mia' }),
  'find a user by its address': (store) => store.users.findUser(appID, { emailAddress: 'm@x' }),
  'find a thing by its vendor id': (store) => store.things.findThing(appID, { vendorThingID: 'v' }),
  'set things online and offline': (store) => store.things.setOnline([online], 'one'),
  'set all things offline': (store) => store.things.setAllOffline(1),
  'set all things of a node offline': (store) => store.things.setAllOffline(1, 'one'),
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
  'look through users': (store) => store.directory.scanUsers(appID, scan),
  'look through things': (store) => store.directory.scanThings(appID, scan),
  'look through installations': (store) =>
    store.directory.scanInstallations(appID, { ...scan, after: ['MQTT', 'r'] }),
  'look through topics': (store) =>
    store.directory.scanTargets(appID, 'topic', { ...scan, after: ['', 'topic', 'a'] }),
  'find an installation by its MQTT topic': (store) => store.installations.findByMqttTopic('topic'),
  'remove a target': (store) => store.targets.removeTarget(1).then(() => store.targets.sweep()),
  'remove a group': (store) => store.groups.removeGroup(appID, 'crew'),
  'remove a user': (store) => store.users.removeUser(appID, 'mia'),
  'remove a thing': (store) => store.things.removeThing(appID, 'th.1'),
  'remove an app': (store) => store.apps.removeApp(appID),
}
const online = { thingID: 'th.1', isOnline: true, at: 1 }
const page = { after: 5, upTo: 500, development: true, production: true, limit: 250 }

/** At least one row in every table. */
export async function seedForPlans(store: PushStore): Promise<void> {
  const max = {
    principalsMax: 9,
    tokensMax: 9,
    perSubjectMax: 9,
    perBucketMax: 9,
    otherTypesMax: 9,
    ownersMax: 9,
  }
  const subject = 'user:mia'
  await store.apps.addApp(pushApp())
  await store.users.addUser(user('mia'), max)
  await store.things.addThing(thing('th.1'), max)
  await store.owners.addOwner(appID, 'th.1', subject, max)
  await store.groups.addGroup(group('crew'), ['mia'])
  await store.tokens.addToken(token(1), max)
  await store.installations.putInstallation(installation('i-1'), max)
  const added = await addTarget(store, target('news'))
  await store.subscriptions.addSubscription({ target: added, subject, restsOnRight: true }, max)
  await store.objects.addObject(added.key, object('o'), max)
}
