/**
 * Pillion in a process of its own, forked by pillion.ts: takes one job, answers when it listens, answers 'metrics' with
 * what /metrics says, and closes in order on SIGTERM, so that a CPU profile is written.
 */
import { loadConfig, startServer } from '@pillion/server'
import {
  type Passwords,
  partnerApp,
  partnerUid,
  population,
  subscribedVehicles,
  vehicleVin,
} from '../population.ts'
import type { Transport } from '../transport.ts'
import { findFreePort } from './free-port.ts'

export interface PillionJob {
  readonly dataFolder: string
  readonly access: 'product' | 'open'
  readonly transport: Transport
  /** Be one node of several, which share these. */
  readonly shared?: { readonly databaseUrl: string; readonly relayUrl: string }
  /** What is configured otherwise than usual. */
  readonly flags?: Readonly<Record<string, unknown>>
  /** Make the partners, vehicles, apps and subscriptions of the bench first. */
  readonly populate: boolean
}

export interface PillionStarted {
  readonly port: number
  /** Only if the job was to populate. */
  readonly passwords?: Passwords
}

type RunningServer = Awaited<ReturnType<typeof startServer>>

const listenerOf = { tcp: 'mqtt', tls: 'mqtts', ws: 'http' } as const

process.once('disconnect', () => process.exit())
process.once('message', async (job: PillionJob) => {
  const port = await findFreePort()
  const server = await startServer({ config: await configFor(job, port) })
  process.once('SIGTERM', async () => {
    await server.close()
    process.exit()
  })
  const started: PillionStarted = job.populate ? { port, passwords: await populate(server) } : { port }
  process.on('message', async () => {
    const response = await fetch(`${server.httpUrl}/metrics`)
    process.send?.(await response.text())
  })
  process.send?.(started)
})

async function configFor({ dataFolder, access, transport, shared, flags }: PillionJob, port: number) {
  return loadConfig({
    env: {},
    flags: {
      data: dataFolder,
      'listeners.mqtt.enabled': transport === 'tcp',
      'listeners.mqtts.enabled': transport === 'tls',
      'listeners.partners.enabled': false,
      'listeners.https.enabled': false,
      // Always on, for /metrics.
      'listeners.http.port': await findFreePort(),
      [`listeners.${listenerOf[transport]}.port`]: port,
      'access.mode': access,
      ...(shared && { 'database.url': shared.databaseUrl, 'relay.url': shared.relayUrl }),
      'log.level': 'error',
      ...flags,
    },
  })
}

async function populate({ fleet }: RunningServer): Promise<Passwords> {
  const vins = Array.from({ length: population.vehicles }, (_, index) => vehicleVin(index))
  const vehicles = await fleet.addVehicles(vins)
  const partners: string[] = []
  for (let index = 0; index < population.partners; index++) {
    const { password } = await fleet.addPartner({ uid: partnerUid(index) })
    partners.push(password)
    await fleet.addApp({ idApp: partnerApp(index), uid: partnerUid(index) })
    await fleet.subscribeVehicles(partnerApp(index), subscribedVehicles(index))
  }
  return { partners, vehicles: vehicles.map(({ password }) => password) }
}
