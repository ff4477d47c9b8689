import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenStore } from './open-store.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

export const openMemory = () => openSqlite({ file: ':memory:' })

/** In a folder of its own, which goes when the store is closed. */
export async function openFile(): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
  const store = await openSqlite({ file: join(folder, 'pillion.db') })
  return { ...store, close: () => store.close().then(() => rm(folder, { recursive: true })) }
}
