export {
  type Config,
  ConfigError,
  type ConfigSources,
  type ListenerName,
  listConfigKeys,
  loadConfig,
  readConfig,
} from './config.ts'
export { formatConfigReference } from './config-reference.ts'
export type { FoundSetting } from './config-sources.ts'
export type { BackedUp } from './copy/back-up.ts'
export type { CopyOptions, StepProgress } from './copy/copy-options.ts'
export type { Restored } from './copy/restore.ts'
export { defaultLimits } from './limits.ts'
export { ListenError } from './listeners/listen-error.ts'
export {
  backUp,
  explainStoreError,
  findReasonByText,
  migrateStore,
  restore,
  startServer,
} from './loaded-late.ts'
export { checkMd5, parsePackageName } from './packages/delivery.ts'
export { findIcon } from './packages/find-icon.ts'
export type { PackageSource } from './packages/install.ts'
export { findManifestFaults, isRecord, parseManifest } from './packages/manifest.ts'
export { PackageError, type PackageErrorCode } from './packages/package-error.ts'
export type { PackageFiles } from './packages/package-files.ts'
export { readArchive } from './packages/read-archive.ts'
export type { RunningServer } from './server.ts'
export { DataFolderInUseError } from './server-file.ts'
export { type Reloaded, SettingsInForce } from './settings/settings-in-force.ts'
