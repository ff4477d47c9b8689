import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describeError, usageError } from '../cli-error.ts'

/** How a client connects; files are read, nothing is checked yet. */
export interface Setup {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  readonly host: string
  readonly port: number
  /** Of WebSockets; begins with a slash. */
  readonly path: string
  readonly username: string | undefined
  readonly password: string | undefined
  /** PEM. */
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly privateKey: string | undefined
}

export interface SetupOptions {
  config?: string
  host?: string
  port?: string
  ca?: string
  cert?: string
  key?: string
  username?: string
  passwordFile?: string
}

const ports = { mqtt: 1883, mqtts: 8886, ws: 80, wss: 443 } as const

/** From the configuration of `sdks/partner`, as `pillion partner add` writes it; single options win over it. */
export function readSetup(options: SetupOptions): Setup {
  const config = options.config === undefined ? {} : readConfig(options.config)
  const folder = options.config === undefined ? '.' : dirname(options.config)
  const inFolder = (file: string | undefined) => (file === undefined ? undefined : resolve(folder, file))
  const address = parseAddress(options.host ?? config.uri ?? '')
  const certificate = readIf('cert', options.cert ?? inFolder(config.sslClientCert))
  return {
    ...address,
    ...(options.port === undefined ? {} : { port: parsePort(options.port) }),
    username: options.username ?? config.username,
    password:
      options.passwordFile === undefined ? config.password : readIf('password', options.passwordFile)?.trim(),
    ca: readIf('ca', options.ca ?? inFolder(config.ca)),
    certificate,
    privateKey: readIf('key', options.key) ?? certificate,
  }
}

interface PartnerConfig {
  readonly uri?: string
  readonly sslClientCert?: string
  readonly ca?: string
  readonly username?: string
  readonly password?: string
}

function readConfig(file: string): PartnerConfig {
  let config: unknown
  try {
    config = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // What is wrong with JSON is shown with a piece of it, which may be the password.
    const why = error instanceof SyntaxError ? 'it is not JSON' : describeError(error)
    throw usageError(`${file} cannot be used: ${why}.`)
  }
  if (typeof config !== 'object' || config === null) throw usageError(`${file} holds no object in JSON.`)
  for (const [name, value] of Object.entries(config))
    if (/^(uri|sslClientCert|ca|username|password)$/.test(name) && typeof value !== 'string')
      throw usageError(`In ${file}, ${name} is not a string.`)
  return config
}

/** Without a scheme it is TLS, as in `sdks/partner`. */
function parseAddress(text: string): Pick<Setup, 'protocol' | 'host' | 'port' | 'path'> {
  if (text === '')
    throw usageError('Say where to connect to: --config FILE with a "uri", or --host HOST --port PORT.')
  const url = URL.parse(text.includes('://') ? text : `mqtts://${text}`)
  const protocol = aliases[url?.protocol ?? '']
  if (url === null || protocol === undefined || url.hostname === '')
    throw usageError(
      `'${text}' is no address; it looks like mqtts://broker.example:8886 or wss://broker.example/mqtt.`,
    )
  const port = url.port === '' ? ports[protocol] : Number(url.port)
  const path = url.pathname === '' || url.pathname === '/' ? '/mqtt' : url.pathname
  return { protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port, path }
}

const aliases: Readonly<Record<string, Setup['protocol']>> = {
  'mqtt:': 'mqtt',
  'tcp:': 'mqtt',
  'mqtts:': 'mqtts',
  'ssl:': 'mqtts',
  'tls:': 'mqtts',
  'ws:': 'ws',
  'wss:': 'wss',
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw usageError(`'${text}' is no port: 1 to 65535.`)
  return port
}

function readIf(what: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw usageError(`The ${what} file cannot be read: ${describeError(error)}.`)
  }
}

export function isSecure({ protocol }: Setup): boolean {
  return protocol === 'mqtts' || protocol === 'wss'
}
