import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError, describeError, systemCode, usageError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'

/** The options of every command that speaks to a server. */
export interface ServerOptions {
  data?: string
  server?: string
  tokenFile?: string
}

export interface ServerAddress {
  /** Without trailing slash, such as http://127.0.0.1:8080. */
  readonly url: string
  readonly token: string
  readonly tokenFile: string
  /** The data directory it was found by; undefined if it was named by --server. */
  readonly data: string | undefined
  /** The data directory's own certificate authority, if it can be read. */
  readonly authorityPem: string | undefined
}

export const defaultDataDirectory = './pillion-data'

/**
 * Finds the server: --server and --token-file, else PILLION_SERVER and PILLION_TOKEN_FILE, else what a running
 * server left in the data directory (--data, PILLION_DATA, ./pillion-data).
 */
export function findServer(options: ServerOptions, env: NodeJS.ProcessEnv = process.env): ServerAddress {
  const namedData = options.data ?? env.PILLION_DATA
  const data = namedData ?? defaultDataDirectory
  const namedServer = options.server ?? env.PILLION_SERVER
  const namedTokenFile = options.tokenFile ?? env.PILLION_TOKEN_FILE
  // The token of ./pillion-data must not travel to whatever host --server names.
  if (namedServer !== undefined && namedTokenFile === undefined && namedData === undefined) {
    throw usageError(`Say where the admin token of ${namedServer} is: add --token-file FILE.`)
  }
  const url = namedServer === undefined ? readRunningServer(data) : parseServerUrl(namedServer)
  const tokenFile = namedTokenFile ?? join(data, 'admin-token')
  return {
    url,
    token: readToken(tokenFile),
    tokenFile,
    data: namedServer === undefined ? data : undefined,
    authorityPem: readIfThere(join(data, 'ca', 'certificate.pem')),
  }
}

function parseServerUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw usageError(`'${text}' is not the address of a server; it looks like http://127.0.0.1:8080.`)
  }
  return url.href.replace(/\/+$/, '')
}

function readRunningServer(data: string): string {
  const file = join(data, 'server.json')
  const text = readServerFile(file)
  if (text === undefined) {
    const start = data === defaultDataDirectory ? 'pillion serve' : `pillion serve --data ${data}`
    throw noServerError(
      `No server is running in ${data}; start one with \`${start}\`, or name it with --server URL --token-file FILE.`,
    )
  }
  try {
    const { url } = JSON.parse(text) as { url: string }
    if (url !== '') return parseServerUrl(url)
  } catch (cause) {
    throw noServerError(
      `${file} does not name a server; restart it, or name it with --server URL --token-file FILE.`,
      cause,
    )
  }
  throw noServerError(`The server on ${data} is still starting, or listens to neither http nor https.`)
}

/** What may not be read is there all the same: to say that no server runs would send people to start a second one. */
function readServerFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOENT') return undefined
    const advice =
      code === 'EACCES'
        ? 'Run this as the user who started the server, or name it with --server URL --token-file FILE.'
        : 'Name the data directory of the server with --data, or it with --server URL --token-file FILE.'
    const exitCode = code === 'EACCES' ? exitCodes.access : exitCodes.usage
    const message = `Cannot look for the server: ${file} cannot be read (${code ?? describeError(cause)}). ${advice}`
    throw new CliError(message, { exitCode, code: 'DATA_UNREADABLE', cause })
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const advice =
      systemCode(cause) === 'EACCES'
        ? 'Run this as the user who started the server.'
        : 'Name it with --token-file FILE.'
    throw new CliError(`Cannot read the admin token: ${describeError(cause)}. ${advice}`, {
      exitCode: exitCodes.access,
      code: 'ADMIN_TOKEN_UNREADABLE',
      cause,
    })
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

export function noServerError(message: string, cause?: unknown): CliError {
  return new CliError(message, { exitCode: exitCodes.noServer, code: 'NO_SERVER', cause })
}
