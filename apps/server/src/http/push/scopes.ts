import { appScope, type Push, type Scope } from '@pillion/push'
import type { Call } from './call.ts'

/** One of the four places where topics and buckets live (P 7.1). */
export interface ScopePrefix {
  readonly path: string
  /** For summaries. */
  readonly name: 'app' | 'user' | 'group' | 'thing'
  /** @throws {PushError} USER_NOT_FOUND, GROUP_NOT_FOUND, THING_NOT_FOUND */
  find(push: Push, call: Call): Promise<Scope>
}

export const scopePrefixes: readonly ScopePrefix[] = [
  { path: '', name: 'app', find: async () => appScope },
  {
    path: '/users/:user',
    name: 'user',
    async find({ users }, call) {
      const { userID } = await users.resolve(call.caller, call.param('user'))
      return { kind: 'user', id: userID }
    },
  },
  {
    path: '/groups/:group',
    name: 'group',
    async find({ groups }, call) {
      const { groupID } = await groups.resolve(call.app, call.param('group'))
      return { kind: 'group', id: groupID }
    },
  },
  {
    path: '/things/:thing',
    name: 'thing',
    async find({ things }, call) {
      const { thingID } = await things.resolve(call.caller, call.param('thing'))
      return { kind: 'thing', id: thingID }
    },
  },
]
