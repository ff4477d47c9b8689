import type { AppRecord, Fleet, VehicleRecord } from '@pillion/fleet'
import type { Ledger } from '@pillion/ledger'
import type { VehicleApp, VehicleView, Vin } from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import type { AppOrigins } from '../app-origins.ts'
import type { Limits } from '../limits.ts'
import { isLoopback } from '../loopback.ts'
import type { IconPaths } from '../packages/find-icon.ts'
import type { InstalledApps } from '../packages/installed-apps.ts'
import { SparingLog } from '../sparing-log.ts'
import { readBasic } from './basic-credentials.ts'
import { registerBuiltPages, sendBuiltAsset, sendBuiltPage } from './built-pages.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import { formatHost } from './hosts.ts'
import { ApiError } from './problems.ts'

export interface PortalParts {
  /** Topic root, told to the page (W 2.3). */
  readonly root: string
  /** Folder of the built page. */
  readonly pages: string
  readonly fleet: Fleet
  readonly installedApps: InstalledApps
  readonly appOrigins: AppOrigins
  readonly signInGuard: SignInGuard
  readonly ledger: Pick<Ledger, 'wantsReports'>
  readonly isOpen: boolean
  readonly limits: Pick<Limits, 'logLinesPerMinuteMax'>
  readonly log: Logger
}

/** The host page and what it asks for; register it under `/portal`. */
export async function portalSurface(surface: FastifyInstance, parts: PortalParts): Promise<void> {
  const sparingLog = new SparingLog(parts.log, () => parts.limits.logLinesPerMinuteMax)
  await registerBuiltPages(surface, parts.pages)
  surface.get('', (_request, reply) => reply.redirect('/portal/'))
  surface.get('/', { prefixTrailingSlash: 'slash' }, (request, reply) => {
    const better = betterAddress(request, parts.appOrigins)
    return better === undefined
      ? sendBuiltPage(reply, parts.pages, { what: 'The portal page' })
      : reply.redirect(better)
  })
  surface.get<{ Params: { '*': string } }>('/*', (request, reply) =>
    sendBuiltAsset(reply, request.params['*']),
  )

  surface.get('/api/vehicle', async (request, reply): Promise<VehicleView> => {
    const vehicle = await signInVehicle(parts, request, reply)
    if (vehicle === undefined) {
      sparingLog.warn({ address: request.ip, reason: 'vehicle_credentials' }, 'head unit refused')
      // Not `Basic`: the browser would put its own sign-in window over the page.
      reply.header('www-authenticate', 'VehicleBasic realm="pillion"')
      throw new ApiError(
        'VEHICLE_CREDENTIALS_REFUSED',
        'Sign in by HTTP Basic with the VIN and the password that pillion vehicle add showed.',
      )
    }
    reply.header('cache-control', 'no-store')
    return {
      vin: vehicle.vin,
      root: parts.root,
      ...(await listWall(parts, vehicle.vin)),
      // Without identities, anybody could read what the head unit says.
      reports: !parts.isOpen && parts.ledger.wantsReports,
    }
  })
}

/**
 * Browsers may refuse `localStorage` to frames of another site, and 127.0.0.1 is another site than the apps' hosts.
 * So whoever opens the page in a browser under a loopback name is sent to the name that apps are below. The fragment
 * of the address goes with it.
 */
function betterAddress(request: FastifyRequest, { domain }: AppOrigins): string | undefined {
  const isOpenedInBrowser = request.headers['sec-fetch-dest'] === 'document'
  if (!isOpenedInBrowser || !isLoopback(request.hostname) || !domain.endsWith('.localhost')) return undefined
  return `${request.protocol}://${formatHost(domain, request.port)}/portal/`
}

async function signInVehicle(
  { fleet, signInGuard }: PortalParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<VehicleRecord | undefined> {
  const given = readBasic(request.headers.authorization)
  if (given === undefined) return undefined
  const { name, password } = given
  const attempt = { request, reply, name, reason: 'vehicle_credentials_wrong' }
  return guardSignIn(signInGuard, attempt, () => fleet.verifyVehicle(name, password))
}

/** The subscribed apps: only those that have a package have something to show (W 4.2 row 1). */
async function listWall(parts: PortalParts, vin: Vin): Promise<Pick<VehicleView, 'apps' | 'withoutPackage'>> {
  const subscribed = await parts.fleet.listVehicleApps(vin)
  const shown = await Promise.all(subscribed.map((app) => toVehicleApp(parts, app)))
  return {
    apps: shown.filter((app) => app !== undefined),
    withoutPackage: subscribed
      .filter((_, at) => shown[at] === undefined)
      .map(({ idApp, uid }) => ({ idApp, uid })),
  }
}

async function toVehicleApp(parts: PortalParts, app: AppRecord): Promise<VehicleApp | undefined> {
  const { version: _version, createdAt: _createdAt, ...about } = app
  const installed = await parts.installedApps.find(app.idApp)
  if (installed === undefined) return undefined
  const base = `${parts.appOrigins.originOf(app.idApp)}/apps/${app.idApp}/`
  return {
    ...about,
    // Another URL with every installation: this is how the host notices an update (W 4.2 row 11).
    url: `${base}index.html?installation=${installed.installation}`,
    ...(installed.icon === undefined ? {} : { icon: encodeURI(base + installed.icon) }),
    ...(installed.icons === undefined ? {} : { icons: toUrls(base, installed.icons) }),
  }
}

function toUrls(base: string, paths: IconPaths): IconPaths {
  const ofBrand = ([brand, bySize]: [string, IconPaths[string]]) => {
    const urls = Object.entries(bySize).map(([size, path]) => [size, encodeURI(base + path)])
    return [brand, Object.fromEntries(urls)]
  }
  return Object.fromEntries(Object.entries(paths).map(ofBrand))
}
