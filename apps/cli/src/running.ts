import { type Config, ConfigError, loadConfig, type RunningServer, startServer } from '@pillion/server'
import { pino } from 'pino'
import { describeError, failure, usageError } from './cli-error.ts'
import { type ListenerOptions, toConfigFlags } from './listener-options.ts'
import { terminalLog } from './terminal-log.ts'

/**
 * Reads the configuration and starts the server; what commonly goes wrong is said with its remedy. `quiet`: logs
 * warnings only, unless somebody chose a level.
 */
export async function start(
  options: ListenerOptions,
  { quiet = false, pushExample }: { quiet?: boolean; pushExample?: string } = {},
): Promise<RunningServer> {
  const config = readConfig(options, quiet)
  // To stderr: stdout is for the banner, or for the JSON somebody parses.
  const destination = process.stderr.isTTY ? terminalLog(process.stderr) : pino.destination(2)
  try {
    const log = pino({ level: config.log.level }, destination)
    return await startServer({ config, log, ...(pushExample === undefined ? {} : { pushExample }) })
  } catch (error) {
    // A ListenError says which port and how to choose another.
    throw failure(`The server did not start. ${describeError(error)}`, error)
  }
}

function readConfig(options: ListenerOptions, quiet: boolean): Config {
  const file = options.config ?? process.env.PILLION_CONFIG
  const env = quiet && file === undefined ? { PILLION_LOG__LEVEL: 'warn', ...process.env } : process.env
  try {
    return loadConfig({ ...(file === undefined ? {} : { file }), env, flags: toConfigFlags(options) })
  } catch (error) {
    throw error instanceof ConfigError ? usageError(error.message) : error
  }
}
