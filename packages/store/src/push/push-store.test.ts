import { testGroupStore } from '../../../push/src/ports/group-store.contract.ts'
import { testInstallationStore } from '../../../push/src/ports/installation-store.contract.ts'
import { testObjectStore } from '../../../push/src/ports/object-store.contract.ts'
import { testOwnerStore } from '../../../push/src/ports/owner-store.contract.ts'
import { testPushAppStore } from '../../../push/src/ports/push-app-store.contract.ts'
import { testSubscriptionStore } from '../../../push/src/ports/subscription-store.contract.ts'
import { testTargetStore } from '../../../push/src/ports/target-store.contract.ts'
import { testThingStore } from '../../../push/src/ports/thing-store.contract.ts'
import { testTokenStore } from '../../../push/src/ports/token-store.contract.ts'
import { testUserStore } from '../../../push/src/ports/user-store.contract.ts'
import type { OpenStore } from '../sqlite/open-sqlite.ts'
import { openFile, openMemory } from '../store.fixture.ts'

for (const [name, openStore] of [
  ['SQLite file', openFile],
  ['SQLite in memory', openMemory],
] as const) {
  const open = () => openStore().then(toOpened)
  testPushAppStore(name, open)
  testTokenStore(name, open)
  testUserStore(name, open)
  testThingStore(name, open)
  testOwnerStore(name, open)
  testGroupStore(name, open)
  testTargetStore(name, open)
  testSubscriptionStore(name, open)
  testObjectStore(name, open)
  testInstallationStore(name, open)
}

function toOpened({ push: store, close }: OpenStore) {
  return { store, close }
}
