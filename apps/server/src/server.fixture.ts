import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { pino } from 'pino'
import { loadConfig, type RunningServer, startServer } from './index.ts'
import { nodesInTests } from './nodes/deployment.fixture.ts'

/** A folder that goes when the tests of this file are done. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pillion-server-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const freePorts = {
  'listeners.mqtt.port': 0,
  'listeners.mqtts.port': 0,
  'listeners.partners.port': 0,
  'listeners.http.port': 0,
  'listeners.https.port': 0,
}

/** A whole server on free ports and a data folder of its own, closed when the tests of this file are done. */
export async function startTestServer(flags: Record<string, unknown> = {}): Promise<RunningServer> {
  const all = { data: makeFolder(), ...freePorts, ...flags }
  if (nodesInTests > 1) return startNodes(all)
  const config = loadConfig({ env: {}, flags: all })
  const server = await startServer({ config, log: pino({ level: 'silent' }) })
  after(() => server.close())
  return server
}

async function startNodes(flags: { data: string } & Record<string, unknown>): Promise<RunningServer> {
  const { startThreeServers, removeDeployment } = await import('./nodes/three-servers.fixture.ts')
  const server = await startThreeServers(flags)
  after(async () => {
    await server.close()
    await removeDeployment(flags.data)
  })
  return server
}

/** Where a server is several nodes: resolves when each knows what any of them knew when this was called. */
export async function settleServers(): Promise<void> {
  if (nodesInTests > 1) await (await import('./nodes/three-servers.fixture.ts')).settleServers()
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A request with any Host and any path, which fetch would not send as they are. */
export function ask(
  server: RunningServer,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(server.httpUrl)
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options
    // Node counts the body of a DELETE only if told to.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const target = { host: hostname, port, path, method, headers: { ...length, ...headers }, agent: false }
    const sent = request(target, (response) => {
      response.toArray().then((chunks: Buffer[]) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      }, reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A request of the operator's REST with the right token; the answer's body parsed. */
export async function askAdmin(server: RunningServer, method: string, path: string, body?: unknown) {
  const isArchive = body instanceof Uint8Array
  const headers = {
    authorization: `Bearer ${server.adminToken}`,
    ...(body === undefined ? {} : { 'content-type': isArchive ? 'application/gzip' : 'application/json' }),
  }
  const sent = body === undefined || isArchive ? body : JSON.stringify(body)
  const answer = await ask(server, `/admin/v1${path}`, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  })
  return { ...answer, json: JSON.parse(answer.body.toString()) as unknown }
}

export function portOf(server: RunningServer, name: string): number {
  const address = server.listeners.find((listener) => listener.name === name)?.address ?? ''
  return Number(address.slice(address.lastIndexOf(':') + 1))
}

/** The Host header of an app. */
export function appHost(server: RunningServer, label: string): string {
  return `${label}.pillion.localhost:${portOf(server, 'http')}`
}
