import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { App, IssuedPartner, IssuedVehicle, Partner, Vehicle } from '@pillion/schema'
import type { RunningServer } from '@pillion/server'
import { failure } from './cli-error.ts'
import type { AdminClient } from './client.ts'
import { type PushDemo, preparePushDemo } from './demo-push.ts'
import { preparePartnerFiles, reachableAddress, writePartnerFiles, writeSecret } from './partner-files.ts'

const uid = 'demo'
const vin = 'PILLIONDEMO000001'
const apps = [
  { idApp: 'demo-messages', name: 'Messages', folder: 'messages', drivingMode: true },
  { idApp: 'demo-deliveries', name: 'Deliveries', folder: 'deliveries', drivingMode: false },
]
const folderOfApps = resolve(import.meta.dirname, '../../../examples/apps')

export interface Demo {
  readonly vin: string
  readonly portalUrl: string
  /** Configuration file of examples/partner. */
  readonly partnerConfig: string
  readonly push: PushDemo
}

/** Makes sure that everything of the demo exists. The second start finds what the first one made. */
export async function prepareDemo(server: RunningServer, client: AdminClient): Promise<Demo> {
  const folder = join(server.config.data, 'demo')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const partnerConfig = await preparePartner(server, client, join(folder, 'partner'))
  const password = await prepareVehicle(client, join(folder, 'vehicle.json'))
  await prepareApps(server, client)
  const portalUrl = `${client.url}/portal/#vin=${vin}&password=${encodeURIComponent(password)}`
  const push = await preparePushDemo(server, client)
  return { vin, portalUrl, partnerConfig, push }
}

async function preparePartner(server: RunningServer, client: AdminClient, folder: string): Promise<string> {
  const file = join(folder, 'config.json')
  const partners = await client.get<Partner[]>('/partners')
  if (!partners.some((partner) => partner.uid === uid)) {
    preparePartnerFiles(folder, { force: true })
    const issued = await client.post<IssuedPartner>('/partners', { uid, name: 'Demo partner' })
    return writePartnerFiles(folder, issued, client.url).config
  }
  if (!existsSync(file)) throw lostCredentials('partner', uid, file)
  // The listener may have another port this time.
  const config = JSON.parse(readFileSync(file, 'utf8')) as { uri: string }
  const address = server.listeners.find(({ name }) => name === 'partners')?.address
  const uri = address === undefined ? config.uri : reachableAddress(address, client.url)
  if (uri !== config.uri) writeSecret(file, `${JSON.stringify({ ...config, uri }, null, 2)}\n`)
  return file
}

async function prepareVehicle(client: AdminClient, file: string): Promise<string> {
  const vehicles = await client.get<Vehicle[]>('/vehicles')
  if (!vehicles.some((vehicle) => vehicle.vin === vin)) {
    const [issued] = await client.post<IssuedVehicle[]>('/vehicles', { vins: [vin] })
    writeSecret(file, `${JSON.stringify(issued, null, 2)}\n`)
  }
  if (!existsSync(file)) throw lostCredentials('vehicle', vin, file)
  return (JSON.parse(readFileSync(file, 'utf8')) as IssuedVehicle).password
}

async function prepareApps(server: RunningServer, client: AdminClient): Promise<void> {
  const existing = await client.get<App[]>('/apps')
  for (const { idApp, name, folder, drivingMode } of apps) {
    if (!existing.some((app) => app.idApp === idApp))
      await client.post<App>('/apps', { idApp, uid, name, drivingMode })
    // Every time, so that who changes the example sees it after a restart.
    await server.installPackage(idApp, { folder: join(folderOfApps, folder) })
    await client.post(`/apps/${idApp}/subscriptions`, { vins: [vin] })
  }
}

function lostCredentials(kind: string, name: string, file: string): Error {
  return failure(
    `The demo ${kind} ${name} exists, but ${file} with its password is gone, and the server cannot repeat it. Start with another --data DIR, or delete this one.`,
  )
}
