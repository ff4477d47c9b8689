/**
 * Pillion in a process of its own, for the portal bench: takes one job, makes a partner, its app and a vehicle, and answers with
 * what their clients need.
 */
import { startServer } from '@pillion/server'
import { loadQuietConfig } from '../servers/quiet-config.ts'

export interface PortalJob {
  readonly dataFolder: string
  /** Of the app: a folder that holds its index.html. */
  readonly appFolder: string
}

export interface PortalStarted {
  readonly httpUrl: string
  readonly mqttPort: number
  readonly partnerPassword: string
  readonly vehiclePassword: string
}

/** Who they are. */
export const uid = 'bench'
export const idApp = 'bench-app'
export const vin = 'VF3BENCH000000001'

process.once('disconnect', () => process.exit())
process.once('message', async ({ dataFolder, appFolder }: PortalJob) => {
  const config = loadQuietConfig(dataFolder)
  const server = await startServer({ config })
  process.once('SIGTERM', async () => {
    await server.close()
    process.exit()
  })
  const { fleet, httpUrl } = server
  const { password: partnerPassword } = await fleet.addPartner({ uid })
  const [vehicle] = await fleet.addVehicles([vin])
  await fleet.addApp({ idApp, uid })
  await server.installPackage(idApp, { folder: appFolder })
  await fleet.subscribeVehicles(idApp, [vin])
  const address = server.listeners.find(({ name }) => name === 'mqtt')?.address
  const mqttPort = Number(address?.split(':').at(-1))
  const started: PortalStarted = {
    httpUrl,
    mqttPort,
    partnerPassword,
    vehiclePassword: vehicle?.password ?? '',
  }
  process.send?.(started)
})
