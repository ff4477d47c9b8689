import type { GroupRecord } from '@pillion/push'
import {
  MadePushGroup,
  NewPushGroup,
  PushGroup,
  PushGroupList,
  PushGroupOwner,
  PushMemberList,
} from '@pillion/schema'
import { AnswerForm, definedMembers, noContent } from './answer.ts'
import { badField } from './bodies.ts'
import type { Call } from './call.ts'
import { type Api, addRoute, getOrHead, takesJson } from './route.ts'

const tag = 'groups'
const made = new AnswerForm<MadePushGroup>(201, 'GroupCreationResponse', MadePushGroup)
const found = new AnswerForm<PushGroup>(200, 'GroupRetrievalResponse', PushGroup)
const listed = new AnswerForm<PushGroupList>(200, 'GroupsRetrievalResponse', PushGroupList)
const members = new AnswerForm<PushMemberList>(200, 'MembersRetrievalResponse', PushMemberList)
const path = '/groups/:group'

/** P 5. */
export function addGroupRoutes(api: Api): void {
  addCreation(api)
  addChanges(api)
  addMembers(api)
  const { groups } = api.parts.push

  addRoute(api, { method: getOrHead, path, tag, summary: 'A group (P 5)', gives: [found] }, async (call) =>
    found.with(toView(await groups.read(call.caller, call.param('group')))),
  )
  addRoute(
    api,
    {
      method: getOrHead,
      path: '/groups',
      tag,
      summary: 'Groups of a member or an owner (P 5)',
      query: { is_member: 'userID of a member', owner: 'userID of the owner' },
      gives: [listed],
      needsToken: true,
    },
    async (call) => {
      const records = await groups.list(call.caller, readMemberOrOwner(call))
      return listed.with({
        groups: records.map(({ groupID, name, owner }) => definedMembers({ groupID, name, owner })),
      })
    },
  )
}

function addCreation(api: Api): void {
  const { groups } = api.parts.push
  const takes = takesJson(NewPushGroup, 'GroupCreationRequest')
  const gives = [made]
  addRoute(
    api,
    { method: 'POST', path: '/groups', tag, summary: 'Make a group (P 5)', takes, gives, isMadeOnce: true },
    async (call) => {
      const body = call.body<NewPushGroup>(NewPushGroup)
      const { group, notFoundUsers } = await groups.create(call.caller, body, call.madeID)
      return made.with({ groupID: group.groupID, notFoundUsers }, call.location('groups', group.groupID))
    },
  )
  addRoute(
    api,
    { method: 'PUT', path, tag, summary: 'Make a group with that id (P 5)', takes, gives },
    async (call) => {
      const body = call.body<NewPushGroup>(NewPushGroup)
      const { group, notFoundUsers } = await groups.createWithID(call.caller, call.param('group'), body)
      return made.with({ groupID: group.groupID, notFoundUsers }, call.location('groups', group.groupID))
    },
  )
}

function addChanges(api: Api): void {
  const { groups } = api.parts.push
  addRoute(
    api,
    {
      method: 'PUT',
      path: `${path}/name`,
      tag,
      summary: 'Rename a group; the body is the name (P 5)',
      takes: { shape: { type: 'string' }, types: ['text/plain'] },
      gives: [204],
    },
    async (call) => {
      await groups.rename(call.caller, call.param('group'), call.textBody())
      return noContent
    },
  )
  addRoute(
    api,
    {
      method: 'PUT',
      path: `${path}/owner`,
      tag,
      summary: 'Give a group another owner (P 5)',
      takes: takesJson(PushGroupOwner, 'GroupOwnerChangeRequest'),
      gives: [204],
    },
    async (call) => {
      const body = call.body<PushGroupOwner>(PushGroupOwner)
      await groups.changeOwner(call.caller, call.param('group'), body)
      return noContent
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path, tag, summary: 'Delete a group and everything of it (P 5)', gives: [204] },
    async (call) => {
      await groups.remove(call.caller, call.param('group'))
      return noContent
    },
  )
}

function addMembers(api: Api): void {
  const { groups } = api.parts.push
  addRoute(
    api,
    {
      method: getOrHead,
      path: `${path}/members`,
      tag,
      summary: 'Members of a group (P 5)',
      gives: [members],
    },
    async (call) => {
      const userIDs = await groups.listMembers(call.caller, call.param('group'))
      return members.with({ members: userIDs.map((userID) => ({ userID })) })
    },
  )
  const onePath = `${path}/members/:user`
  addRoute(
    api,
    { method: 'PUT', path: onePath, tag, summary: 'Add a member (P 5)', gives: [204] },
    async (call) => {
      await groups.addMember(call.caller, call.param('group'), call.param('user'))
      return noContent
    },
  )
  addRoute(
    api,
    { method: 'DELETE', path: onePath, tag, summary: 'Remove a member (P 5)', gives: [204] },
    async (call) => {
      await groups.removeMember(call.caller, call.param('group'), call.param('user'))
      return noContent
    },
  )
}

function readMemberOrOwner(call: Call): { member: string } | { owner: string } {
  const member = call.query('is_member')
  if (member !== undefined) return { member }
  const owner = call.query('owner')
  if (owner !== undefined) return { owner }
  throw badField('is_member', 'or owner is needed: whose groups?')
}

function toView({ groupID, name, owner, createdAt, modifiedAt }: GroupRecord): PushGroup {
  return definedMembers({ groupID, name, owner, createdAt, modifiedAt })
}
