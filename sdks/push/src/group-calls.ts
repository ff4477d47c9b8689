import { Access, encodeSegment } from './access.ts'
import type { App } from './app.ts'
import { InvalidArgumentException, InvalidURIException } from './exceptions.ts'
import { checkGroupName, idOf, type KiiGroup, KiiGroupSaveError, type SaveGroupCallbacks } from './group.ts'
import { settle } from './outcome.ts'
import type { KiiUser } from './user.ts'

/** The static methods of `KiiGroup` in one namespace (P 14.6). */
export function createGroupCalls(app: App) {
  const access = new Access(app)
  return {
    ...createGroups(access),

    groupWithNameAndMembers: (name: string, members: readonly KiiUser[]) =>
      new app.classes.KiiGroup(access, { name: checkGroupName(name) }, members),

    /** Not loaded. @throws InvalidURIException */
    groupWithURI(uri: string): KiiGroup {
      const [, groupID] = /^kiicloud:\/\/groups\/([^/]+)$/.exec(uri) ?? []
      if (groupID === undefined) throw new InvalidURIException('this is not the URI of a group')
      return new app.classes.KiiGroup(access, { groupID })
    },

    /** Creates a group whose ID the app chose. @param members besides the owner, who is whoever is logged in */
    registerGroupWithID: (
      groupID: string,
      name: string,
      members: readonly KiiUser[] | null | undefined,
      callbacks?: SaveGroupCallbacks,
    ) => register(access, { groupID, name, owner: () => app.currentUser?.getID(), members }, callbacks),
  }
}

/** For the namespace, and for an admin with its token. */
export function createGroups(access: Access) {
  const { app } = access
  return {
    /** Not saved yet. @throws InvalidArgumentException */
    groupWithName: (name: string) => new app.classes.KiiGroup(access, { name: checkGroupName(name) }),

    /** Not loaded. @throws InvalidArgumentException */
    groupWithID: (groupID: string) => new app.classes.KiiGroup(access, { groupID: checkGroupID(groupID) }),
  }
}

/** For an admin: a group with ID and owner. @param owner user, or its ID */
export function registerGroupWithOwnerAndID(
  access: Access,
  groupID: string,
  name: string,
  owner: KiiUser | string,
  members: readonly KiiUser[] | null | undefined,
  callbacks?: SaveGroupCallbacks,
): Promise<KiiGroup> {
  return register(access, { groupID, name, owner: () => idOf(owner), members }, callbacks)
}

interface NewGroup {
  readonly groupID: string
  readonly name: string
  readonly owner: () => string | undefined
  readonly members: readonly KiiUser[] | null | undefined
}

function register(
  access: Access,
  { groupID, name, owner, members }: NewGroup,
  callbacks: SaveGroupCallbacks,
): Promise<KiiGroup> {
  const group = new access.app.classes.KiiGroup(access, { groupID, name })
  const toAdd = [...(members ?? [])]
  const work = async () => {
    const body = {
      name: checkGroupName(name),
      owner: owner(),
      ...(toAdd.length > 0 && { members: toAdd.map(idOf) }),
    }
    const path = `/groups/${encodeSegment(checkGroupID(groupID))}`
    await access.send('PUT', path, { type: 'GroupCreationRequest', body })
    return group
  }
  const toError = (cause: unknown) => new KiiGroupSaveError(group, cause, toAdd, [])
  return settle(callbacks, work, toError, ({ message }): [KiiGroup, string, KiiUser[], KiiUser[]] => [
    group,
    message,
    toAdd,
    [],
  ])
}

function checkGroupID(groupID: unknown): string {
  if (typeof groupID === 'string' && /^[a-z0-9_.-]{1,30}$/.test(groupID)) return groupID
  throw new InvalidArgumentException('a group ID is 1 to 30 small letters, digits, "_", "." or "-"')
}
