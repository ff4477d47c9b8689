export { FleetAccess, type FleetAccessOptions } from './access.ts'
export { appLabel } from './app-label.ts'
export * from './canonical-topic.ts'
export { CertificateAuthority, type IssuedCertificate } from './certificate-authority.ts'
export { isIssuedFor } from './certificate-name.ts'
export { CredentialEnds, type CredentialsEnd } from './credential-ends.ts'
export { Credentials, type RevokedCredentials, type RotatedCredentials } from './credentials.ts'
export type * from './expiring-certificates.ts'
export {
  Fleet,
  type FleetChange,
  type FleetOptions,
  type IssuedVehicle,
  type RemovedPartner,
} from './fleet.ts'
export { FleetError, type FleetErrorCode, fleetErrors } from './fleet-error.ts'
export { Mailbox, type MailboxBroker, type MailboxOptions } from './mailbox.ts'
export type { MailboxLimits } from './mailbox-writer.ts'
export { ObservedTopics } from './observed-topics.ts'
export type { AppChange, AppStore } from './ports/app-store.ts'
export type * from './ports/certificate-store.ts'
export type { FleetStore } from './ports/fleet-store.ts'
export type * from './ports/identity-store.ts'
export type * from './ports/mailbox-recorder.ts'
export type * from './ports/mailbox-store.ts'
export { type AppRecord, identityKey, type PartnerRecord, type Role, type VehicleRecord } from './records.ts'
export { refusals as fleetRefusals } from './refusals.ts'
export { createSecret, hashSecret, verifySecret } from './secret.ts'
