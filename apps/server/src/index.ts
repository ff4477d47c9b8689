export {
  type Config,
  ConfigError,
  type ConfigSources,
  type ListenerName,
  listConfigKeys,
  loadConfig,
} from './config.ts'
export { ListenError } from './listeners/listen-error.ts'
export type { PackageSource } from './packages/install.ts'
export { PackageError, type PackageErrorCode } from './packages/package-error.ts'
export { type RunningServer, startServer } from './server.ts'
export { DataFolderInUseError } from './server-file.ts'
