import type { FoundToken, Principal, StoredToken, TokenStore } from '@pillion/push'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { batchRowsMax } from '../batches.ts'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import { selectIsDisabled } from './is-disabled.ts'
import type { PushTokenTable } from './push-database.ts'

type Row = Selectable<PushTokenTable> & { is_disabled: number | null }

export class KyselyTokenStore implements TokenStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit

  constructor(db: Kysely<Database>, writes: GroupCommit) {
    this.#db = db
    this.#writes = writes
  }

  addToken(token: StoredToken, { tokensMax }: { tokensMax: number }): Promise<void> {
    return this.#writes.write(async (db) => {
      await lock(db, 'tokens', token.appID, toKey(token.principal))
      await insertToken(db, token)
      await db
        .deleteFrom('push_token')
        .where('position', 'in', (query) =>
          query
            .selectFrom('push_token')
            .where('app_id', '=', token.appID)
            .where('principal', '=', toKey(token.principal))
            .select('position')
            .orderBy('position', 'desc')
            .limit(batchRowsMax)
            .offset(tokensMax),
        )
        .execute()
    })
  }

  findToken(appID: string, hash: Uint8Array): Promise<FoundToken | undefined> {
    return find(this.#db, appID, 'hash', hash)
  }

  replaceToken(
    appID: string,
    refreshHash: Uint8Array,
    token: (replaced: FoundToken) => StoredToken,
  ): Promise<FoundToken | undefined> {
    return transact(this.#db, async (db) => {
      const replaced = await find(db, appID, 'refresh_hash', refreshHash)
      if (replaced === undefined) return undefined
      const added = token(replaced)
      const { numDeletedRows } = await db
        .deleteFrom('push_token')
        .where('hash', '=', replaced.hash)
        .executeTakeFirstOrThrow()
      // Another connection has replaced it in the meantime.
      if (numDeletedRows === 0n) return undefined
      await insertToken(db, added)
      return replaced
    })
  }

  async removeTokens(appID: string, principal: Principal, except?: Uint8Array): Promise<void> {
    await this.#db
      .deleteFrom('push_token')
      .where('app_id', '=', appID)
      .where('principal', '=', toKey(principal))
      .$if(except !== undefined, (query) => query.where('hash', '!=', except as Uint8Array))
      .execute()
  }

  async removeExpired(now: number, max: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('push_token')
      .where('position', 'in', (query) =>
        query.selectFrom('push_token').where('expires_at', '<', now).select('position').limit(max),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }
}

async function find(
  db: Kysely<Database>,
  appID: string,
  column: 'hash' | 'refresh_hash',
  hash: Uint8Array,
): Promise<FoundToken | undefined> {
  const row = await db
    .selectFrom('push_token')
    .where(column, '=', hash)
    .where('app_id', '=', appID)
    .selectAll()
    .select(selectIsDisabled('push_token', 'principal').as('is_disabled'))
    .executeTakeFirst()
  return row && toToken(row)
}

async function insertToken(db: Transaction<Database>, token: StoredToken): Promise<void> {
  await db
    .insertInto('push_token')
    .values({
      hash: token.hash,
      app_id: token.appID,
      principal: toKey(token.principal),
      expires_at: token.expiresAt ?? null,
      refresh_hash: token.refreshHash ?? null,
      created_at: token.createdAt,
    })
    .execute()
}

function toKey(principal: Principal): PushTokenTable['principal'] {
  return 'id' in principal ? `${principal.kind}:${principal.id}` : principal.kind
}

/** Undefined if its user or thing is gone. */
function toToken(row: Row): FoundToken | undefined {
  const principal = toPrincipal(row.principal)
  if ('id' in principal && row.is_disabled === null) return undefined
  return {
    hash: row.hash,
    appID: row.app_id,
    principal,
    expiresAt: row.expires_at ?? undefined,
    refreshHash: row.refresh_hash ?? undefined,
    createdAt: row.created_at,
    isDisabled: row.is_disabled === 1,
  }
}

function toPrincipal(key: PushTokenTable['principal']): Principal {
  if (key === 'admin' || key === 'anonymous') return { kind: key }
  const colon = key.indexOf(':')
  return { kind: key.slice(0, colon) as 'user' | 'thing', id: key.slice(colon + 1) }
}
