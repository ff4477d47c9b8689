import { type Config, ConfigError, loadConfig, type RunningServer, startServer } from '@pillion/server'
import { pino } from 'pino'
import { describeError, failure, usageError } from './cli-error.ts'
import { type ListenerOptions, toConfigFlags } from './listener-options.ts'

/** Reads the configuration and starts the server; what commonly goes wrong is said with its remedy. */
export async function start(options: ListenerOptions, logLevel?: string): Promise<RunningServer> {
  const config = readConfig(options, logLevel)
  try {
    // Logs go to stderr: stdout is for the banner, or for the JSON somebody parses.
    return await startServer({ config, log: pino({ level: config.log.level }, pino.destination(2)) })
  } catch (error) {
    // A ListenError says which port and how to choose another.
    throw failure(`The server did not start. ${describeError(error)}`, error)
  }
}

function readConfig(options: ListenerOptions, logLevel: string | undefined): Config {
  const file = options.config ?? process.env.PILLION_CONFIG
  const flags = { ...toConfigFlags(options), 'log.level': logLevel }
  try {
    return loadConfig({ ...(file === undefined ? {} : { file }), env: process.env, flags })
  } catch (error) {
    throw error instanceof ConfigError ? usageError(error.message) : error
  }
}
