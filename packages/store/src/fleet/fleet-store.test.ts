import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testAppStore } from '../../../fleet/src/ports/app-store.contract.ts'
import { testIdentityStore } from '../../../fleet/src/ports/identity-store.contract.ts'
import { type OpenStore, openSqlite } from '../sqlite/open-sqlite.ts'

const openMemory = () => openSqlite({ file: ':memory:' })

async function openFile(): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
  const store = await openSqlite({ file: join(folder, 'pillion.db') })
  const close = () => store.close().then(() => rm(folder, { recursive: true }))
  return { fleet: store.fleet, close }
}

for (const [name, open] of [
  ['SQLite file', openFile],
  ['SQLite in memory', openMemory],
] as const) {
  testIdentityStore(name, open)
  testAppStore(name, open)
}
