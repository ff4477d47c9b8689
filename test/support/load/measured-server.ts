/** A server with a partner, its app and its vehicles, in a process where nothing else grows. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type RunningServer, startServer } from '../../../apps/server/src/index.ts'
import { heapBytes } from '../heap.ts'

export interface MeasuredServer {
  readonly httpUrl: string
  readonly mqttPort: number
  readonly adminToken: string
  /** Of partner `P`, which owns the app `alpha`. */
  readonly password: string
  readonly vehicles: readonly { readonly vin: string; readonly password: string }[]
}

let server: RunningServer
let folder: string

export async function start(vins: readonly string[]): Promise<MeasuredServer> {
  folder = await mkdtemp(join(tmpdir(), 'pillion-measured-'))
  server = await startServer({ config: loadConfig({ env: {}, flags: { data: folder, ...flags } }) })
  const { password } = await server.fleet.addPartner({ uid: 'P' })
  const vehicles = await server.fleet.addVehicles([...vins])
  await server.fleet.addApp({ idApp: 'alpha', uid: 'P' })
  await server.fleet.subscribeVehicles('alpha', [...vins])
  const { httpUrl, adminToken } = server
  const mqtt = server.listeners.find(({ name }) => name === 'mqtt')
  const mqttPort = Number(mqtt?.address.split(':').at(-1))
  return { httpUrl, mqttPort, adminToken, password, vehicles }
}

/** After a collection. */
export function heap(): Promise<number> {
  return heapBytes()
}

export async function stop(): Promise<void> {
  await server.close()
  await rm(folder, { recursive: true, force: true })
}

const flags = {
  // What is remembered of messages is bounded, and full before anything is measured.
  'limits.ledgerRecentMax': 500,
  'listeners.mqtt.port': 0,
  'listeners.http.port': 0,
  'listeners.mqtts.enabled': false,
  'listeners.partners.enabled': false,
  'listeners.https.enabled': false,
  'log.level': 'error',
}
