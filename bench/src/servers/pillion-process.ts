/**
 * Pillion in a process of its own, forked by pillion.ts: takes one job, answers when it listens, and closes
 * in order on SIGTERM, so that a CPU profile is written.
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
import { findFreePort } from './free-port.ts'

export interface PillionJob {
  readonly dataFolder: string
  readonly access: 'product' | 'open'
  /** Make the partners, vehicles, apps and subscriptions of the bench first. */
  readonly populate: boolean
}

export interface PillionStarted {
  readonly port: number
  /** Only if the job was to populate. */
  readonly passwords?: Passwords
}

type RunningServer = Awaited<ReturnType<typeof startServer>>

process.once('disconnect', () => process.exit())
process.once('message', async (job: PillionJob) => {
  const port = await findFreePort()
  const server = await startServer({ config: await configFor(job, port) })
  process.once('SIGTERM', async () => {
    await server.close()
    process.exit()
  })
  const started: PillionStarted = job.populate ? { port, passwords: await populate(server) } : { port }
  process.send?.(started)
})

async function configFor(job: PillionJob, port: number) {
  return loadConfig({
    env: {},
    flags: {
      data: job.dataFolder,
      'listeners.mqtt.port': port,
      'listeners.http.port': await findFreePort(),
      'listeners.mqtts.enabled': false,
      'listeners.partners.enabled': false,
      'listeners.https.enabled': false,
      'access.mode': job.access,
      'log.level': 'error',
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
