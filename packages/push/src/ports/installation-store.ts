import type { Subject } from '../principal.ts'

export type DeviceType = 'MQTT' | 'ANDROID' | 'IOS' | 'JPUSH'

/** How an installation is reached over MQTT (P 6.3). The password is derived, and kept nowhere. */
export interface StoredEndpoint {
  /** 23 letters and digits: client id and topic filter. */
  readonly mqttTopic: string
  /** Prepared by then; milliseconds since 1970. */
  readonly readyAt: number
  /** Undefined: its credentials do not expire. */
  readonly expiresAt: number | undefined
}

export interface InstallationRecord {
  readonly appID: string
  readonly installationID: string
  readonly registrationID: string
  readonly deviceType: DeviceType
  readonly isDevelopment: boolean
  readonly subject: Subject
  /** Of type MQTT only. */
  readonly endpoint: StoredEndpoint | undefined
  readonly createdAt: number
}

export type InstallationKey =
  | { readonly installationID: string }
  | { readonly deviceType: DeviceType; readonly registrationID: string }

export interface InstallationStore {
  /**
   * MQTT: the subject's own if it has one already, with the new `isDevelopment`. Another type: the one with that type and
   * registration id, if there is one in the app, now the subject's. Otherwise the given one; 'full' if the subject has as
   * many of other types as may be.
   */
  putInstallation(
    installation: InstallationRecord,
    limits: { otherTypesMax: number },
  ): Promise<InstallationRecord | 'full'>
  findInstallation(appID: string, key: InstallationKey): Promise<InstallationRecord | undefined>
  /** For sign-in. `isDisabled`: its app, user or thing is. */
  findByMqttTopic(
    mqttTopic: string,
  ): Promise<(InstallationRecord & { readonly isDisabled: boolean }) | undefined>
  /** By installationID. */
  listInstallations(appID: string, subject: Subject): Promise<InstallationRecord[]>
  removeInstallation(appID: string, installationID: string): Promise<boolean>
  /** Only while it still has that topic: of two that renew at once, both get what the first one made. */
  replaceEndpoint(
    installationID: string,
    mqttTopic: string,
    endpoint: StoredEndpoint,
  ): Promise<InstallationRecord | undefined>
}
