import { testAppStore } from '../../fleet/src/ports/app-store.contract.ts'
import { testCertificateStore } from '../../fleet/src/ports/certificate-store.contract.ts'
import { testIdentityStore } from '../../fleet/src/ports/identity-store.contract.ts'
import { testMailboxStore } from '../../fleet/src/ports/mailbox-store.contract.ts'
import { testLedgerStore } from '../../ledger/src/ports/ledger-store.contract.ts'
import { testDirectoryStore } from '../../push/src/ports/directory-store.contract.ts'
import { testGroupStore } from '../../push/src/ports/group-store.contract.ts'
import { testInstallationStore } from '../../push/src/ports/installation-store.contract.ts'
import { testObjectStore } from '../../push/src/ports/object-store.contract.ts'
import { testOwnerStore } from '../../push/src/ports/owner-store.contract.ts'
import { testPushAppStore } from '../../push/src/ports/push-app-store.contract.ts'
import { testSubscriptionStore } from '../../push/src/ports/subscription-store.contract.ts'
import { testTargetStore } from '../../push/src/ports/target-store.contract.ts'
import { testThingStore } from '../../push/src/ports/thing-store.contract.ts'
import { testTokenStore } from '../../push/src/ports/token-store.contract.ts'
import { testUserStore } from '../../push/src/ports/user-store.contract.ts'
import type { OpenStore } from './open-store.ts'

export { testLedgerStore }

type Open = () => Promise<OpenStore>

/** What the ports of `@pillion/fleet` promise, of a database. `open` gives an empty one. */
export function testFleetStores(name: string, open: Open): void {
  testIdentityStore(name, open)
  testAppStore(name, open)
  testCertificateStore(name, open)
  testMailboxStore(name, open)
}

/** What those of `@pillion/push` promise. */
export function testPushStores(name: string, open: Open): void {
  const openPush = () => open().then(({ push: store, close }) => ({ store, close }))
  testPushAppStore(name, openPush)
  testTokenStore(name, openPush)
  testUserStore(name, openPush)
  testThingStore(name, openPush)
  testOwnerStore(name, openPush)
  testGroupStore(name, openPush)
  testTargetStore(name, openPush)
  testSubscriptionStore(name, openPush)
  testObjectStore(name, openPush)
  testInstallationStore(name, openPush)
  testDirectoryStore(name, openPush)
}
