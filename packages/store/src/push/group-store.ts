import type { GroupRecord, GroupStore } from '@pillion/push'
import type { Kysely, Selectable } from 'kysely'
import { toBatches } from '../batches.ts'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import type { PushGroupTable } from './push-database.ts'
import { type Belongings, type Removal, removeBelongings } from './removal.ts'

type Change = Parameters<GroupStore['changeGroup']>[2]

export class KyselyGroupStore implements GroupStore {
  readonly #db: Kysely<Database>
  readonly #removal: Removal

  constructor(db: Kysely<Database>, removal: Removal) {
    this.#db = db
    this.#removal = removal
  }

  addGroup(group: GroupRecord, members: readonly string[]): Promise<'added' | 'exists'> {
    const { appID, groupID } = group
    return transact(this.#db, async (db) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('push_group')
        .values({
          app_id: appID,
          group_id: groupID,
          key: group.key,
          name: group.name,
          owner: group.owner ?? null,
          created_at: group.createdAt,
          modified_at: group.modifiedAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 0n) return 'exists'
      await removeBelongings(db, belongingsOf(appID, groupID))
      for (const batch of toBatches([...new Set(members)])) {
        await db
          .insertInto('push_member')
          .values(batch.map((userID) => ({ app_id: appID, group_id: groupID, user_id: userID })))
          .execute()
      }
      return 'added'
    })
  }

  async findGroup(appID: string, groupID: string): Promise<GroupRecord | undefined> {
    const row = await this.#db
      .selectFrom('push_group')
      .where('app_id', '=', appID)
      .where('group_id', '=', groupID)
      .selectAll()
      .executeTakeFirst()
    return row && toGroup(row)
  }

  async changeGroup(appID: string, groupID: string, change: Change): Promise<GroupRecord | undefined> {
    const row = await this.#db
      .updateTable('push_group')
      .set({
        // Without a change still an update, which tells whether there is such a group.
        group_id: groupID,
        ...(change.name !== undefined && { name: change.name }),
        ...('owner' in change && { owner: change.owner ?? null }),
        ...(change.modifiedAt !== undefined && { modified_at: change.modifiedAt }),
      })
      .where('app_id', '=', appID)
      .where('group_id', '=', groupID)
      .returningAll()
      .executeTakeFirst()
    return row && toGroup(row)
  }

  removeGroup(appID: string, groupID: string): Promise<boolean> {
    const where = { app_id: appID, group_id: groupID }
    return this.#removal.removeWith({ table: 'push_group', where }, belongingsOf(appID, groupID))
  }

  async listGroups(appID: string, of: { member: string } | { owner: string }): Promise<GroupRecord[]> {
    const rows = await this.#db
      .selectFrom('push_group')
      .where('app_id', '=', appID)
      .where((eb) =>
        'owner' in of
          ? eb('owner', '=', of.owner)
          : eb(
              'group_id',
              'in',
              eb
                .selectFrom('push_member')
                .where('app_id', '=', appID)
                .where('user_id', '=', of.member)
                .select('group_id'),
            ),
      )
      .selectAll()
      .orderBy('group_id')
      .execute()
    return rows.map(toGroup)
  }

  addMember(
    appID: string,
    groupID: string,
    userID: string,
    { membersMax }: { membersMax: number },
  ): Promise<'added' | 'full'> {
    return transact(this.#db, async (db) => {
      await lock(db, 'members', appID, groupID)
      const members = db.selectFrom('push_member').where('app_id', '=', appID).where('group_id', '=', groupID)
      const own = await members.where('user_id', '=', userID).select('user_id').executeTakeFirst()
      if (own !== undefined) return 'added'
      const { count } = await members
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (count >= membersMax) return 'full'
      await db
        .insertInto('push_member')
        .values({ app_id: appID, group_id: groupID, user_id: userID })
        .execute()
      return 'added'
    })
  }

  async removeMember(appID: string, groupID: string, userID: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('push_member')
      .where('app_id', '=', appID)
      .where('group_id', '=', groupID)
      .where('user_id', '=', userID)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }

  async isMember(appID: string, groupID: string, userID: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('push_member')
      .where('app_id', '=', appID)
      .where('group_id', '=', groupID)
      .where('user_id', '=', userID)
      .select('user_id')
      .executeTakeFirst()
    return row !== undefined
  }

  async listMembers(appID: string, groupID: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('push_member')
      .where('app_id', '=', appID)
      .where('group_id', '=', groupID)
      .select('user_id')
      .orderBy('user_id')
      .execute()
    return rows.map(({ user_id }) => user_id)
  }

  async findUsers(appID: string, userIDs: readonly string[]): Promise<string[]> {
    const found: string[] = []
    for (const batch of toBatches(userIDs)) {
      const rows = await this.#db
        .selectFrom('push_user')
        .where('app_id', '=', appID)
        .where('user_id', 'in', batch)
        .select('user_id')
        .execute()
      found.push(...rows.map(({ user_id }) => user_id))
    }
    return found
  }
}

function belongingsOf(appID: string, groupID: string): Belongings {
  return {
    rows: [
      { table: 'push_member', where: { app_id: appID, group_id: groupID } },
      { table: 'push_owner', where: { app_id: appID, owner: `group:${groupID}` } },
    ],
    targets: { appID, scope: `group:${groupID}` },
  }
}

function toGroup(row: Selectable<PushGroupTable>): GroupRecord {
  return {
    appID: row.app_id,
    groupID: row.group_id,
    key: row.key,
    name: row.name,
    owner: row.owner ?? undefined,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  }
}
