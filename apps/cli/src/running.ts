import { type ConfigSources, type RunningServer, startServer } from '@pillion/server'
import { pino } from 'pino'
import { describeError, failure, systemCode } from './cli-error.ts'
import { findConfigFile, requireConfig } from './config-sources.ts'
import { type ListenerOptions, toConfigFlags } from './listener-options.ts'
import { terminalLog } from './terminal-log.ts'

/**
 * Reads the configuration and starts the server; what commonly goes wrong is said with its remedy. `quiet`: logs
 * warnings only and keeps what messages say, unless somebody chose otherwise.
 */
export async function start(
  options: ListenerOptions,
  { quiet = false, pushExample }: { quiet?: boolean; pushExample?: string } = {},
): Promise<RunningServer> {
  const configSources = findSources(options, quiet)
  const config = requireConfig(configSources)
  // To stderr: stdout is for the banner, or for the JSON somebody parses.
  const destination = process.stderr.isTTY ? terminalLog(process.stderr) : pino.destination(2)
  try {
    const log = pino({ level: config.log.level }, destination)
    return await startServer({
      config,
      configSources,
      log,
      ...(pushExample === undefined ? {} : { pushExample }),
    })
  } catch (error) {
    // A ListenError says which port and how to choose another.
    throw failure(`The server did not start. ${explain(error, config.data)}`, error)
  }
}

/** What the database said is for whoever starts the server, though for nobody who asks it over the network. */
function explain(error: unknown, data: string): string {
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `There is no room left where ${data} is: ${describeError(error)}. Make some, or choose another directory with --data.`
  // Others say themselves what to do.
  if (!(error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE'))
    return describeError(error)
  return `The database cannot be used: ${describeError(error.cause)}. Make room if its disk is full, see that it may be written to and that no other program holds it, then start again.`
}

function findSources(options: ListenerOptions, quiet: boolean): ConfigSources {
  const file = findConfigFile(options.config)
  const isQuiet = quiet && file.file === undefined
  const env = isQuiet ? { ...quietly, ...process.env } : process.env
  return { ...file, env, flags: toConfigFlags(options) }
}

/** Whoever tries it out wants to read what was sent, and no log. */
const quietly = { PILLION_LOG__LEVEL: 'warn', PILLION_LEDGER__BODY: 'kept' }
