import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { NodeSqliteDatabase } from './node-sqlite-database.ts'

test('tells statements that return rows from those that do not', () => {
  const database = new NodeSqliteDatabase(new DatabaseSync(':memory:'))
  database.prepare('create table t (a integer) strict').run([])
  for (const [sql, reader] of [
    ['select a from t', true],
    ['insert into t values (1)', false],
    ['insert into t values (1) returning a', true],
    ['delete from t', false],
    ['pragma foreign_keys', true],
    ['begin', false],
  ] as const) {
    assert.equal(database.prepare(sql).reader, reader, sql)
  }
  database.close()
})

test('binds parameters, and reports what changed', () => {
  const database = new NodeSqliteDatabase(new DatabaseSync(':memory:'))
  database.prepare('create table t (a integer, b blob) strict').run([])
  const { changes } = database
    .prepare('insert into t values (?, ?), (?, ?)')
    .run([1, new Uint8Array([7]), 2, null])
  assert.equal(changes, 2)
  const select = database.prepare('select a from t where a > ? order by a')
  assert.deepEqual(
    select.all([0]).map((row) => ({ ...(row as object) })),
    [{ a: 1 }, { a: 2 }],
  )
  assert.deepEqual(
    [...select.iterate([1])].map((row) => ({ ...(row as object) })),
    [{ a: 2 }],
  )
  database.close()
})

test('prepares a statement once, and forgets the longest unused beyond 200', () => {
  const database = new NodeSqliteDatabase(new DatabaseSync(':memory:'))
  const first = database.prepare('select 0')
  for (let index = 1; index < 200; index++) database.prepare(`select ${index}`)
  assert.equal(database.prepare('select 0'), first)
  const second = database.prepare('select 1')
  database.prepare('select 200')
  assert.equal(database.prepare('select 0'), first, 'used since, so kept')
  assert.equal(database.prepare('select 1'), second)
  database.prepare('select 201')
  const prepared = database.prepare('select 2')
  assert.deepEqual({ ...(prepared.all([])[0] as object) }, { 2: 2 })
  database.close()
  assert.throws(() => prepared.all([]))
})
