import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addTarget,
  appID,
  group,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  target,
  user,
} from './push-store.fixture.ts'

/** What every `GroupStore` does. */
export function testGroupStore(name: string, open: OpenPushStore): void {
  describe(`group store: ${name}`, () => {
    it('finds a group as it was added, with its members sorted, in its app alone', async () => {
      await using store = await openWithApps(open)
      const crew = group('crew', { name: 'Crëw', owner: 'mia' })
      assert.equal(await store.groups.addGroup(crew, ['mia', 'ben', 'Zoe', 'mia']), 'added')
      assert.deepEqual(await store.groups.findGroup(appID, 'crew'), crew)
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['Zoe', 'ben', 'mia'])
      assert.equal(await store.groups.findGroup(otherAppID, 'crew'), undefined)
      assert.deepEqual(await store.groups.listMembers(otherAppID, 'crew'), [])
    })

    it('adds no group, and none of its members, if its id is taken in the app (P 5)', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew'), ['mia'])
      assert.equal(await store.groups.addGroup(group('crew', { name: 'new' }), ['ben']), 'exists')
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['mia'])
      assert.equal(await store.groups.addGroup(group('crew', { appID: otherAppID }), []), 'added')
    })

    it('takes a thousand members at once', async () => {
      await using store = await openWithApps(open)
      const members = Array.from({ length: 1_000 }, (_, index) => `user-${index}`)
      await store.groups.addGroup(group('crew'), members)
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), members.toSorted())
    })

    it('changes what it is told to, of that group alone', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew', { owner: 'mia' }), [])
      await store.groups.addGroup(group('staff', { owner: 'mia' }), [])
      const renamed = group('crew', { owner: 'mia', name: 'Crew', modifiedAt: 9 })
      const { modifiedAt } = renamed
      assert.deepEqual(await store.groups.changeGroup(appID, 'crew', { name: 'Crew', modifiedAt }), renamed)
      assert.deepEqual(await store.groups.changeGroup(appID, 'crew', { owner: 'ben' }), {
        ...renamed,
        owner: 'ben',
      })
      const orphaned = { ...renamed, owner: undefined }
      assert.deepEqual(await store.groups.changeGroup(appID, 'crew', { owner: undefined }), orphaned)
      assert.deepEqual(await store.groups.changeGroup(appID, 'crew', {}), orphaned)
      assert.deepEqual(await store.groups.findGroup(appID, 'crew'), orphaned)
      assert.equal((await store.groups.findGroup(appID, 'staff'))?.owner, 'mia')
      assert.equal(await store.groups.changeGroup(otherAppID, 'crew', { name: 'x' }), undefined)
    })

    it('lists the groups that a user is a member of, and those that it owns, by id (P 5)', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('b', { owner: 'mia' }), ['mia'])
      await store.groups.addGroup(group('a', { owner: 'ben' }), ['ben', 'mia'])
      await store.groups.addGroup(group('c', { owner: 'mia' }), ['mia'])
      await store.groups.addGroup(group('d', { owner: 'mia', appID: otherAppID }), ['mia'])
      const list = async (of: { member: string } | { owner: string }) =>
        (await store.groups.listGroups(appID, of)).map(({ groupID }) => groupID)
      assert.deepEqual(await list({ member: 'mia' }), ['a', 'b', 'c'])
      assert.deepEqual(await list({ owner: 'mia' }), ['b', 'c'])
      assert.deepEqual(await list({ member: 'ben' }), ['a'])
      assert.deepEqual(await list({ owner: 'nobody' }), [])
    })

    it('adds members, again without effect, and as many as may be', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew'), ['mia'])
      const max = { membersMax: 2 }
      assert.equal(await store.groups.addMember(appID, 'crew', 'ben', max), 'added')
      assert.equal(await store.groups.addMember(appID, 'crew', 'zoe', max), 'full')
      assert.equal(await store.groups.addMember(appID, 'crew', 'ben', max), 'added')
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['ben', 'mia'])
      assert.equal(await store.groups.isMember(appID, 'crew', 'ben'), true)
      assert.equal(await store.groups.isMember(appID, 'crew', 'zoe'), false)
      assert.equal(await store.groups.isMember(otherAppID, 'crew', 'ben'), false)
    })

    it('removes a member once', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew'), ['mia', 'ben'])
      assert.equal(await store.groups.removeMember(otherAppID, 'crew', 'ben'), false)
      assert.equal(await store.groups.removeMember(appID, 'crew', 'ben'), true)
      assert.equal(await store.groups.removeMember(appID, 'crew', 'ben'), false)
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['mia'])
    })

    it('finds which of many users exist', async () => {
      await using store = await openWithApps(open)
      await store.users.addUser(user('mia'), { principalsMax: 9 })
      await store.users.addUser(user('ben', { appID: otherAppID }), { principalsMax: 9 })
      const asked = ['ben', ...Array.from({ length: 600 }, (_, index) => `nobody-${index}`), 'mia']
      assert.deepEqual(await store.groups.findUsers(appID, asked), ['mia'])
      assert.deepEqual(await store.groups.findUsers(appID, []), [])
    })

    it('removes a group with all that was its own: whoever takes its id again starts empty', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew'), ['mia'])
      await store.groups.addGroup(group('staff'), ['mia'])
      await addTarget(store, target('news', { scope: 'group:crew' }))
      await addTarget(store, target('news', { scope: 'group:staff' }))
      for (const owner of ['group:crew', 'group:staff', 'user:crew'] as const)
        await store.owners.addOwner(appID, 'th.lamp', owner, { ownersMax: 9 })
      assert.equal(await store.groups.removeGroup(otherAppID, 'crew'), false)
      assert.equal(await store.groups.removeGroup(appID, 'crew'), true)
      assert.equal(await store.groups.removeGroup(appID, 'crew'), false)
      assert.equal(await store.groups.addGroup(group('crew'), []), 'added')
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), [])
      assert.deepEqual(await store.groups.listMembers(appID, 'staff'), ['mia'])
      assert.equal(await store.targets.findTarget(target('news', { scope: 'group:crew' })), undefined)
      assert.notEqual(await store.targets.findTarget(target('news', { scope: 'group:staff' })), undefined)
      assert.deepEqual(await store.owners.listOwners(appID, 'th.lamp'), ['group:staff', 'user:crew'])
    })

    it('starts a group empty, whatever came to one of its id after that was gone', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('staff'), ['mia'])
      await store.groups.removeGroup(appID, 'crew')
      const add = (index: number) =>
        Promise.all([
          store.groups.addMember(appID, 'crew', `user-${index}`, { membersMax: 1_000 }),
          addTarget(store, target(`news-${index}`, { scope: 'group:crew' })),
        ])
      await Promise.all(Array.from({ length: 120 }, (_, index) => add(index)))
      await store.owners.addOwner(appID, 'th.lamp', 'group:crew', { ownersMax: 9 })
      await addTarget(store, target('news', { scope: 'group:staff' }))
      await store.groups.addGroup(group('crew'), ['ben'])
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['ben'])
      assert.deepEqual(await store.groups.listMembers(appID, 'staff'), ['mia'])
      assert.deepEqual(await store.targets.listTargets(target('', { scope: 'group:crew' }), '', 10), [])
      assert.equal((await store.targets.listTargets(target('', { scope: 'group:staff' }), '', 10)).length, 1)
      assert.deepEqual(await store.owners.listOwners(appID, 'th.lamp'), [])
    })
  })
}
