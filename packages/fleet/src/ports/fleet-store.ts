import type { AppStore } from './app-store.ts'
import type { CertificateStore } from './certificate-store.ts'
import type { IdentityStore } from './identity-store.ts'
import type { MailboxStore } from './mailbox-store.ts'

/** What must last of a fleet. Whoever opened the store closes it; the fleet never does. */
export interface FleetStore {
  readonly identities: IdentityStore
  readonly apps: AppStore
  readonly certificates: CertificateStore
  readonly mailbox: MailboxStore
}
