import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it, type TestContext } from 'node:test'
import { Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { NodeSqliteDialect } from './sqlite/dialect.ts'
import { NodeSqliteDatabase } from './sqlite/node-sqlite-database.ts'

function open(t: TestContext) {
  const statements: string[] = []
  const db = new Kysely<Database>({
    dialect: new NodeSqliteDialect(new NodeSqliteDatabase(new DatabaseSync(':memory:'))),
    log: ({ query }) => void statements.push(query.sql),
  })
  t.after(() => db.destroy())
  const writes = new GroupCommit(db)
  const insert = (value: number) =>
    writes.write(async (trx) => {
      await sql`insert into t values (${value})`.execute(trx)
      return value
    })
  const values = async () =>
    (await sql<{ a: number }>`select a from t order by a`.execute(db)).rows.map(({ a }) => a)
  const commits = () => statements.filter((text) => text === 'commit').length
  return {
    db,
    writes,
    insert,
    values,
    commits,
    create: () => sql`create table t (a integer unique)`.execute(db),
  }
}

describe('GroupCommit', () => {
  it('commits together what is written at the same time, and answers each', async (t) => {
    const { insert, values, commits, create } = open(t)
    await create()
    assert.deepEqual(await Promise.all([1, 2, 3].map(insert)), [1, 2, 3])
    assert.equal(commits(), 1)
    await insert(4)
    assert.equal(commits(), 2)
    assert.deepEqual(await values(), [1, 2, 3, 4])
  })

  it('answers only when it lasts', async (t) => {
    const { db, insert, create } = open(t)
    await create()
    let isAnswered = false
    const written = insert(1).then(() => {
      isAnswered = true
    })
    assert.deepEqual((await sql`select * from t`.execute(db)).rows, [])
    assert.equal(isAnswered, false)
    await written
    assert.equal((await sql`select * from t`.execute(db)).rows.length, 1)
  })

  it('lets only that fail which fails by itself', async (t) => {
    const { insert, values, create } = open(t)
    await create()
    const outcomes = await Promise.allSettled([1, 2, 2, 3].map(insert))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(await values(), [1, 2, 3])
  })

  it('takes many in several transactions, and all of them before it is closed', async (t) => {
    const { writes, insert, values, commits, create } = open(t)
    await create()
    const all = Array.from({ length: 200 }, (_, value) => value)
    const written = Promise.all(all.map(insert))
    await writes.close()
    assert.deepEqual(await values(), all)
    assert.equal(commits(), 4)
    await written
  })
})
