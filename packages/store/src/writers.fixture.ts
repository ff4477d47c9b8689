import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Role, StoredIdentity } from '@pillion/fleet'
import type { IdApp, Uid, Vin } from '@pillion/schema'
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
} from '../../push/src/ports/push-store.fixture.ts'
import type { OpenStore } from './open-store.ts'

export interface OpenNodes {
  /** Stores of as many nodes, over one empty database. */
  readonly nodes: readonly OpenStore[]
  close(): Promise<void>
}

const writers = Array.from({ length: 10 }, (_, writer) => writer)
const common = { label: '', createdAt: 0, passwordHash: hash(0) }

/** What holds when ten write at once, on all nodes: everything that is looked for first and written afterwards. */
export function testWriters(name: string, open: () => Promise<OpenNodes>): void {
  describe(`ten writers at once: ${name}`, () => {
    it('give a name to one of identities and accounts only', async () => {
      await using store = await opened()
      const taken = await store.all<unknown>((node, writer) => {
        const name = `pair-${Math.floor(writer / 2)}`
        return writer % 2 === 0
          ? node.fleet.identities.addIdentities([identity('partner', name)])
          : node.accounts.addAccount(account(name as Uid))
      })
      assert.equal(taken.filter((by) => by === undefined).length, 5)
      assert.equal((await store.listNames()).length, 5)
    })

    it('add all or nothing of lists that share names, whatever their order', async () => {
      await using store = await opened()
      const names = writers.map((index) => `name-${index}`)
      const taken = await store.all((node, writer) => {
        const own = [...names.slice(writer), ...names.slice(0, writer)]
        return node.fleet.identities.addIdentities(own.map((each) => identity('partner', each)))
      })
      assert.equal(taken.filter((by) => by === undefined).length, 1)
      assert.deepEqual(await store.listNames(), names)
    })

    it('keep to the members of a group, and the owners of a thing', async () => {
      await using store = await opened()
      await store.first.push.groups.addGroup(group('crew'), [])
      const members = await store.all(({ push }, writer) =>
        push.groups.addMember(appID, 'crew', `user-${writer}`, { membersMax: 3 }),
      )
      assert.deepEqual(count(members), { added: 3, full: 7 })
      assert.equal((await store.first.push.groups.listMembers(appID, 'crew')).length, 3)
      const owners = await store.all(({ push }, writer) =>
        push.owners.addOwner(appID, 'th.1', `user:${writer}`, { ownersMax: 3 }),
      )
      assert.deepEqual(count(owners), { added: 3, full: 7 })
      assert.equal((await store.first.push.owners.listOwners(appID, 'th.1')).length, 3)
    })

    it('keep to the installations, subscriptions and tokens of a user', async () => {
      await using store = await opened()
      const { push } = store.first
      const installations = await store.all((node, writer) =>
        node.push.installations.putInstallation(
          installation(`i-${writer}`, { deviceType: 'ANDROID', endpoint: undefined }),
          { otherTypesMax: 3 },
        ),
      )
      assert.equal(installations.filter((outcome) => outcome === 'full').length, 7)
      assert.equal((await push.installations.listInstallations(appID, 'user:mia')).length, 3)
      const targets = await Promise.all(writers.map((writer) => addTarget(push, target(`topic-${writer}`))))
      const subscriptions = await store.all((node, writer) =>
        node.push.subscriptions.addSubscription(
          { target: targets[writer] as (typeof targets)[0], subject: 'user:mia', restsOnRight: true },
          { perSubjectMax: 3 },
        ),
      )
      assert.deepEqual(count(subscriptions), { added: 3, full: 7 })
      assert.equal((await push.subscriptions.listSubscriptions(appID, 'user:mia')).length, 3)
      await store.all((node, writer) => node.push.tokens.addToken(token(writer + 1), { tokensMax: 3 }))
      const found = await Promise.all(writers.map((writer) => push.tokens.findToken(appID, hash(writer + 1))))
      assert.equal(found.filter((each) => each !== undefined).length, 3)
    })

    it('keep to the users and things of an app, the topics of a scope and the objects of a bucket', async () => {
      await using store = await opened()
      const { push } = store.first
      const principals = await store.all<unknown>((node, writer) =>
        writer % 2 === 0
          ? node.push.users.addUser(user(`user-${writer}`), { principalsMax: 3 })
          : node.push.things.addThing(thing(`th.${writer}`), { principalsMax: 3 }),
      )
      assert.equal(principals.filter((outcome) => outcome === 'full').length, 7)
      const targets = await store.all((node, writer) =>
        node.push.targets.addTarget(target(`topic-${writer}`), { perScopeMax: 3 }),
      )
      assert.deepEqual(count(targets.map(({ state }) => state)), { added: 3, full: 7 })
      const { key } = await addTarget(push, target('box', { kind: 'bucket' }))
      const objects = await store.all((node, writer) =>
        node.push.objects.addObject(key, object(`object-${writer}`), { perBucketMax: 3 }),
      )
      assert.deepEqual(count(objects), { added: 3, full: 7 })
      assert.equal((await push.objects.pageObjects(key, '', 10)).length, 3)
    })

    it('are told by whom a name is taken, and never fail by it', async () => {
      await using store = await opened()
      const max = { principalsMax: 100 }
      const users = await store.all(({ push }, writer) =>
        push.users.addUser(user(`user-${writer}`, { loginName: 'mia' }), max),
      )
      assert.equal(users.filter((outcome) => outcome !== 'full' && 'taken' in outcome).length, 9)
      const things = await store.all(({ push }, writer) =>
        push.things.addThing(thing(`th.${writer}`, { vendorThingID: 'lamp' }), max),
      )
      assert.deepEqual(count(things), { added: 1, taken: 9 })
      const apps = await store.all(({ push }, writer) =>
        push.apps.addApp(pushApp({ appID: 'new', clientID: `client-${writer}` })),
      )
      assert.deepEqual(count(apps), { undefined: 1, appID: 9 })
      const same = await store.all(({ push }) => push.targets.addTarget(target('news'), { perScopeMax: 9 }))
      assert.deepEqual(count(same.map(({ state }) => state)), { added: 1, exists: 9 })
      const mqtt = await store.all(({ push }, writer) =>
        push.installations.putInstallation(installation(`i-${writer}`), { otherTypesMax: 9 }),
      )
      assert.equal(new Set(mqtt.map((each) => each !== 'full' && each.installationID)).size, 1)
    })

    it('lose nothing of what each adds to a list or a thing, and use a refresh token once', async () => {
      await using store = await opened()
      const { push } = store.first
      const { key } = await addTarget(push, target('news'))
      await store.all((node, writer) =>
        node.push.targets.changeAccessList(key, ({ SEND_MESSAGE_TO_TOPIC: senders = [] }) => ({
          SEND_MESSAGE_TO_TOPIC: [...senders, `UserID:${writer}`],
        })),
      )
      const changed = (await push.targets.findTarget(target('news')))?.accessList
      assert.equal(changed?.SEND_MESSAGE_TO_TOPIC?.length, 10)
      await push.things.addThing(thing('th.1'), { principalsMax: 9 })
      await store.all((node, writer) =>
        node.push.things.changeThing(appID, 'th.1', ({ fields }) => ({ fields: { ...fields, [writer]: 1 } })),
      )
      const fields = (await push.things.findThing(appID, { thingID: 'th.1' }))?.fields
      assert.equal(Object.keys(fields ?? {}).length, 10)
      await push.tokens.addToken(token(1, { refreshHash: hash(100) }), { tokensMax: 99 })
      const tokens = await store.all((node, writer) =>
        node.push.tokens.replaceToken(appID, hash(100), () => token(10 + writer)),
      )
      assert.equal(tokens.filter((replaced) => replaced !== undefined).length, 1)
    })

    it('keep the newest of a mailbox, and count every other (W 12)', async () => {
      await using store = await opened()
      const [vin, uid, idApp] = ['V'.repeat(17) as Vin, 'MYUID' as Uid, 'news' as IdApp]
      const { identities, apps, mailbox } = store.first.fleet
      await identities.addIdentities([identity('partner', uid), identity('vehicle', vin)])
      await apps.addApp({ idApp, uid, name: '', drivingMode: false, version: undefined, createdAt: 0 })
      await apps.subscribeVehicles(idApp, [vin])
      const message = { vin, idApp, uid, subtopic: '', payload: '{}', bytes: 2, receivedAt: 1, expiresAt: 9 }
      const written = await store.all(({ fleet }) =>
        fleet.mailbox.write(
          { kept: [message, message, message], taken: new Map() },
          { now: 1, perAppMax: 4 },
        ),
      )
      assert.equal((await mailbox.list(vin, 1, { countMax: 99, bytesMax: 999 })).messages.length, 4)
      assert.equal(
        written.reduce((sum, { pushedOut }) => sum + pushedOut, 0),
        26,
      )
    })

    it('have one secret in common, be it made ten times', async () => {
      await using store = await opened()
      const values = await store.all(({ secrets }, writer) =>
        secrets.getOrAdd('ca', async () => hash(writer)),
      )
      assert.equal(new Set(values.map(([byte]) => byte)).size, 1)
      const [kept] = values
      assert.deepEqual(await store.first.secrets.getOrAdd('ca', async () => hash(99)), kept)
      assert.deepEqual(await store.first.secrets.getOrAdd('other', async () => hash(99)), hash(99))
    })
  })

  /** With one push app. */
  async function opened() {
    const { nodes, close } = await open()
    const [first] = nodes as [OpenStore]
    await first.push.apps.addApp(pushApp())
    return {
      nodes,
      first,
      async listNames(): Promise<string[]> {
        const partners = await first.fleet.identities.listIdentities('partner')
        return [...partners, ...(await first.accounts.listAccounts())].map(({ name }) => name)
      },
      all: <Answer>(write: (node: OpenStore, writer: number) => Promise<Answer>): Promise<Answer[]> =>
        Promise.all(writers.map((writer) => write(nodes[writer % nodes.length] as OpenStore, writer))),
      [Symbol.asyncDispose]: close,
    }
  }
}

function count(outcomes: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1
  return counts
}

function identity(role: Role, name: string): StoredIdentity {
  return { role, name, ...common }
}

function account(name: Uid) {
  const grants = { publish: [], subscribe: [] }
  return { name, grants, createdAt: 0, passwordHash: hash(0), replaced: undefined }
}
