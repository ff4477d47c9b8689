import { basename, resolve } from 'node:path'
import type { App, Partner, Subscriptions, Vehicle } from '@pillion/schema'
import { usageError } from '../cli-error.ts'
import type { AdminClient } from '../client.ts'
import { readPackage } from '../package-archive.ts'

export interface AppWishes {
  readonly app?: string
  readonly partner?: string
  readonly vin?: string
}

/**
 * Finds out which app a folder or archive is, adds it if the server does not know it, and subscribes the vehicle.
 * @returns the app's id and who is subscribed to it
 */
export async function prepareApp(
  client: AdminClient,
  path: string,
  wishes: AppWishes,
): Promise<Subscriptions> {
  const idApp = wishes.app ?? (await readIdApp(path))
  const apps = await client.get<App[]>('/apps')
  const isNew = !apps.some((app) => app.idApp === idApp)
  const uid = isNew ? (wishes.partner ?? (await findOnlyPartner(client, idApp))) : undefined
  const subscriptions = `/apps/${encodeURIComponent(idApp)}/subscriptions`
  const subscribed = isNew ? [] : (await client.get<Subscriptions>(subscriptions)).vins
  const vin = wishes.vin ?? (await findOnlyVehicle(client, subscribed))
  if (uid !== undefined) await client.post<App>('/apps', { idApp, uid })
  if (vin === undefined) return { idApp, vins: subscribed }
  return client.post<Subscriptions>(subscriptions, { vins: [vin] })
}

async function readIdApp(path: string): Promise<string> {
  // Loaded only now: it brings the whole server along.
  const [{ defaultLimits, readArchive }, { locateApp }] = await Promise.all([
    import('@pillion/server'),
    import('../app-check/locate-app.ts'),
  ])
  const files = await readArchive(await readPackage(path), defaultLimits)
  return locateApp(files, basename(resolve(path))).idApp
}

async function findOnlyPartner(client: AdminClient, idApp: string): Promise<string> {
  const [only, ...others] = await client.get<Partner[]>('/partners')
  if (only === undefined)
    throw usageError(`No partner could own ${idApp}; add one with \`pillion partner add UID\`.`)
  if (others.length > 0)
    throw usageError(`There is no app ${idApp} yet; say which partner is to own it: --partner UID.`)
  return only.uid
}

/** Whoever is subscribed already will do. */
async function findOnlyVehicle(
  client: AdminClient,
  subscribed: readonly string[],
): Promise<string | undefined> {
  const [only, ...others] = await client.get<Vehicle[]>('/vehicles')
  if (only === undefined) throw usageError('There is no vehicle yet; add one with `pillion vehicle add VIN`.')
  if (others.length === 0) return only.vin
  if (subscribed.length > 0) return undefined
  throw usageError('There are several vehicles; say in which one to try the app: --vin VIN.')
}
