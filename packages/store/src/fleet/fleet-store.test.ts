import { testAppStore } from '../../../fleet/src/ports/app-store.contract.ts'
import { testIdentityStore } from '../../../fleet/src/ports/identity-store.contract.ts'
import { testMailboxStore } from '../../../fleet/src/ports/mailbox-store.contract.ts'
import { openFile, openMemory } from '../store.fixture.ts'

for (const [name, open] of [
  ['SQLite file', openFile],
  ['SQLite in memory', openMemory],
] as const) {
  testIdentityStore(name, open)
  testAppStore(name, open)
  testMailboxStore(name, open)
}
