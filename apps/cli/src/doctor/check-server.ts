import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { LiveLine, Operator, Setting, Status } from '@pillion/schema'
import type { Check } from '../checks.ts'
import { CliError } from '../cli-error.ts'
import type { AdminClient } from '../client.ts'
import { count } from '../count.ts'
import type { ServerAddress } from '../server-address.ts'
import { checkPort, PATIENCE_MILLISECONDS } from './check-network.ts'
import { trusted } from './check-tls.ts'
import { checkClock } from './check-web-socket.ts'

const GIB = 1_073_741_824
/** A backup and some days of a busy mailbox. */
const DISK_BYTES_MIN = GIB
/** Of open files, beside those of the connections that may be. */
const FILES_BESIDE = 200
const WARNING_SECONDS = 30 * 86_400

/** What an operator would want to know of a server that runs, each with what to do about it. */
export async function checkServer(client: AdminClient, address: ServerAddress): Promise<Check[]> {
  let status: Status
  try {
    status = await client.get<Status>('/status')
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return [{ isPassed: false, text: error.message, reason: error.code }]
  }
  const { version, node, nodes } = status
  const others = nodes.length > 1 ? `, one of ${nodes.length} nodes` : ''
  const checks: Check[] = [
    { isPassed: true, text: `Pillion ${version} answers at ${address.url}, node ${node}${others}.` },
    ...(await checkReadiness(address)),
    ...(await checkListeners(status)),
  ]
  const settings = await client.get<Setting[]>('/settings')
  checks.push(...checkPlain(status, settings))
  checks.push(...(await checkFigures(address, settings)))
  checks.push(...(await checkOperators(client)))
  checks.push(...(await readWarnings(client)))
  if (address.data !== undefined) checks.push(await checkDisk(address.data), ...checkAuthority(address.data))
  return checks
}

interface Answer {
  readonly status: number
  readonly date: string | undefined
  readonly body: string
}

async function ask({ url, authorityPem }: ServerAddress, path: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const request = url.startsWith('https:')
    ? https.get(url + path, { ca: trusted(authorityPem), timeout: PATIENCE_MILLISECONDS }, resolve)
    : http.get(url + path, { timeout: PATIENCE_MILLISECONDS }, resolve)
  request.on('timeout', () => request.destroy(new Error('no answer in time')))
  request.on('error', reject)
  const response = await promise
  return { status: response.statusCode ?? 0, date: response.headers.date, body: await text(response) }
}

async function checkReadiness(address: ServerAddress): Promise<Check[]> {
  const { status, date, body } = await ask(address, '/readyz')
  const { missing = [] } = JSON.parse(body) as { missing?: string[] }
  const clock = date === undefined ? [] : [checkClock(date, Date.now())]
  if (status === 200)
    return [
      { isPassed: true, text: 'It is ready: its database, and its relay if it has one, answer.' },
      ...clock,
    ]
  return [
    {
      isPassed: false,
      text: `It is not ready: ${missing.join(' and ')} missing.`,
      fix: 'Start it again or make it reachable; a database that takes no changes, as with a full disk, is missing, too. The log of the server says what was tried. Until then load balancers keep new clients away.',
    },
    ...clock,
  ]
}

/** Each where it can be reached from here. */
async function checkListeners({ listeners }: Status): Promise<Check[]> {
  return Promise.all(
    listeners.map(async ({ name, address }): Promise<Check> => {
      const { host, port } = splitAddress(address)
      const check = await checkPort(host.replace(/^(0\.0\.0\.0|::)$/, '127.0.0.1'), port)
      if (check.isPassed) return { isPassed: true, text: `Listener ${name} can be reached at ${address}.` }
      const fix = `From this machine it may be behind a firewall; or it is another machine’s: run this there.`
      return { isPassed: false, isWarning: true, text: `Listener ${name}: ${check.text}`, fix }
    }),
  )
}

function splitAddress(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) }
}

/** Passwords over plain MQTT and HTTP are for this machine only, or a network that nobody else is in. */
function checkPlain({ listeners }: Status, settings: readonly Setting[]): Check[] {
  const isOpen = findValue(settings, 'access.mode') === 'open'
  const wide = listeners.filter(({ address }) => !/^(127\.|\[?::1\]?|localhost)/.test(address))
  const plain = wide.filter(({ name }) => name === 'mqtt' || name === 'http').map(({ name }) => name)
  if (isOpen && wide.length > 0)
    return [
      {
        isPassed: false,
        text: `Whoever reaches ${wide.map(({ address }) => address).join(', ')} reads and writes everything (access.mode: open).`,
        fix: 'Set access.mode to identities, or bind the listeners to 127.0.0.1.',
      },
    ]
  if (plain.length > 0)
    return [
      {
        isPassed: false,
        isWarning: true,
        text: `${plain.join(' and ')} can be reached from other machines without encryption.`,
        fix: `Turn it off or bind it to 127.0.0.1 (listeners.${plain[0]}.host), unless a proxy in front of it ends TLS.`,
      },
    ]
  return [{ isPassed: true, text: 'No listener without encryption can be reached from other machines.' }]
}

function findValue(settings: readonly Setting[], key: string): unknown {
  return settings.find((setting) => setting.key === key)?.value
}

/** Open files and certificates, by what the server measures of itself. */
async function checkFigures(address: ServerAddress, settings: readonly Setting[]): Promise<Check[]> {
  const { status, body } = await ask(address, '/metrics')
  if (status !== 200) return []
  const checks: Check[] = []
  const [, filesMax] = /^process_max_fds (\d+)/m.exec(body) ?? []
  const connectionsMax = Number(findValue(settings, 'limits.connectionsMax'))
  if (filesMax !== undefined) {
    const isEnough = Number(filesMax) >= connectionsMax + FILES_BESIDE
    checks.push({
      isPassed: isEnough,
      isWarning: true,
      text: `The server may open ${filesMax} files, and limits.connectionsMax is ${connectionsMax}.`,
      fix: 'Raise the limit of open files (ulimit -n, LimitNOFILE), or lower limits.connectionsMax.',
    })
  }
  const expiry = /^pillion_certificate_expiry_timestamp_seconds\{name="([^"]+)"\} ([\d.e+]+)/gm
  for (const [, name = '', at] of body.matchAll(expiry)) checks.push(checkExpiry(name, Number(at)))
  return checks
}

function checkExpiry(name: string, at: number): Check {
  const seconds = at - Date.now() / 1_000
  const date = new Date(at * 1_000).toISOString().slice(0, 10)
  const text = `Certificate ${name} ${seconds < 0 ? 'ended on' : 'is valid until'} ${date}.`
  const fix =
    'Replace its files, which are read again by themselves; the server renews its own when it starts.'
  return { isPassed: seconds >= WARNING_SECONDS, isWarning: seconds >= 0, text, fix }
}

async function checkOperators(client: AdminClient): Promise<Check[]> {
  let operators: Operator[]
  try {
    operators = await client.get<Operator[]>('/operators')
  } catch (error) {
    // That the database is away was said above, and must not hide the rest.
    if (error instanceof CliError && error.code === 'STORE_UNAVAILABLE') return []
    throw error
  }
  if (operators.length > 0)
    return [{ isPassed: true, text: `The console has ${count(operators.length, 'operator')}.` }]
  const fix = 'Open the link that `pillion operator link` prints, and become its admin.'
  return [{ isPassed: false, isWarning: true, text: 'The console has no operator yet.', fix }]
}

/** What it has found itself, as on the console's overview; its certificates are among its figures. */
async function readWarnings(client: AdminClient): Promise<Check[]> {
  const ended = new AbortController()
  for await (const line of client.lines('/live', ended.signal, async () => {})) {
    const { warnings } = JSON.parse(line) as LiveLine
    return warnings
      .filter(({ code }) => code !== 'CERTIFICATE_EXPIRES')
      .map(({ code, text }) => ({ isPassed: false, isWarning: true, text, reason: code }))
  }
  return []
}

async function checkDisk(data: string): Promise<Check> {
  const { bavail, bsize } = await statfs(data)
  const free = bavail * bsize
  return {
    isPassed: free >= DISK_BYTES_MIN,
    text: `${(free / GIB).toFixed(1)} GiB are free where ${data} is.`,
    fix: 'Make room, or move the data folder: a full disk stops mailboxes, sign-ins and audit.',
  }
}

/** Client certificates end with it. */
function checkAuthority(data: string): Check[] {
  try {
    const { validToDate } = new X509Certificate(readFileSync(join(data, 'ca', 'certificate.pem')))
    return [checkExpiry('of the local authority', validToDate.getTime() / 1_000)]
  } catch {
    return []
  }
}
