import {
  type Config,
  type ConfigError,
  type ConfigSources,
  type FoundSetting,
  readConfig,
} from '@pillion/server'
import { usageError } from './cli-error.ts'

export interface CheckedConfig {
  readonly config: Config
  readonly found: ReadonlyMap<string, FoundSetting>
  readonly faults: readonly ConfigError[]
}

/** Reads all of it, whatever is wrong. */
export function checkConfig(sources: ConfigSources): CheckedConfig {
  const faults: ConfigError[] = []
  const { config, found } = readConfig(sources, (fault) => faults.push(fault))
  return { config, found, faults }
}

/** The configuration of a command that needs one; every mistake in it is told at once. */
export function requireConfig(sources: ConfigSources): Config {
  const { config, faults } = checkConfig(sources)
  if (faults.length > 0) throw usageError(faults.map(({ message }) => message).join('\n'))
  return config
}

/** The file that `option` or PILLION_CONFIG names. */
export function findConfigFile(option: string | undefined): { file?: string } {
  const file = option ?? process.env.PILLION_CONFIG
  return file === undefined ? {} : { file }
}
