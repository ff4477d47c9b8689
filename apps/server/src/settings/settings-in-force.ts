import { isDeepStrictEqual } from 'node:util'
import type { Setting } from '@pillion/schema'
import {
  type Config,
  type ConfigSources,
  listConfigKeys,
  loadConfig,
  readConfig,
  valueAt,
} from '../config.ts'
import type { Limits } from '../limits.ts'
import { isLiveKey } from './live-keys.ts'

export interface Reloaded {
  /** Keys, by dotted path, whose new value is in force now. */
  readonly changed: readonly string[]
  /** Keys whose new value comes into force at the next start. */
  readonly needRestart: readonly string[]
}

interface InForce {
  value: unknown
  source: Setting['source']
}

/** Which configuration is in force, where it comes from, and what of it changes when its sources are read again. */
export class SettingsInForce {
  /** As the server was started. */
  readonly config: Config
  /** The same object for good: a reload changes what is in it. */
  readonly limits: Limits
  readonly #sources: ConfigSources
  readonly #inForce: Map<string, InForce>
  readonly #listeners: ((config: Config) => void)[] = []
  #now: Config

  /** `sources`: what `config` was read from; without them every value that is no default counts as a flag. */
  constructor(config: Config, sources: ConfigSources = asFlags(config)) {
    this.config = config
    this.#sources = sources
    const { found } = readConfig(sources, () => {})
    this.#inForce = new Map(
      listConfigKeys().map(({ path }) => [
        path,
        { value: valueAt(config, path), source: found.get(path)?.source ?? 'default' },
      ]),
    )
    this.limits = { ...config.limits }
    this.#now = config
  }

  /** With what reloads have changed since. */
  get now(): Config {
    return this.#now
  }

  /** Every key; of secrets only what may be shown. */
  list(): Setting[] {
    return listConfigKeys().map(({ path, default: defaultValue, sentence, isSecret, needsRestart, show }) => {
      const { value, source = 'default' } = this.#inForce.get(path) ?? {}
      const shown = show(value)
      return {
        key: path,
        ...(shown === undefined ? {} : { value: shown }),
        defaultValue,
        source,
        description: sentence,
        isSecret,
        needsRestart,
      }
    })
  }

  /**
   * Reads file and environment again.
   * @throws {ConfigError} something in them is wrong; all stays as it was
   */
  reload(): Reloaded {
    const { config, found } = readConfig(this.#sources, (fault) => {
      throw fault
    })
    const changed: string[] = []
    const needRestart: string[] = []
    for (const [path, inForce] of this.#inForce) {
      const value = valueAt(config, path)
      const isSame = isDeepStrictEqual(value, inForce.value)
      if (!isSame) (isLiveKey(path) ? changed : needRestart).push(path)
      if (!isSame && !isLiveKey(path)) continue
      inForce.value = value
      inForce.source = found.get(path)?.source ?? 'default'
    }
    if (changed.length > 0) this.#tell()
    return { changed, needRestart }
  }

  /** Called with all that is in force after a reload has changed something. */
  onChange(listener: (config: Config) => void): void {
    this.#listeners.push(listener)
  }

  #tell(): void {
    const flags = Object.fromEntries([...this.#inForce].map(([path, { value }]) => [path, value]))
    const config = loadConfig({ env: {}, flags })
    this.#now = config
    Object.assign(this.limits, config.limits)
    for (const listener of this.#listeners) listener(config)
  }
}

function asFlags(config: Config): ConfigSources {
  const set = listConfigKeys()
    .map(({ path, default: value }) => ({ path, value: valueAt(config, path), default: value }))
    .filter((each) => !isDeepStrictEqual(each.value, each.default))
  return { env: {}, flags: Object.fromEntries(set.map(({ path, value }) => [path, value])) }
}
